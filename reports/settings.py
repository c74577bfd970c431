"""The settings in force that each scenario's judgement rests on, in words: every node's where they differ.

A verdict that was given under other settings than its scenario's title says is worth nothing: the reader must see them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

#: Values by setting by node, as a scenario of signoff.json tells them.
Settings = Mapping[str, Mapping[str, str]]

#: The value of a setting that a node's record does not have.
_NOT_RECORDED = "not recorded"


def describe(settings: Settings) -> list[str]:
    """One text a setting: "NAME VALUE on both nodes", or each node's value where they differ."""
    names = dict.fromkeys(name for of_node in settings.values() for name in of_node)
    return [_describe(name, {node: one.get(name, _NOT_RECORDED) for node, one in settings.items()}) for name in names]


def unusual(scenario: Mapping[str, Any], scenarios: Iterable[Mapping[str, Any]]) -> list[str]:
    """The settings of one scenario of a run that were not what they were in most of the run's scenarios."""
    settings: Settings = scenario.get("settings") or {}
    usual = _usual([one["settings"] for one in scenarios if one.get("settings")])
    other = {
        name for node, of_node in settings.items() for name, value in of_node.items() if usual[node, name] != value
    }
    return describe(
        {node: {name: of_node[name] for name in of_node if name in other} for node, of_node in settings.items()}
    )


def _usual(recorded: Sequence[Settings]) -> dict[tuple[str, str], str]:
    counts: dict[tuple[str, str], Counter[str]] = {}
    for settings in recorded:
        for node, of_node in settings.items():
            for name, value in of_node.items():
                counts.setdefault((node, name), Counter())[value] += 1
    return {key: counter.most_common(1)[0][0] for key, counter in counts.items()}


def _describe(name: str, values: Mapping[str, str]) -> str:
    if len(values) > 1 and len(set(values.values())) == 1:
        return f"{name} {next(iter(values.values()))} on {'both' if len(values) == 2 else 'all'} nodes"
    return f"{name} {', '.join(f'{value} on {node}' for node, value in values.items())}"
