"""pytest hooks for other packages to take part in a run; conftest.py names the plugins that implement them."""

import pytest

from conformance.evidence.reporting import Reports
from conformance.targets.shared.choice import LabChange


@pytest.hookspec(firstresult=True)
def pytest_conformance_reports() -> Reports | None:
    """Returns the object that makes a run's reports."""


@pytest.hookspec(firstresult=True)
def pytest_conformance_lab_change(name: str) -> LabChange | None:
    """Returns a change that makes a lab's homes wrong, by the name of a sabotage."""
