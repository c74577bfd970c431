"""Tries sabotages on a stored run: a round for the unchanged run, and one for each change, all in this process."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from conformance.evidence.bundle import Bundle, open_bundle
from conformance.judgement.catalogue import Kind, load
from conformance.project import CATALOGUE, SUITES
from conformance.targets.replay import ReplayDeployment
from sabotage.catalogue import HOMES, RUNS
from sabotage.homes import CannotBreak
from sabotage.judge import Opened, judge
from sabotage.matrix import Matrix
from sabotage.run_outages import DATABASES, both_survive, nothing_lost
from sabotage.sabotage import Broken, Sabotage
from sabotage.stored_homes import StoredHomes
from sabotage.stored_run import StoredRun
from sabotage.trial import OF_HOMES, Progress, rounds

#: Kinds of requirements that a changed answer proves able to fail.
OF_RUNS = (Kind.DB, Kind.LIVE, Kind.FAULT)

_PORTS = "suites/test_event_processor.py::test_nodes_on_one_host_differ_in_every_port"
_AFTERMATH = "suites/test_log_errors.py::test_there_is_no_error_that_the_loss_of_the_peer_does_not_explain"
_OWN_START = "a run judges the start that it brought about, up to its own faults"
_HEAP = "suites/test_hosts.py::test_carbon_may_use_the_recommended_memory"
_SPARK = "suites/test_spark_settings.py::test_no_option_of_the_start_keeps_the_node_out_of_spark"
_PRESENTATION = "suites/test_event_processor.py::test_presentation_of_both_nodes_has_two_addresses"
_STORES = "suites/test_user_store.py::test_both_nodes_have_the_same_user_stores"
_BRACKETS = "suites/test_clustering.py::test_an_ipv6_member_stands_in_brackets"
_OWN_OPTIONS = "of a server that runs its own options count, and its start script is not read"
#: Sabotages of homes that are impossible in a stored run: the reason, and the requirement and test left out for it.
LEFT_OUT = {
    "same-ports-on-one-host": ("nodes on hosts of their own are not asked for all their ports", ("EP-09", _PORTS)),
    "one-host-with-one-offset": ("nodes on hosts of their own are not asked for all their ports", ()),
    "dangling-link": ("nodes with homes of one path are not asked where a link leads", ()),
    "restarted-with-one-mount": (_OWN_START, ()),
    "error-after-a-restart": (_OWN_START, ()),
    "error-after-the-peer-left": (_OWN_START, (_AFTERMATH,)),
    "other-c-app": ("the lab has no C-App", ()),
    "small-heap": (_OWN_OPTIONS, (_HEAP,)),
    "offset-of-the-start": (_OWN_OPTIONS, ()),
    "started-without-spark": (_OWN_OPTIONS, (_SPARK,)),
    "user-store-of-one-node": (
        "the stored run was asked for no user store in a file of its own, and has no address of IPv6",
        (_STORES, _BRACKETS),
    ),
    "presenter-on-an-address-of-both": ("a run looked up no other names than those in its files", (_PRESENTATION,)),
}


def homes(root: Path, run: Path, progress: Progress) -> Matrix:
    """Make every sabotage of files and logs on a stored run's answers about them. Raises ConformanceError.

    Only files and logs are judged, because a run of such homes would have gone differently from the stored one.
    """
    chosen = [one for one in HOMES if one.name not in LEFT_OUT]
    exempt = {one: reason for reason, left_out in LEFT_OUT.values() for one in left_out}
    return _tried(root, run, chosen, StoredHomes, OF_HOMES, (), exempt, "files and logs", progress)


def answers(root: Path, run: Path, progress: Progress) -> Matrix:
    """Make every change of answers of databases, running nodes and faults; everything red counts. ConformanceError.

    The product loses events in every outage of its database, and after a noticed partition one node or both end
    themselves. The stored run is first changed as if neither had happened.
    """
    what = "answers, as if no event of a database outage were lost, and both nodes lived through a noticed partition"
    return _tried(root, run, RUNS, lambda stored: stored, OF_RUNS, OF_HOMES, {}, what, progress)


def _tried(
    root: Path,
    path: Path,
    sabotages: Sequence[Sabotage[Broken]],
    seen_as: Callable[[StoredRun], Broken],
    kinds: tuple[Kind, ...],
    beside: tuple[Kind, ...],
    exempt: Mapping[str, str],
    what: str,
    progress: Progress,
) -> Matrix:
    bundle = _repaired(open_bundle(path))

    @contextmanager
    def opened(change: Callable[[Broken], None]) -> Iterator[Opened]:
        stored = StoredRun(bundle)
        change(seen_as(stored))
        yield Opened(ReplayDeployment(stored.bundle()), stored.changed)

    judged = judge(root, f"replay:{path}", rounds(sabotages, opened, progress), kinds, beside)
    catalogue = load(root / SUITES / CATALOGUE)
    source = f"run {bundle.signoff.get('run_id')}, {what}"
    return Matrix.of(judged, sabotages, catalogue, kinds, source, beside=beside, exempt=exempt)


def _repaired(bundle: Bundle) -> Bundle:
    stored = StoredRun(bundle)
    for mend in (*map(nothing_lost, DATABASES), both_survive):
        with suppress(CannotBreak):  # No such outage in the run, or nothing to be repaired in it.
            mend(stored)
    return stored.bundle()
