"""Measurements of the suite and of the lab; never part of the tests."""

from conformance import environment

with environment.needed():
    # Its modules load other libraries before any module of the suite.
    import lxml  # noqa: F401
