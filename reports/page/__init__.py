"""signoff.html: the sign-off as one file for a person to read, print and sign."""
