"""Fixed texts in the record of an outage. Reports search for them without importing any fault."""

#: For a scenario after which nothing was repaired.
LEFT = "not repaired: the lab ends with the run"
