"""Where in a text a secret stands, found by the structure around it: one module a kind of structure.

Each `find` takes the text and gives the places of values, in no order and perhaps overlapping. None costs more than
time in proportion to the text: what is looked at around a word is bounded, and no text is looked at twice.
"""
