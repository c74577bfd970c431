"""What a whole run left on its nodes: asked at its end, of nodes that run, and only then."""

from types import SimpleNamespace

import pytest

from conformance import deadlines
from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.judgement import collection
from conformance.judgement.catalogue import Kind
from conformance.judgement.requirement import AFTERWARDS, LAST, MARK
from conformance.node.checks import run_log
from conformance.node.log import removed_applications
from conformance.node.log.carbon_log import NodeLog
from conformance.pair.index_queues import QUEUES, problem_growing
from sabotage.healthy_logs import FIRST_START, STARTED, file_line
from selftests.fake_node import FakeAccess, StillClock

GIVEN_UP = "org.apache.spark.deploy.master.Master|Application C with ID app-{} failed 11 times; removing it"


@pytest.fixture
def witness():
    return Witness.silent()


def lab(**pages):
    names = {f"{QUEUES}/{name}": ["front", *(f"{page:019}.items" for page in range(n))] for name, n in pages.items()}
    return {QUEUES: sorted(pages), **names}


def product(**pages):
    names = {f"{QUEUES}/{name}/data": [f"page-{page}.dat" for page in range(n)] for name, n in pages.items()}
    return {QUEUES: sorted(pages), **{f"{QUEUES}/{name}": ["data", "index"] for name in pages}, **names}


def growing(witness, first, second):
    """Of a node with folders of queues, which are the second ones after a pause."""
    clock, folders = StillClock(), [first]
    clock.plan.append((deadlines.QUEUES_DRAIN.limit, lambda: folders.append(second)))

    def listing(path):
        if isinstance(folders[-1], Exception):
            raise folders[-1]
        if path not in folders[-1]:
            raise FileNotFoundError(2, "No such file")
        return folders[-1][path]

    node = SimpleNamespace(name="node1", access=SimpleNamespace(listing=listing))
    return problem_growing(node, witness, clock)


@pytest.mark.parametrize("made", [lab, product])
def test_queues_at_rest_or_that_are_emptied_are_right(witness, made):
    assert growing(witness, made(**{"0P": 1, "0S": 9}), made(**{"0P": 2, "0S": 9})) == ""


@pytest.mark.parametrize("made", [lab, product])
@pytest.mark.parametrize(("before", "after"), [(3, 4), (1, 3), (0, 3)])
def test_a_queue_that_gets_more_pages_than_it_has_at_rest_is_reported(witness, made, before, after):
    problem = growing(witness, made(**{"0S": 1} | ({"0P": before} if before else {})), made(**{"0P": after, "0S": 1}))
    assert f"node1 {QUEUES}: within 5 s these queues grew: 0P: {before} pages, then {after}:" in problem
    assert "0S" not in problem


def test_a_node_without_queues_has_none_that_grow(witness):
    assert growing(witness, {}, {}) == ""


def test_queues_that_cannot_be_listed_are_an_error(witness):
    with pytest.raises(EvidenceError, match=r"node1 repository/data/index_staging_queues: cannot be listed \(no\)"):
        growing(witness, PermissionError(13, "no"), {})


def removed(access, witness):
    node = SimpleNamespace(name=access.name, access=access, log=NodeLog(access, witness))
    return run_log.events_of_run(node, witness, "applications", removed_applications.removals)


def started(at, *shorts):
    texts = [file_line(short, f"2026-11-22 {at},{n:03}") for n, short in enumerate((*FIRST_START, STARTED))]
    return "".join(f"{line}\n" for line in (*texts, *(file_line(short, f"2026-11-22 {at},500") for short in shorts)))


def test_of_all_starts_of_a_run_the_events_are_reported(witness):
    access = FakeAccess.good("node1", log=started("10:00:00", GIVEN_UP.format(1)))
    NodeLog(access, witness).note_start()
    access.append(started("11:00:00", GIVEN_UP.format(2)))
    first, second = removed(access, witness)
    assert first.endswith("Master - Application C with ID app-1 failed 11 times; removing it")
    assert "app-2" in second


def test_what_was_before_the_run_does_not_count(witness):
    access = FakeAccess.good("node1", log=started("09:00:00", GIVEN_UP.format(1)) + started("10:00:00"))
    assert removed(access, witness) == []


def test_rotated_parts_of_the_run_count(witness):
    access = FakeAccess.good("node1", log=started("10:00:00", GIVEN_UP.format(1)))
    NodeLog(access, witness).note_start()
    NodeLog(access, witness).deployment_start()
    access.rotate()
    access.append(started("11:00:00"))
    assert len(removed(access, witness)) == 1


def item(*kinds_and_marks, whole=False):
    marks = {name: SimpleNamespace(args=("AA-01",), kwargs={"whole": whole}) for name in kinds_and_marks}
    return SimpleNamespace(
        stash={}, iter_markers=lambda name: [marks[name]] if name in marks else [], get_closest_marker=marks.get
    )


def test_such_tests_ask_running_nodes_after_all_faults_but_the_one_that_leaves_no_cluster():
    catalogue = {"AA-01": SimpleNamespace(kind=Kind.LOG)}
    last, log = item(MARK, AFTERWARDS), item(MARK)
    assert collection.kinds_of(last, catalogue) == {Kind.LIVE}
    assert collection.kinds_of(log, catalogue) == {Kind.LOG}
    assert collection.order([last, log], catalogue) == [log, last]
    catalogue = {"AA-01": SimpleNamespace(kind=Kind.FAULT)}
    tests = [item(MARK, AFTERWARDS), item(MARK, LAST), item(MARK, AFTERWARDS, whole=True), item(MARK)]
    assert collection.order(tests, catalogue) == tests[::-1]
