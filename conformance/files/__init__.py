"""Single files: those that a user names, those that a run writes, and the lock of a part of the cache."""
