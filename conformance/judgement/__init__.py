"""The requirements, and how findings become verdicts."""
