"""The requirements of a run as the page tells them: worded as the run judged them, explained by today's catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.catalogue import Catalogue

#: Where a requirement stands of which neither the run nor today's catalogue tells a section.
NOWHERE = "Not in the run's catalogue"


def told(
    signoff: Mapping[str, Any], judged_by: Mapping[str, Mapping[str, str]], today: Catalogue
) -> list[dict[str, Any]]:
    """Every requirement of the sign-off in the order of the catalogue that the run was judged by.

    Proof, repair and sabotage come from today's catalogue while its sentence is the same, else they are empty.
    """
    known = {**{one.id: {"sentence": one.sentence, "section": one.section} for one in today.values()}, **judged_by}
    order = {name: place for place, name in enumerate(judged_by or today)}
    names = sorted(signoff["requirements"], key=lambda name: order.get(name, len(order)))
    return [_entry(name, signoff["requirements"][name], known.get(name, {}), today) for name in names]


def _entry(name: str, given: Mapping[str, Any], known: Mapping[str, str], today: Catalogue) -> dict[str, Any]:
    sentence = known.get("sentence", "")
    same = today[name] if name in today and today[name].sentence == sentence else None
    return {
        **given,
        "id": name,
        "sentence": sentence,
        "section": known.get("section", NOWHERE),
        "proof": same.proof if same else "",
        "repair": same.repair if same else "",
        "sabotage": same.sabotage if same else "",
    }
