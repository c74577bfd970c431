"""Wiring only: the plugins that judge, report and break deployments, and the fixtures that give nouns to the suites."""

import pytest

import reports.plugin
import sabotage.plugin
from conformance.session import plugin
from fixtures import database, deployment, events, logs, nodes, scenarios

PLUGINS = (plugin, reports.plugin, sabotage.plugin, deployment, nodes, logs, database, events, scenarios)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Register the plugins. For each name in `pytest_plugins` pytest would look at all packages that are installed."""
    for one in PLUGINS:
        if not pluginmanager.is_registered(one):
            pluginmanager.register(one)
