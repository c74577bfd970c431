"""What several targets need."""
