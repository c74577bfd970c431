"""Repairs of configuration as patches: drafts of the homes' files get the changes that follow from the page and both
homes; anything else becomes a question. Nothing is ever written into a home."""
