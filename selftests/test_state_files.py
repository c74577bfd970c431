import pytest

from conformance.node.home import state_files
from conformance.node.home.persistence import DATABASE_STORE
from conformance.node.home.state_files import newest_first
from selftests.good_homes import PERSISTENCE
from selftests.home_paths import EVENT_PROCESSOR

PLAN = "cep_persistence/M1234/Sum"


def surveyed(homes):
    return homes.cluster().first.state_files


def test_all_but_the_two_newest_files_of_a_plan_may_be_deleted(homes):
    files = {f"{PLAN}/{time}_Sum": "x" * size for time, size in (("9", 1), ("1493101044948", 2), ("1493101044950", 4))}
    plans = surveyed(homes.write("node1", {**files, f"{PLAN}/readme": ""}))["plans"]
    kept = ["1493101044950_Sum", "1493101044948_Sum"]
    assert plans == {"M1234/Sum": {"files": 3, "bytes": 7, "kept": kept, "deletable": 1, "others": 1}}


def test_each_plan_of_each_tenant_is_reported_and_before_the_first_saving_there_is_nothing(homes):
    assert surveyed(homes) == {"kept in": "cep_persistence", "plans": {}}
    homes.write("node1", {f"{PLAN}/1_Sum": "", "cep_persistence/5/Own/1_Own": "", "cep_persistence/note": ""})
    assert list(surveyed(homes)["plans"]) == ["5/Own", "M1234/Sum"]


def test_another_location_counts(homes):
    homes.change("node1", EVENT_PROCESSOR, (">cep_persistence<", ">state<"))
    homes.write("node1", {"state/M1234/Sum/1_Sum": ""})
    assert surveyed(homes)["plans"]["M1234/Sum"]["files"] == 1


@pytest.mark.parametrize("change", [
    (PERSISTENCE, ""),
    ('persistence enable="true"', 'persistence enable="false"'),
    (PERSISTENCE, f'<persistence enable="false"><persister class="{DATABASE_STORE}"/></persistence>'),
    (">cep_persistence<", "> <"),
    ('mode name="HA"', 'mode name="Other"'),
])  # fmt: skip
def test_files_of_a_persistence_that_is_off_are_reported_too(homes, change):
    homes.change("node1", EVENT_PROCESSOR, change).write("node1", {f"{PLAN}/1_Sum": ""})
    assert set(surveyed(homes)["plans"]) == {"M1234/Sum"}


def test_a_database_store_has_no_files(homes):
    table = '<persister class="org.wso2.carbon.event.processor.core.internal.persistence.DBPersistenceStore">'
    homes.change("node1", EVENT_PROCESSOR, (PERSISTENCE.splitlines()[3].strip().partition("<property")[0], table))
    homes.change("node1", EVENT_PROCESSOR, ('key="persistenceLocation">cep_persistence', 'key="TableName">STATES'))
    assert surveyed(homes) == {"kept in": "database table STATES", "plans": {}}


def test_of_very_many_files_the_sizes_are_not_asked(homes, monkeypatch):
    monkeypatch.setattr(state_files, "MOST_SIZED", 1)
    plan = surveyed(homes.write("node1", {f"{PLAN}/{time}_Sum": "" for time in range(3)}))["plans"]["M1234/Sum"]
    assert (plan["files"], plan["bytes"], plan["deletable"]) == (3, None, 1)


def test_names_that_are_none_are_left_out():
    assert newest_first(["2_A", "10_A", "_A", "x_A", "3", f"{'9' * 40}_A"]) == ["10_A", "2_A"]
