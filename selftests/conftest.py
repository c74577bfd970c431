"""Fixtures of the self-tests."""

from __future__ import annotations

import pytest

from selftests.project import Project


@pytest.fixture
def project(pytester: pytest.Pytester) -> Project:
    """A small project of its own, for the plugin."""
    return Project(pytester)
