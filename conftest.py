"""Wiring only: the plugins that judge, report and break deployments, and the fixtures that give nouns to the suites."""

pytest_plugins = [
    "conformance.session.plugin",
    "reports.plugin",
    "sabotage.plugin",
    "fixtures.deployment",
    "fixtures.nodes",
    "fixtures.logs",
    "fixtures.database",
    "fixtures.events",
    "fixtures.scenarios",
    # For the self-tests of the plugin; pytest requires it in this file.
    "pytester",
]
