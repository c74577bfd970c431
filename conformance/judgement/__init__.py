"""What is demanded, and how what was found becomes a verdict."""
