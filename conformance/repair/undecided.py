"""Questions for requirements whose remedies do not ask any."""

from conformance.judgement.catalogue import Requirement
from conformance.repair.question import Question

#: Known changes that are not text.
_BY_HAND = {
    "DB-01": ("copy the MySQL Connector/J jar into repository/components/lib of each node", "no patch holds a jar")
}
_COPY = "copy the right one to the other node"
_SAME = "write the same on both nodes"
#: By requirement and a word of its message ("" for any): what only the operator knows, and what to do then.
_QUESTIONS: dict[str, dict[str, tuple[str, str]]] = {
    "PRE-01": {
        "": (
            "Has each host memory for 4 GB of Carbon and 2 GB of Spark?",
            "if so: -Xmx4096m in bin/wso2server.sh, and 2g as spark.executor.memory and spark.worker.memory",
        )
    },
    "PRE-02": {
        "carbon.xml": ("Which product and version are both nodes to run?", "install the same one on both"),
        "": ("Which bundles and patches are right: the nodes do not have the same?", _COPY),
    },
    "UM-01": {
        "userstores": (
            "Is the user store that one node has alone meant for both?",
            "if so: copy its file to the other node; else take it out",
        )
    },
    "SPK-02": {
        "disableAnalytics": (
            "Is this node meant to take part in Spark's cluster, as the page has it?",
            "if so: start it without that option",
        )
    },
    "NID-01": {
        "": (
            "Which id has this node had until now? The record store knows it; another one orphans its index data.",
            "write it into repository/conf/analytics/my-node-id.dat; an id of your choice on a cluster without data",
        )
    },
    "NID-02": {
        "": (
            "Which of the two nodes is the one with this id? The other one's is in the record store, or is new.",
            "write the other node's own id into its repository/conf/analytics/my-node-id.dat",
        )
    },
    "DEP-01": {
        "carbon.xml": (
            "Do both nodes get their C-Apps from one repository, and which of them commits?",
            "set the deployment synchronizer of carbon.xml alike on both, with AutoCommit on one",
        ),
        "": ("Which C-Apps are right: the nodes do not have the same?", _COPY),
    },
    "DEP-02": {
        "": ("Which streams, receivers, publishers and plans are right: the nodes do not have the same?", _COPY)
    },
    "EP-10": {
        "": (
            "Do the clients of this receiver send each event to both nodes?",
            "if so: events.duplicated.in.cluster=true on both nodes, of an adapter that heeds it; else on neither",
        )
    },
    "OPS-01": {
        "lacks": ("Where is the product's own rdbms-config.xml? This one lacks queries.", "put it on both nodes"),
        "": ("Which queries are right: the nodes do not have the same?", _SAME),
    },
    "OPS-03": {
        "hazelcast.xml": (
            "Is hazelcast.xml meant to stand in the place of the clustering section of axis2.xml?",
            "put what it says into axis2.xml and hazelcast.properties, and take it away; else keep it alike on both",
        ),
        "": ("Which settings of Hazelcast are right: the nodes do not have the same?", _SAME),
    },
    "OPS-05": {"": ("Which quorum is meant?", "state the same one on both nodes, which fits the members")},
    "OPS-06": {
        "DataSource": ("Which database do both nodes share for the state?", "name its data source on both nodes"),
        "": ("Why is no state saved? The newest file is older than the start.", "look for errors of saving in the log"),
    },
    "OPS-08": {"": ("By which address do clients reach the data bridge?", "write it, or take the setting out")},
    "OPS-10": {"": ("Is the patch meant for both nodes?", "copy it to the other node, or take it out")},
}
#: Requirements with a question here.
KNOWN = frozenset((*_BY_HAND, *_QUESTIONS))


def question(requirement: Requirement, message: str) -> Question:
    """What to decide or do, and how; by default the catalogue's repair text."""
    if requirement.id in _BY_HAND:
        return Question((requirement.id,), *_BY_HAND[requirement.id], decides=False)
    for word, (text, answer) in _QUESTIONS.get(requirement.id, {}).items():
        if word in message:
            return Question((requirement.id,), text, answer)
    return Question((requirement.id,), f"How is it to be: {requirement.sentence}", requirement.repair)
