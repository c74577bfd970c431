"""Evidence: what was asked, what was answered, when, and for which requirement."""
