"""Hooks of pytest by which other packages take part in a run; the plugins that answer them are named in conftest.py."""

import pytest

from conformance.evidence.reporting import Reports
from conformance.targets.shared.choice import LabChange


@pytest.hookspec(firstresult=True)
def pytest_conformance_reports() -> Reports | None:
    """What makes the reports of a run."""


@pytest.hookspec(firstresult=True)
def pytest_conformance_lab_change(name: str) -> LabChange | None:
    """What makes the homes of a lab wrong, by the name of a sabotage."""
