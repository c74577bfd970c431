"""Whether state is saved while a node is active, and in a place that both nodes share."""

import time
from datetime import datetime, timedelta
from unittest.mock import Mock

import pytest

from conformance.deployment.interface import NotCollected, Reading
from conformance.errors import EvidenceError
from conformance.judgement.requirement import NotApplicable, NotAssessed
from conformance.node.checks.saved_state import PLANS, problem_of_age, problem_of_store
from conformance.node.home.persistence import DATABASE_STORE
from conformance.node.log.reading import LogReading
from sabotage.healthy_logs import FIRST_START, SECOND_START, STARTED, file_line
from selftests.good_homes import FILE_STORE, PERSISTENCE, GoodHomes
from selftests.home_paths import ANALYTICS, EVENT_PROCESSOR, MASTER
from selftests.page_home import PAGE, SERVER, datasource, datasources

BEGIN = datetime(2026, 11, 22, 21, 58)
#: When the start's first line was logged, a second before, in milliseconds of the epoch, if the log is in UTC.
EPOCH_MS = 1_795_384_679_000
PLAN = "cep_persistence/M1234/Sum"
HOUR_MS = 3_600_000
PASSIVE = "Became CEP HA Passive Member"
SHUTDOWN = "org.wso2.carbon.core.init.CarbonServerManager|Shutdown hook triggered...."
DEPLOYED = "x.EventProcessorDeployer|Execution plan is deployed successfully and in active state  : Sum"


@pytest.fixture
def homes(tmp_path):
    homes = GoodHomes(tmp_path)
    homes.write("node1", {f"{PLANS}/Sum.siddhiql": "@Plan:name('Sum')"})
    return homes


def start(lines=FIRST_START, *, lasts=timedelta(hours=2), more=()):
    first, *others = (*lines, STARTED, *more)
    at_once = [(timedelta(), line) for line in others]
    return logged((timedelta(seconds=-1), first), *at_once, (lasts, "core|Still here"))


def roles(*changes):
    """A start of two hours in which the node became active, and what it logged so many minutes later."""
    lines = [(0, line) for line in (*FIRST_START, STARTED)] + [*changes, (120, "core|Still here")]
    return logged(*((timedelta(minutes=after, seconds=-1), line) for after, line in lines))


def logged(*lines):
    """A start with these lines, each so long after its begin."""
    text = "".join(f"{file_line(line, f'{BEGIN + after:%Y-%m-%d %H:%M:%S},000')}\n" for after, line in lines)
    return LogReading("node1", [("wso2carbon.log", text)]).last_start


def problem(homes, section=None, clock=None):
    node = homes.cluster().first
    node.access.clock = clock or unknown
    return problem_of_age(node, lambda: section or start())


def unknown():
    raise EvidenceError("node1 does not run", "")


def state(hours):
    """State that was saved so many hours after the start."""
    return f"{PLAN}/{round(EPOCH_MS + hours * HOUR_MS)}_Sum"


YOUNG = start(lasts=timedelta(minutes=1))
OF_2017 = f"{PLAN}/1493101044948_Sum"


@pytest.mark.parametrize(("saved", "section", "expected"), [
    ((state(1), f"{PLAN}/9_Sum"), start(), ""),
    ((f"{PLAN}/9_Sum", f"cep_persistence/M1234/New/{EPOCH_MS}_New"), start(), ""),
    ((state(1),), YOUNG, ""),
    # The zone of a log whose host does not show it may be any.
    *(((state(-hours),), start(), expected) for hours, expected in ((13, ""), (14, ""), (15, "the newest file"))),
    ((OF_2017, f"{PLAN}/9_Sum"), start(),
     "node1 cep_persistence: found M1234/Sum/1493101044948_Sum of 2017-04-25 06:17 UTC as the newest file"),
    ((OF_2017,), start(), "since the start at wso2carbon.log:1 (2026-11-22 21:57)"),
    # State from long before the start is old at once.
    *(((name,), YOUNG, "as the newest file") for name in (OF_2017, state(-38 - 1 / HOUR_MS))),
    ((), start(), "found no state file, expected one"),
    ((), start(lasts=timedelta(minutes=17)), "found no state file"),
])  # fmt: skip
def test_state_is_saved_while_the_node_is_active(homes, saved, section, expected):
    found = problem(homes.write("node1", dict.fromkeys(saved, "x")), section)
    assert expected in found
    assert bool(expected) is bool(found)


def test_the_clock_of_a_host_that_shows_it_counts(homes):
    homes.write("node1", {f"{PLAN}/{EPOCH_MS - 2 * HOUR_MS}_Sum": "x"})
    now = time.time()
    assert problem(homes, clock=lambda: Reading(now, 3 * 3600)) == ""
    assert "as the newest file" in problem(homes, clock=lambda: Reading(now, 0))


def test_a_plan_of_a_c_app_is_known_by_the_log(tmp_path):
    assert "found no state file" in problem(GoodHomes(tmp_path), start(more=(DEPLOYED,)))


def test_a_node_without_plans_saves_nothing(tmp_path):
    homes = GoodHomes(tmp_path).write("node1", {f"{PLAN}/9_Sum": "of a plan that was removed"})
    with pytest.raises(NotApplicable, match="node1 has no execution plan"):
        problem(homes)


@pytest.mark.parametrize(("section", "expected"), [
    (YOUNG, "active for 1 min"),
    (start(lasts=timedelta(minutes=16)), "active for 16 min, and saves after 15 min for the first time"),
    (start(SECOND_START), "not active in its newest start"),
    (roles((16, f"ha|{PASSIVE}")), "active for 16 min, and saves"),
    (roles((16, SHUTDOWN)), "active for 16 min, and saves"),
    (roles((40, f"ha|{PASSIVE}"), (104, "ha|Became CEP HA Active Member")), "active for 16 min, and saves"),
    (roles((104, "ha|Became CEP HA Active Member"), (119, f"ha|{PASSIVE}")), "active for 15 min, and saves"),
])  # fmt: skip
@pytest.mark.parametrize("saved", [(), (state(-38),)])
def test_a_node_that_had_nothing_to_save_yet_is_not_judged(homes, section, expected, saved):
    homes.write("node1", dict.fromkeys(saved, "x"))
    with pytest.raises(NotApplicable, match=f"node1 was {expected}"):
        problem(homes, section)


def test_plans_whose_folder_was_not_handed_in_are_known_by_their_state(homes, monkeypatch):
    homes.write("node1", {f"{PLAN}/9_Sum": "old"})
    node = homes.cluster().first
    node.access.clock = unknown
    listing = node.access.listing

    def collected(path):
        if path.startswith("repository/deployment"):
            raise NotCollected(path)
        return listing(path)

    monkeypatch.setattr(node.access, "listing", collected)
    assert "as the newest file" in problem_of_age(node, start)


def test_where_state_was_not_handed_in_a_young_start_is_not_judged(homes, monkeypatch):
    node = homes.cluster().first
    node.access.clock = unknown
    monkeypatch.setattr(node.access, "listing", Mock(side_effect=NotCollected("x")))
    with pytest.raises(NotApplicable, match="active for 1 min"):
        problem_of_age(node, lambda: start(lasts=timedelta(minutes=1)))


@pytest.mark.parametrize(("interval", "minutes"), [("240", 240), ("soon", 15)])
def test_the_interval_is_the_configured_one_or_else_the_stock_one(homes, interval, minutes):
    homes.change("node1", EVENT_PROCESSOR, ("Minutes>15<", f"Minutes>{interval}<"))
    with pytest.raises(NotApplicable, match=f"saves after {minutes} min"):
        problem(homes, start(lasts=timedelta(minutes=16)))


@pytest.mark.parametrize("change", [(PERSISTENCE, ""), ('persistence enable="true"', 'persistence enable="false"')])
def test_without_persistence_there_is_nothing_to_judge(homes, change):
    homes.change("node1", EVENT_PROCESSOR, change)
    with pytest.raises(NotApplicable, match="persistence is off on node1"):
        problem(homes)


@pytest.mark.parametrize(
    ("raised", "expected"), [(NotCollected("x"), NotAssessed), (PermissionError(13, "no"), EvidenceError)]
)
def test_folders_that_cannot_be_looked_into_are_reported(homes, monkeypatch, raised, expected):
    node = homes.cluster().first
    monkeypatch.setattr(node.access, "listing", Mock(side_effect=raised))
    with pytest.raises(expected, match="node1 cep_persistence"):
        problem_of_age(node, lambda: start(more=(DEPLOYED,)))
    with pytest.raises(expected, match="node1 cep_persistence"):
        _ = node.state_files


@pytest.mark.parametrize("name", [f"{'9' * 18}_Sum", "0_Sum"])
def test_times_that_no_calendar_has_break_nothing(homes, name):
    homes.write("node1", {f"{PLAN}/{name}": "x"})
    assert problem(homes) == "" or "as the newest file" in problem(homes)


def in_a_database(homes, first, second=None, name="STATES", analytics=False):
    settings = f'DataSource">{name}</property><property key="TableName">T'
    for node, url in (("node1", first), ("node2", second or first)):
        location = ('persistenceLocation">cep_persistence', settings)
        homes.change(node, EVENT_PROCESSOR, (FILE_STORE, DATABASE_STORE), location)
        files = datasources(datasource("STATES", url, "jdbc/STATES")), PAGE[ANALYTICS]
        homes.write(node, dict(zip((MASTER, ANALYTICS), reversed(files) if analytics else files, strict=True)))
    return problem_of_store(*homes.cluster().nodes)


@pytest.mark.parametrize("analytics", [False, True])
@pytest.mark.parametrize("name", ["STATES", " STATES ", "jdbc/STATES"])
@pytest.mark.parametrize(
    "url", [f"{SERVER}/states", "jdbc:h2:tcp://198.51.100.13/states", "jdbc:oracle:thin:@db:1521/o"]
)
def test_a_database_that_both_share_is_right(homes, url, name, analytics):
    assert in_a_database(homes, url, name=name, analytics=analytics) == ""


def test_different_databases_are_reported_with_both_places(homes):
    assert f"found '{SERVER}/b', expected the database of node1" in in_a_database(homes, f"{SERVER}/a", f"{SERVER}/b")


@pytest.mark.parametrize("url", ["jdbc:h2:./states", "jdbc:h2:mem:states", "jdbc:derby:states", "jdbc:hsqldb:file:s"])
def test_a_database_of_each_node_is_reported_on_both(homes, url):
    first, second = in_a_database(homes, url).splitlines()
    assert first.startswith("node1 repository/conf/datasources/master-datasources.xml")
    assert f"found '{url}', expected a database that both nodes share" in second


@pytest.mark.parametrize(("first", "second", "name"), [
    ("jdbc:oracle:thin:@db:1521/o", "jdbc:oracle:thin:@db2:1521/o", "STATES"),
    (f"{SERVER}/states", f"{SERVER}/states", "ELSEWHERE"),
    ("${url}", "jdbc:x", "STATES"),
])  # fmt: skip
def test_what_the_files_do_not_show_is_not_assessed(homes, first, second, name):
    with pytest.raises(NotAssessed):
        in_a_database(homes, first, second, name)


def test_a_store_of_files_is_no_database(homes):
    with pytest.raises(NotApplicable, match="node1 keeps the state of its execution plans in files"):
        problem_of_store(*homes.cluster().nodes)
