"""Break parts of a deployment on purpose, record how it copes, and make it healthy again."""
