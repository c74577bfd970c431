"""`python -m conformance pack try`: applies the page's steps to a handed-in home. Runs do not need it."""
