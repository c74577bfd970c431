"""Wiring only: the plugins that judge, report and break, and the fixtures that hand nouns to the suites."""

pytest_plugins = [
    "conformance.session.plugin",
    "reports.plugin",
    "sabotage.plugin",
    "fixtures.deployment",
    "fixtures.nodes",
    "fixtures.hosts",
    "fixtures.running",
    "fixtures.logs",
    "fixtures.database",
    "fixtures.spark",
    "fixtures.events",
    "fixtures.scenarios",
    # For the self-tests of the plugin; pytest wants it named here.
    "pytester",
]
