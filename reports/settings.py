"""Describes the settings in force during each scenario.

A verdict is worthless if other settings were in force than its scenario's title says, so the reader must see them.
"""

from collections.abc import Mapping

#: Values by setting by node, as in a scenario of signoff.json.
Settings = Mapping[str, Mapping[str, str]]

#: Shown if a node's record lacks a setting.
_NOT_RECORDED = "not recorded"


def describe(settings: Settings) -> str:
    """Describe on one line, first settings with equal values: "A 1, B 2 on both nodes; C 3 on node1, 4 on node2"."""
    names = dict.fromkeys(name for of_node in settings.values() for name in of_node)
    values = {name: {node: one.get(name, _NOT_RECORDED) for node, one in settings.items()} for name in names}
    agreed = [f"{name} {next(iter(of.values()))}" for name, of in values.items() if _agree(of)]
    differing = [
        f"{name} {', '.join(f'{value} on {node}' for node, value in of.items())}"
        for name, of in values.items()
        if not _agree(of)
    ]
    return "; ".join([*([f"{', '.join(agreed)} on both nodes"] if agreed else []), *differing])


def _agree(values: Mapping[str, str]) -> bool:
    return len(values) > 1 and len(set(values.values())) == 1
