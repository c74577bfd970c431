"""Which failure follows from which, on hand-written runs; and that the catalogue knows what sabotage knows."""

from pathlib import Path

import pytest

from conformance.judgement.catalogue import Catalogue, Kind, Level, Requirement, load
from conformance.judgement.causes import explained
from conformance.judgement.verdict import RequirementResult, Verdict
from reports.summary import by_cause
from sabotage import live
from sabotage.catalogue import HOMES, RUNS

CATALOGUE = load(Path(__file__).resolve().parents[1] / "suites" / "catalogue.toml")
NODES = ("node1", "node2")
#: What a sabotage of databases breaks is made only with a server.
OF_SERVERS = {"DB-03": "DB-02", "DB-04": "DB-02", "DB-06": "DB-05", "DB-09": "DB-05"}


def requirement(name: str, *follows: str, level: Level = Level.MUST, across: bool = False) -> Requirement:
    return Requirement(
        name, level, Kind.FILES, "It holds.", "Page", "look", "break", "b", follows=follows, across_nodes=across
    )


SMALL = Catalogue(
    [
        requirement("AA-01"),
        requirement("BB-01", "AA-01", "DD-01"),
        requirement("CC-01", "BB-01", across=True),
        requirement("DD-01", "BB-01"),
        requirement("EE-01", "OO-01"),
        requirement("OO-01", "AA-01", level=Level.FIELD),
        requirement("PP-01", "RR-01"),
        requirement("QQ-01", "PP-01"),
        requirement("RR-01", "QQ-01"),
    ]
)


def causes(*given: tuple[str, str] | tuple[str, str, Verdict]) -> dict[str, tuple[str, ...]]:
    """What follows from what, of requirements with these messages (and verdicts, else they failed)."""
    messages = {name: (message, *rest) for name, message, *rest in given}  # type: ignore[misc]
    results = []
    for one in SMALL.values():
        message, verdict = (*messages.get(one.id, ("", Verdict.PASS)), Verdict.FAIL)[:2]
        results.append(RequirementResult(one.id, one.level, one.kind, verdict, message))
    return {one.id: one.follows_from for one in explained(results, SMALL, NODES) if one.follows_from}


def test_a_failure_follows_from_one_that_the_catalogue_names_and_of_two_from_the_first():
    assert causes(("AA-01", "broken"), ("BB-01", "broken")) == {"BB-01": ("AA-01",)}
    assert causes(("BB-01", "broken")) == {}
    assert causes(("AA-01", "broken"), ("CC-01", "broken")) == {}
    assert causes(("BB-01", "broken"), ("DD-01", "broken")) == {"DD-01": ("BB-01",)}
    chain = [(name, "broken") for name in ("AA-01", "BB-01", "CC-01")]
    assert causes(*chain) == {"BB-01": ("AA-01",), "CC-01": ("BB-01",)}
    ring = [(name, "broken") for name in ("PP-01", "QQ-01", "RR-01")]
    assert causes(*ring) == {"PP-01": ("RR-01",), "QQ-01": ("PP-01",)}


@pytest.mark.parametrize(("cause", "effect", "follows"), [
    ("node1 a.xml:3: found 1", "node1 b.xml:4: found 2", True),
    ("node1 a.xml:3: found 1", "node2 b.xml:4: found 2", False),
    ("node1 a.xml:3: found 1", "node1 b.xml:4: found 2\nnode2 b.xml:4: found 2", False),
    ("node1 a.xml:3: found 1\nnode2 a.xml:3: found 1", "node2 b.xml:4: found 2", True),
    ("node1 a.xml:3: found 1", "found 2", True),
    ("found 1 in a.xml", "node2 b.xml:4: found 2", True),
    ("node1 a.xml:3: found 1", "node1 b.xml:4: found 2, expected 1\n1 stands at node2 b.xml:4", True),
    ("node11 a.xml: found 1", "node2 b.xml:4: found 2", True),
])  # fmt: skip
def test_what_is_wrong_on_one_node_explains_nothing_on_the_other(cause, effect, *, follows):
    assert bool(causes(("AA-01", cause), ("BB-01", effect))) is follows


def test_an_error_follows_from_an_error_and_a_failure_does_not():
    unseen = ("AA-01", "no log", Verdict.ERROR)
    assert causes(unseen, ("BB-01", "no log", Verdict.ERROR)) == {"BB-01": ("AA-01",)}
    assert causes(unseen, ("BB-01", "broken")) == {}
    assert causes(("AA-01", "broken"), ("BB-01", "no log", Verdict.ERROR)) == {"BB-01": ("AA-01",)}
    assert causes(("AA-01", "broken", Verdict.WAIVED), ("BB-01", "broken")) == {}


def test_what_is_beyond_the_page_explains_no_failure_of_the_page():
    assert causes(("EE-01", "broken"), ("OO-01", "broken")) == {}
    assert causes(("AA-01", "broken"), ("OO-01", "broken")) == {"OO-01": ("AA-01",)}
    # What the nodes do together follows from either.
    assert causes(("BB-01", "node2 a.xml: found 1"), ("CC-01", "node1 log: no member joined")) == {"CC-01": ("BB-01",)}


def test_causes_come_first_with_what_follows_below_them():
    follows = {"AA-01": [], "BB-01": ["DD-01", "AA-01"], "CC-01": ["BB-01"], "DD-01": []}
    failures = {name: {"verdict": "fail", "follows_from": causes} for name, causes in follows.items()}
    failures |= {"EE-01": {"verdict": "pass"}, "FF-01": {"verdict": "error"}}
    found = list(by_cause(failures))
    assert found == [("AA-01", ()), ("DD-01", ()), ("BB-01", ("DD-01",)), ("CC-01", ("DD-01", "BB-01")), ("FF-01", ())]


@pytest.mark.parametrize("one", [*HOMES, *RUNS, *live.SABOTAGES], ids=lambda one: one.name)
def test_the_catalogue_knows_what_sabotage_knows(one):  # type: ignore[no-untyped-def]
    for effect in one.follows:
        assert one.kills & set(CATALOGUE[effect].follows), f"{effect} follows from {', '.join(sorted(one.kills))}"


@pytest.mark.parametrize(("effect", "cause"), OF_SERVERS.items())
def test_the_catalogue_knows_what_a_missing_database_leads_to(effect, cause):
    assert cause in CATALOGUE[effect].follows


def test_when_everything_fails_each_failure_has_one_place():
    results = [RequirementResult(one.id, one.level, one.kind, Verdict.FAIL) for one in CATALOGUE.values()]
    causes = {one.id: one.follows_from for one in explained(results, CATALOGUE, NODES)}
    found = {name: {"verdict": "fail", "follows_from": of} for name, of in causes.items()}
    ways = list(by_cause(found))
    assert sorted(name for name, _ in ways) == sorted(CATALOGUE)
    assert all(name not in way for name, way in ways)
