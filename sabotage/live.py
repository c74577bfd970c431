"""Breaks the settings of a whole lab, which is then started: the suites must find the fault in a running cluster."""

from pathlib import Path

from conformance.deployment.spec import EVENT_STORE_DB, PROCESSED_STORE_DB, REGISTRY_DB, USER_DB, ClusterSpec
from conformance.errors import ConformanceError
from conformance.events.artifacts import TWICE, duplicated_receiver, receiver_path
from conformance.node.home.datasources import ANALYTICS, MASTER
from conformance.node.home.spark_defaults import SparkDefaults
from sabotage.edits import appended, on_both, rewritten, written
from sabotage.homes import Homes
from sabotage.homes_clustering import other_domain
from sabotage.homes_event_processor import sync_on_wildcard
from sabotage.homes_spark import setting
from sabotage.pair import Pair
from sabotage.sabotage import Change, Sabotage, every, sabotage

_SWAPPED = {MASTER: (USER_DB, REGISTRY_DB), ANALYTICS: (EVENT_STORE_DB, PROCESSED_STORE_DB)}


class LabHomes(Pair):
    """The homes below a lab's folder."""

    def home(self, node: str) -> Path:
        """A node's home."""
        return self.folder / node / "das"


def break_homes(name: str, folder: Path, cluster: ClusterSpec) -> None:
    """Break the configured, not yet started homes of a lab in `folder`. ConformanceError if the name is unknown."""
    named(name).change(LabHomes(folder, cluster))


def named(name: str) -> Sabotage[Homes]:
    """Return the sabotage of this name. ConformanceError if there is none."""
    found = next((one for one in SABOTAGES if one.name == name), None)
    if found is None:
        raise ConformanceError(f"no sabotage of the lab is called {name!r}", f"one of {', '.join(NAMES)}")
    return found


def _swapped(path: str) -> Change:
    """Exchange node 2's two databases of the file: both exist, with the tables that it needs."""
    one, other = _SWAPPED[path]

    def edit(url: str) -> str:
        found = next((name for name in (one, other) if f"/{name}" in url), "")
        return url.replace(f"/{found}", f"/{other if found == one else one}") if found else url

    return rewritten(path, "//datasource//configuration/url", edit)


SABOTAGES = (
    sabotage(
        "other-domain",
        "CLU-06 CLU-08 LOG-05 LOG-07 LOG-08 UI-01",
        "node 2 is in another clustering domain: two active nodes, and no error anywhere",
        other_domain(),
    ),
    sabotage(
        "duplicated-receiver",
        "LOG-08",
        "both nodes have a receiver marked as duplicated from the start: state sync ends silently",
        on_both(written, receiver_path(TWICE), duplicated_receiver()),
    ),
    sabotage(
        "one-spark-master",
        "SPK-02 LOG-07",
        "both nodes want one Spark master, so the second has none to take over",
        on_both(setting, "carbon.spark.master.count", "1"),
        follows="UI-01",
        because="the page of a master that is not there does not answer",
    ),
    sabotage(
        "other-databases",
        "DS-07 DB-09 UM-02 REG-06",
        "node 2 takes the users' database for the registry's and the event store's for the processed data's",
        every(_swapped(MASTER), _swapped(ANALYTICS)),
    ),
    sabotage(
        "event-sync-on-wildcard",
        "EP-03 EP-08 EVT-01",
        "node 2's event sync is on 0.0.0.0, and node 1 calls itself",
        sync_on_wildcard(),
    ),
    sabotage(
        "no-workers",
        "SPK-02 CON-03",
        "both nodes want three Spark masters, so no worker ever starts",
        on_both(setting, "carbon.spark.master.count", "3"),
    ),
    sabotage(
        "executors-crash",
        "UI-06",
        "each executor ends as soon as it starts, and Spark makes new ones for ever",
        on_both(appended, SparkDefaults.PATH, "spark.executor.extraJavaOptions -XX:+NoSuchOption"),
    ),
)
NAMES = tuple(one.name for one in SABOTAGES)
