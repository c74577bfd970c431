"""What is broken on purpose, how the deployment takes it, and how it becomes healthy again."""
