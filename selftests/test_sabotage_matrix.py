"""The matrix says what is wrong, on hand-written results."""

from dataclasses import replace
from typing import Any

import pytest

from conformance.judgement.catalogue import Catalogue, Kind, Level, Requirement
from conformance.judgement.verdict import RequirementResult, Verdict
from sabotage.judge import Judged, Results
from sabotage.matrix import HEALTHY, Matrix
from sabotage.sabotage import Sabotage, sabotage, variant

IDS = ("AA-01", "AA-02", "BB-01")
CATALOGUE = Catalogue([Requirement(one, Level.MUST, Kind.FILES, "It holds.", "Page", "look", "break") for one in IDS])
ONE = sabotage("one", "AA-01", "the first thing", lambda pair: None, follows="AA-02")
OTHER = sabotage("other", "AA-02 BB-01", "the others", lambda pair: None)
FAIL, PASS, OPEN = Verdict.FAIL, Verdict.PASS, Verdict.NOT_ASSESSED


def results(**verdicts: Verdict) -> Results:
    """All pass but for `verdicts` (AA_01=...)."""
    given = {one: verdicts.get(one.replace("-", "_"), PASS) for one in IDS}
    return {one: RequirementResult(one, Level.MUST, Kind.FILES, given[one], f"{one} broke\nmore") for one in IDS}


GOOD = {HEALTHY: results(), "one": results(AA_01=FAIL, AA_02=FAIL), "other": results(AA_02=FAIL, BB_01=FAIL)}


def matrix_of(
    sabotages: tuple[Sabotage, ...] = (ONE, OTHER), skipped: dict[str, str] | None = None, **rounds: Results
) -> Matrix:
    """The good matrix, with other results for some rounds."""
    judged = Judged({**GOOD, **rounds}, skipped or {}, frozenset(), frozenset())
    return Matrix.of(judged, sabotages, CATALOGUE, (Kind.FILES,), "by hand")


def test_a_matrix_without_a_problem_proves_every_requirement():
    matrix = matrix_of()
    assert matrix.problems == []
    assert matrix.proofs == {"AA-01": ["one"], "AA-02": ["other"], "BB-01": ["other"]}


def test_a_message_that_no_operator_can_read_is_a_problem():
    bare = dict(GOOD["one"]) | {"AA-01": GOOD["one"]["AA-01"]._replace(message="node1 a.xml: found 1\n1 == 2")}
    (problem,) = matrix_of(one=bare).problems
    assert problem.startswith("one makes AA-01 say what no operator can read: '==' in '1 == 2' is a bare comparison")


RED = {"AA_01": FAIL, "AA_02": FAIL}
OPENING = replace(ONE, opens=frozenset({"BB-01"}))
MEANT = replace(ONE, by=Verdict.ERROR)
FORM = variant("", "form", lambda pair: None)
OPEN_FORM = variant("?BB-01", "form", lambda pair: None, "another reason")
NOTED_FORM = variant("", "form", lambda pair: None, "condition")
UNPROVEN, UNSAID = "{}: no sabotage proves that it can fail", "form does not say '{}', but: nothing"


def other(**changed: Any) -> Results:
    """All pass, with something else said of BB-01."""
    return {**results(), "BB-01": results()["BB-01"]._replace(**changed)}


@pytest.mark.parametrize(("sabotages", "rounds", "problems"), [
    ((ONE, OTHER), {"one": results()},
     [UNPROVEN.format("AA-01"), "one turns nothing red", *(f"one does not turn AA-0{n} red" for n in (1, 2))]),
    ((ONE, OTHER), {"one": results(AA_01=FAIL)}, ["one does not turn AA-02 red"]),
    ((ONE, OTHER), {"one": results(**RED, BB_01=FAIL)},
     ["one turns BB-01 red, which does not follow from it: BB-01 broke"]),
    ((ONE, OTHER), {"one": results(AA_01=Verdict.ERROR, AA_02=FAIL)},
     [UNPROVEN.format("AA-01"), "one makes AA-01 error, not fail: AA-01 broke"]),
    ((MEANT, OTHER), {"one": results(AA_01=Verdict.ERROR, AA_02=FAIL)}, []),
    ((ONE, OTHER), {"one": results(**RED, BB_01=OPEN)}, ["one leaves BB-01 open, which was judged"]),
    ((OPENING, OTHER), {}, ["one leaves BB-01 judged, not open"]),
    ((OPENING, OTHER), {"one": results(**RED, BB_01=OPEN)}, []),
    ((ONE, OTHER), {HEALTHY: results(BB_01=FAIL)},
     ["BB-01 is fail on the healthy pair: BB-01 broke", *map(UNPROVEN.format, ("AA-02", "BB-01"))]),
    ((ONE,), {}, [*map(UNPROVEN.format, ("AA-02", "BB-01"))]),
    ((replace(ONE, says="AA-01 broke.more"), OTHER), {}, []),
    ((replace(ONE, says="AA-02 broke"), OTHER), {}, ["one does not say 'AA-02 broke', but: AA-01 broke\nmore"]),
    # Each that is killed must say it.
    ((ONE, replace(OTHER, says="AA-02")), {}, ["other does not say 'AA-02', but: BB-01 broke\nmore"]),
    # A form that is accepted turns nothing red, and says why it leaves something open, or what it is noted with.
    ((ONE, OTHER, FORM), {"form": results()}, []),
    ((ONE, OTHER, FORM), {"form": results(BB_01=FAIL)},
     ["form turns BB-01 red, which does not follow from it: BB-01 broke"]),
    ((ONE, OTHER, OPEN_FORM), {"form": other(verdict=OPEN, message="for another reason")}, []),
    ((ONE, OTHER, OPEN_FORM), {"form": results(BB_01=OPEN)}, [UNSAID.format("another reason")]),
    ((ONE, OTHER, NOTED_FORM), {"form": other(message="a condition")}, []),
    ((ONE, OTHER, NOTED_FORM), {"form": other(deviations=("a condition of its own",))}, []),
    ((ONE, OTHER, NOTED_FORM), {"form": results()}, [UNSAID.format("condition")]),
])  # fmt: skip
def test_what_is_not_as_it_should_be_is_a_problem(sabotages, rounds, problems):
    matrix = matrix_of(sabotages, **rounds)
    assert sorted(matrix.problems) == sorted(problems)


def test_information_needs_no_proof():
    information = Catalogue([replace(one, level=Level.INFO) for one in CATALOGUE.values()])
    assert replace(matrix_of((ONE,)), catalogue=information).problems == []


def test_a_variant_is_held_to_what_it_turns_red_and_proves_nothing():
    more = variant("AA-01 AA-02", "one", lambda pair: None, "broke")
    assert (more.kills, more.follows, more.opens) == ({"AA-01"}, {"AA-02"}, set())
    matrix = matrix_of((more, OTHER))
    assert matrix.problems == ["AA-01: no sabotage proves that it can fail"]
    assert "one does not turn AA-02 red" in matrix_of((more, OTHER), one=results(AA_01=FAIL)).problems


def test_a_sabotage_that_cannot_be_made_is_a_note_and_leaves_its_requirement_unproven():
    matrix = matrix_of(skipped={"one": "node2 has no such file"})
    assert matrix.notes == ["one was not tried: node2 has no such file"]
    assert matrix.problems == ["AA-01: no sabotage proves that it can fail"]


def test_what_the_healthy_pair_leaves_open_cannot_be_tried():
    matrix = matrix_of(healthy=results(AA_01=OPEN))
    assert matrix.problems == []
    unseen = "AA-01 is not assessed on the healthy pair: AA-01 broke"
    assert matrix.notes == ["one was not tried: AA-01 not-assessed before", unseen]


def test_a_test_that_no_sabotage_breaks_is_a_problem():
    judged = Judged(GOOD, {}, frozenset({"a"}), frozenset({"b"}))
    matrix = Matrix.of(judged, (ONE, OTHER), CATALOGUE, (Kind.FILES,), "by hand")
    assert matrix.problems == ["no sabotage makes b fail"]


def unasked(one: str) -> Results:
    """All pass, but for one that asks what the stored run was not asked."""
    message = "no evidence: no observation of node1: 'role'"
    return {**results(), one: results()[one]._replace(verdict=Verdict.ERROR, message=message)}


def test_what_the_run_was_not_asked_waits_and_is_no_problem():
    matrix = matrix_of(healthy=unasked("AA-01"))
    assert (matrix.problems, matrix.notes, matrix.unasked) == ([], [], ["AA-01"])
    assert matrix.remarks == [
        "AA-01 waits for a run that was asked for it: no evidence: no observation of node1: 'role'",
        "one waits for such a run: AA-01 error before",
    ]


def test_what_cannot_be_broken_here_is_reported_with_the_reason():
    judged = Judged({HEALTHY: results(), "one": GOOD["one"]}, {}, frozenset(), frozenset({"test"}))
    exempt = {"AA-02": "it runs", "BB-01": "it runs", "test": "it runs"}
    matrix = Matrix.of(judged, (ONE,), CATALOGUE, (Kind.FILES,), "by hand", exempt=exempt)
    assert matrix.problems == []
    assert "BB-01 is not broken here: it runs" in matrix.remarks


def test_a_requirement_that_no_test_judges_need_not_be_proven():
    built = {**results(), "BB-01": results()["BB-01"]._replace(verdict=OPEN, message="not built")}
    matrix = matrix_of((ONE, replace(OTHER, kills=frozenset({"AA-02"}))), healthy=built, other=results(AA_02=FAIL))
    assert (matrix.problems, matrix.notes) == ([], [])


def test_kinds_beside_need_no_proof_but_must_stay_green():
    kinds = {"AA-01": Kind.FILES, "AA-02": Kind.FILES, "BB-01": Kind.LIVE}
    catalogue = Catalogue([replace(one, kind=kinds[one.id]) for one in CATALOGUE.values()])
    broken = {name: one._replace(kind=kinds[name]) for name, one in results(AA_01=FAIL, AA_02=FAIL, BB_01=FAIL).items()}
    judged = Judged({HEALTHY: results(), "one": broken}, {})
    matrix = Matrix.of(judged, (ONE,), catalogue, (Kind.FILES,), "by hand", beside=(Kind.LIVE,))
    unproven = "AA-02: no sabotage proves that it can fail"
    assert matrix.problems == [unproven, "one turns BB-01 red, which does not follow from it: BB-01 broke"]
