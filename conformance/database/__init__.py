"""The MySQL server of a deployment and the analytics records in it."""
