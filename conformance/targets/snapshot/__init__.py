"""The snapshot target: homes that someone handed in as files."""
