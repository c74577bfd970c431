"""The snapshot target: homes that somebody handed in as files."""
