"""Checks whether a two-node WSO2 DAS 3.1.0 deployment obeys the vendor's minimum high-availability page."""
