"""Spark on a node: its pages, its application, queries and the suite's own table."""
