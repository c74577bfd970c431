"""The files of a node's home, read as the product reads them; every value knows its place."""
