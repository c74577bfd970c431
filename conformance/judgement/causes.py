"""Finds failures that follow from another failure of the same run, so that an operator first repairs the causes.

The catalogue says what may follow from what. It counts in a run if both failed, on matching nodes.
"""

import re
from collections.abc import Collection, Iterable, Mapping

from conformance.judgement.catalogue import OF_THE_PAGE, Catalogue
from conformance.judgement.verdict import RequirementResult, Verdict

#: Possible causes of each verdict: a failure does not follow from an error.
_CAUSES = {Verdict.FAIL: (Verdict.FAIL,), Verdict.ERROR: (Verdict.FAIL, Verdict.ERROR)}


def explained(
    results: Iterable[RequirementResult], catalogue: Catalogue, nodes: Collection[str]
) -> list[RequirementResult]:
    """The results, each with its causes, never in a circle; `nodes` are the nodes' names in messages."""
    everything = list(results)
    red = {one.id: one for one in everything if one.verdict in _CAUSES}
    found: dict[str, tuple[str, ...]] = {}
    for name in (name for name in catalogue if name in red):
        causes = [one for one in catalogue[name].follows if one in red and _may(red[one], red[name], catalogue, nodes)]
        found[name] = tuple(one for one in causes if not _reaches(found, one, name))
    return [one._replace(follows_from=found.get(one.id, ())) for one in everything]


def _may(cause: RequirementResult, effect: RequirementResult, catalogue: Catalogue, nodes: Collection[str]) -> bool:
    """Whether verdicts, levels, order and nodes allow `cause` to be the cause of `effect`."""
    if cause.verdict not in _CAUSES[effect.verdict] or (effect.level in OF_THE_PAGE and cause.level not in OF_THE_PAGE):
        return False
    order = list(catalogue)
    if effect.id in catalogue[cause.id].follows and order.index(cause.id) > order.index(effect.id):
        return False
    of_cause, of_effect = _named(cause.message, nodes), _named_in(effect.message, nodes)
    return catalogue[effect.id].across_nodes or not of_cause or of_effect <= of_cause


def _reaches(found: Mapping[str, Collection[str]], start: str, goal: str) -> bool:
    """Whether `start` follows from `goal`, directly or indirectly."""
    return any(one == goal or _reaches(found, one, goal) for one in found.get(start, ()))


def _named(message: str, nodes: Collection[str]) -> set[str]:
    return {node for node in nodes if re.search(rf"(?<![\w.-]){re.escape(node)}(?![\w-])", message)}


def _named_in(message: str, nodes: Collection[str]) -> set[str]:
    """Nodes at the beginning of a message's lines, or else all that it names."""
    places = {line.split(maxsplit=1)[0].rstrip(":") for line in message.splitlines() if line.strip()}
    return places & set(nodes) or _named(message, nodes)
