"""What a record of an outage notes in fixed words: the reports search for them and load no fault for that."""

#: Of a scenario after which nothing was repaired.
LEFT = "not repaired: the lab ends with the run"
