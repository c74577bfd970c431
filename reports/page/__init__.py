"""signoff.html: the sign-off as one file that a person reads, prints and signs."""
