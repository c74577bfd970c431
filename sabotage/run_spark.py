"""Changes a stored run's answers of Spark's pages (page: Testing the HA deployment, steps 1 to 5)."""

from typing import Any

from conformance.node.home.spark_defaults import SYMBOLIC_LINK, SparkDefaults
from sabotage.edits import appended, on_both
from sabotage.homes import FIRST, NODES, SECOND
from sabotage.sabotage import Table, every, wrong
from sabotage.stored_homes import StoredHomes
from sabotage.stored_run import StoredRun
from sabotage.tamper import Tampering, broke, edited, put, replaced

_BOTH = f"{FIRST}|{SECOND}"
_MASTER, _WORKER = "^Spark master UI$", "^Spark worker UI$"
_STATUS = r"(Status:</strong>\s*)\w+"
_NOWHERE = "/nowhere/das"


def _in(test: str) -> str:
    """Return the scopes of tests with this prefix."""
    return rf"suites/test_spark_ui\.py::{test}.*"


_ONE_ALIVE, _FORMS = _in("test_exactly_one"), _in("test_page_and_json")


def _master(node: str, status: str) -> Tampering:
    return every(
        put(node, _MASTER, "json", "status", value=status, scope=_ONE_ALIVE),
        replaced(node, _MASTER, _STATUS, rf"\g<1>{status}", _ONE_ALIVE),
    )


def _crashing(answer: dict[str, Any]) -> dict[str, Any]:
    """Let an executor of node 2 end and a new one start before the second reading."""
    second = next(one for one in answer["nodes"] if one["node"] == SECOND)["second"]
    second["finished"].append("app-0/1")
    second["folders"].append("app-0/2")
    return answer


def _dangling_link(run: StoredRun) -> None:
    on_both(appended, SparkDefaults.PATH, f"{SYMBOLIC_LINK} {_NOWHERE}")(StoredHomes(run))
    for node in NODES:
        run.put(node, f"entering {_NOWHERE}", False)
        run.put(node, f"where it leads: {_NOWHERE}", "")


SABOTAGES: Table[StoredRun] = {
    "UI-01": {
        "no-master-serves": wrong("the masters of both nodes stand by", _master(FIRST, "STANDBY")),
        "two-masters-serve": wrong("the masters of both nodes serve", _master(SECOND, "ALIVE")),
        "master-recovers-forever": wrong("node 1's master is still in recovery", _master(FIRST, "RECOVERING")),
        "page-and-json-differ": wrong(
            "node 2's page says ALIVE, its JSON says STANDBY", replaced(SECOND, _MASTER, _STATUS, r"\g<1>ALIVE", _FORMS)
        ),
    },
    "UI-02": {
        "application-does-not-answer": wrong(
            "the application's link leads to a page that does not answer",
            broke(_BOTH, "^application UI of", "Connection refused", _in("test_the_link_of")),
        ),
        "no-link-to-the-application": wrong(
            "the master's page shows no link to the application's UI",
            replaced(_BOTH, _MASTER, r'href="http://(?![^"]*appId)', 'href="x', _in("test_the_link_of")),
        ),
        "another-page-behind-the-link": wrong(
            "the application's link leads to a page without its tabs",
            edited(
                _BOTH, "^application UI of", lambda _: "<html><title>Welcome</title></html>", _in("test_the_link_of")
            ),
        ),
    },
    "UI-03": {
        "spark-runs-with-another-value": wrong(
            "the application runs with other memory than the file gives",
            replaced(
                _BOTH,
                "^Environment tab of",
                r"(spark\.executor\.memory</td>\s*<td>)[^<]*",
                r"\g<1>7g",
                _in("test_applications_run"),
            ),
        ),
        "spark-lacks-a-parameter": wrong(
            "the application does not show a parameter of the file",
            replaced(_BOTH, "^Environment tab of", r"carbon\.spark\.master\.count", "x", _in("test_applications_run")),
        ),
    },
    "UI-04": {
        "jar-not-there": wrong(
            "a jar of the class path is not on node 2",
            edited(SECOND, "^class path entries that are not there", lambda entries: [*entries, "/opt/missing.jar"]),
        )
    },
    "UI-05": {
        "worker-without-executor": wrong(
            "node 2's worker has no running executor",
            every(
                put(SECOND, _WORKER, "json", "executors", value=[], scope=_in("test_every_worker")),
                replaced(
                    SECOND, _WORKER, r"Running Executors \(\d+\)", "Running Executors (0)", _in("test_every_worker")
                ),
            ),
        )
    },
    "UI-06": {
        "executors-come-and-go": wrong(
            "an executor of node 2 ended between two readings, and another was started",
            edited("cluster", "^executors at two readings$", _crashing),
        )
    },
    "UI-07": {
        "link-leads-nowhere": wrong(
            "the symbolic link of both nodes leads to nothing",
            _dangling_link,
            follows="SPK-03 UI-03",
            because="the same link is judged by the files, and the application that ran does not show it",
        )
    },
}
