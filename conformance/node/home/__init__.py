"""Parsers for the files of a node's home, as the product reads them; every value knows its place."""
