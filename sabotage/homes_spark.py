"""Breaks Spark's settings, node ids and what is deployed (page: Required configurations, steps 3.3 and 4 to 7)."""

from pathlib import Path

from conformance.node.home.carbon_xml import CarbonXml
from conformance.node.home.node_id import NodeId
from conformance.node.home.spark_defaults import SYMBOLIC_LINK, SparkDefaults
from conformance.node.home.spark_environment import SparkEnvironment
from conformance.node.home.start_script import StartScript
from sabotage.edits import appended, copied, matching, on_both, removed, replaced, swapped, text, written
from sabotage.homes import FIRST, SECOND, Homes, address
from sabotage.sabotage import Change, Table, every, variant, wrong
from sabotage.variants import texts

_SERVER = "repository/deployment/server"
_DUPLICATED = '<property name="events.duplicated.in.cluster">true</property>'
_FORMER_NAME = _DUPLICATED.replace("events.", "receiving.events.")
_RECEIVER = """<eventReceiver xmlns="http://wso2.org/carbon/eventreceiver" name="Sabotage">
  <from eventAdapterType="{}">{}</from><to streamName="Sabotage" version="1.0.0"/>
</eventReceiver>"""
_RECEIVER_FILE = f"{_SERVER}/eventreceivers/Sabotage.xml"
_SYNCHRONIZER = "/d:Server/d:DeploymentSynchronizer"


def setting(key: str, value: str, node: str = SECOND) -> Change:
    """Give an existing setting another value."""
    key_in_pattern = key.replace(".", r"\.")
    return replaced(SparkDefaults.PATH, rf"^{key_in_pattern}[ =:\t].*$", f"{key} {value}", node)


def _synchronizer(setting: str, value: str, node: str = SECOND) -> Change:
    return text(CarbonXml.PATH, f"{_SYNCHRONIZER}/d:{setting}", value, node)


def _link(target: str) -> Change:
    return on_both(appended, SparkDefaults.PATH, f"{SYMBOLIC_LINK} {target}")


def _other_home(homes: Homes) -> None:
    """Give the homes different paths, which is no fault as long as a link is configured."""
    homes.state(SECOND, home=Path("/elsewhere/das"))


def _peers_address(homes: Homes) -> None:
    replaced(SparkEnvironment.PATH, r"(SPARK_LOCAL_IP=)\S*", rf"\g<1>{address(homes, FIRST)}")(homes)


def _several_addresses(homes: Homes) -> None:
    homes.state(SECOND, other_names=("203.0.113.12",))


SABOTAGES: Table[Homes] = {
    "SPK-01": {
        "spark-local": wrong(
            "node 2's Spark master is local", setting("carbon.spark.master", "local"), follows="SPK-05"
        ),
        "spark-local-on-both": wrong(
            "both nodes' Spark masters are local", on_both(setting, "carbon.spark.master", "local")
        ),
    },
    "SPK-02": {
        "spark-master-alone": wrong(
            "both nodes want one Spark master", on_both(setting, "carbon.spark.master.count", "1")
        ),
        "started-without-spark": wrong(
            "node 2's start script keeps it out of Spark's cluster",
            appended(StartScript.PATH, 'JAVA_OPTS="-DdisableAnalyticsEngine=true"'),
            says=r"bin/wso2server\.sh:\d+ -DdisableAnalyticsEngine=true: found 'true', expected no such option",
        ),
    },
    "SPK-03": {
        "homes-without-link": wrong("the homes differ in path and no link is set", _other_home),
        "dangling-link": wrong("the link leads nowhere", every(_other_home, _link("/nowhere/das"))),
        "link-on-one-node": wrong(
            "only node 2 has a link, to its own home",
            every(_other_home, appended(SparkDefaults.PATH, f"{SYMBOLIC_LINK} /elsewhere/das")),
        ),
    },
    "SPK-04": {
        "spark-on-the-peers-address": wrong("node 2 exports node 1's address", _peers_address),
        "no-address-for-spark": wrong(
            "node 2 has two addresses and exports none",
            every(_several_addresses, replaced(SparkEnvironment.PATH, "^.*SPARK_LOCAL_IP.*$", "")),
        ),
    },
    "SPK-05": {
        "other-spark-port": wrong("node 2's Spark master has another port", setting("spark.master.port", "7177")),
        "more-spark-settings": wrong(
            "only node 1 has a setting", appended(SparkDefaults.PATH, "spark.sql.shuffle.partitions 4", FIRST)
        ),
    },
    "NID-01": {
        "id-is-empty": wrong("node 2's id is empty", written(NodeId.PATH, b"")),
        "no-id": wrong("node 1 has no id", removed(NodeId.PATH, FIRST)),
        "id-of-two-lines": wrong("node 2's id has two lines", appended(NodeId.PATH, "another")),
    },
    "NID-02": {"same-id": wrong("node 2 has node 1's id", copied(NodeId.PATH))},
    "DEP-01": {
        "c-app-on-one-node": wrong(
            "node 1 has a C-App that node 2 has not",
            written(f"{_SERVER}/carbonapps/More.car", b"more", FIRST),
            opens="EP-10",
        ),
        "other-c-app": wrong(
            "node 2 has another build of a C-App",
            matching(f"{_SERVER}/carbonapps", "*.car", lambda path: written(path, b"other")),
            opens="EP-10",
        ),
        "synchronizer-on-one-node": wrong(
            "the deployment synchronizer is on on node 2 only", _synchronizer("Enabled", "true")
        ),
        "synchronizers-of-two-repositories": wrong(
            "the nodes synchronize with different repositories",
            every(
                on_both(_synchronizer, "Enabled", "true"),
                _synchronizer("AutoCommit", "true", FIRST),
                _synchronizer("SvnUrl", "http://svn.example.com/other/"),
            ),
        ),
        "no-node-commits": wrong(
            "both nodes synchronize and neither commits", on_both(_synchronizer, "Enabled", "true")
        ),
    },
    "DEP-02": {
        "stream-on-one-node": wrong("node 2 lacks a stream", matching(f"{_SERVER}/eventstreams", "*.json", removed)),
        "plan-on-one-node": wrong(
            "only node 1 has an execution plan",
            written(f"{_SERVER}/executionplans/Sabotage.siddhiql", "@Plan:name('Sabotage')", FIRST),
        ),
        "other-receiver": wrong(
            "node 2's receiver feeds another stream",
            matching(
                f"{_SERVER}/eventreceivers",
                "*.xml",
                lambda path: replaced(path, 'streamName="[^"]*"', 'streamName="Other"'),
            ),
        ),
    },
    "EP-10": {
        "duplicated-on-one-node": wrong(
            "only node 2's receiver is marked as duplicated",
            every(
                written(_RECEIVER_FILE, _RECEIVER.format("wso2event", ""), FIRST),
                written(_RECEIVER_FILE, _RECEIVER.format("wso2event", _DUPLICATED)),
            ),
            follows="DEP-02",
        ),
        "duplicated-without-effect": wrong(
            "both nodes mark a receiver that does not heed the mark",
            on_both(written, _RECEIVER_FILE, _RECEIVER.format("http", _DUPLICATED)),
        ),
        "duplicated-under-a-former-name": wrong(
            "both nodes mark a receiver under a name that the product does not read",
            on_both(written, _RECEIVER_FILE, _RECEIVER.format("wso2event", _FORMER_NAME)),
        ),
    },
}

_ADDRESS = "export SPARK_LOCAL_IP=198.51.100.12"
#: Further forms of faults.
VARIANTS = (
    *texts(
        SparkDefaults.PATH,
        (
            ("SPK-01 SPK-05", "carbon.spark.master carbon\n", "", "carbon.spark.master .absent.*: found nothing"),
            ("SPK-02 SPK-05", "master.count 2", "master.count 1", r"\.count: found 1, expected 2"),
            ("SPK-02 SPK-05", "master.count 2", "master.count two", "found 'two', expected a whole number"),
        ),
    ),
    *(
        variant(
            "SPK-04",
            f"node 2 has two addresses, and for Spark {line!r}",
            every(_several_addresses, swapped(SparkEnvironment.PATH, _ADDRESS, line)),
            says,
        )
        for line, says in (
            ("export SPARK_LOCAL_IP=127.0.0.1", "loopback"),
            ("export SPARK_LOCAL_IP=0.0.0.0", "wildcard"),
            (f"{_ADDRESS}\r", "blanks"),
            ("export SPARK_LOCAL_IP=<IP_Address>", "found"),
            ("SPARK_LOCAL_IP=198.51.100.12", "assigned, but not exported"),
            (f"# {_ADDRESS}", "found nothing"),
        )
    ),
    variant(
        "SPK-04",
        "node 2's start script exports node 1's address after it has read the right one",
        appended(StartScript.PATH, "export SPARK_LOCAL_IP=198.51.100.11"),
        r"bin/wso2server\.sh:\d+ SPARK_LOCAL_IP: found '198.51.100.11'",
    ),
    variant(
        "?SPK-04",
        "node 2's shell takes one of two addresses",
        appended(SparkEnvironment.PATH, '[ "$NET" = b ] && export SPARK_LOCAL_IP=203.0.113.12'),
        "only the node's own shell knows",
    ),
    variant("NID-01", "node 2's id is blank", written(NodeId.PATH, " \n\n"), "found an empty file, expected one line"),
)
