"""Finds secrets in a text by the structure around them; one module per kind of structure.

Each `find` takes the text and returns the places of values, unordered and possibly overlapping. Each runs in linear
time: the search around a word is bounded, and no text is searched twice.
"""
