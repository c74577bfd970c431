"""The snapshot target: homes that were handed in."""
