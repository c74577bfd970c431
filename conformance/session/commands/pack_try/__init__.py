"""`python -m conformance pack try`: what the page's steps make of a home that somebody hands in. No run needs it."""
