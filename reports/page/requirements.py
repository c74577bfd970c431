"""The requirements of a run as the page tells them: worded as the run judged them, explained by today's catalogue."""

from collections.abc import Mapping
from typing import Any

from conformance.judgement.catalogue import Catalogue

#: Where a requirement stands of which neither the run nor today's catalogue tells a section.
NOWHERE = "Not in the run's catalogue"


def entries(
    signoff: Mapping[str, Any], judged_by: Mapping[str, Mapping[str, str]], today: Catalogue
) -> list[dict[str, Any]]:
    """Every requirement of the sign-off in the order of the catalogue that the run was judged by.

    Proof, repair, sabotage and the page's words come from today's catalogue while the requirement has the same place on
    the page: its title may have been reworded since. Otherwise they are empty.
    """
    known = {**{one.id: {"sentence": one.sentence, "section": one.section} for one in today.values()}, **judged_by}
    order = {name: place for place, name in enumerate(judged_by or today)}
    names = sorted(signoff["requirements"], key=lambda name: order.get(name, len(order)))
    return [_entry(name, signoff["requirements"][name], known.get(name, {}), today) for name in names]


def _entry(name: str, given: Mapping[str, Any], known: Mapping[str, str], today: Catalogue) -> dict[str, Any]:
    section = known.get("section", NOWHERE)
    same = today[name] if name in today and today[name].section == section else None
    return {
        **given,
        "id": name,
        "sentence": known.get("sentence", ""),
        "section": section,
        "proof": same.proof if same else "",
        "repair": same.repair if same else "",
        "sabotage": same.sabotage if same else "",
        "page": same.page if same else "",
        "not_on_page": same.not_on_page if same else "",
    }
