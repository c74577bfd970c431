"""The question of each requirement that no remedy asks itself."""

from __future__ import annotations

from conformance.judgement.catalogue import Requirement
from conformance.repair.question import Question

_WHICH_COPY = "The nodes hold different {}. Which of the two is right?"
#: What is known, and is no text.
_BY_HAND = {
    "DB-01": ("copy the MySQL Connector/J jar into repository/components/lib of each node", "no patch holds a jar"),
}
#: By requirement: what only the operator knows, and what to do then.
_QUESTIONS = {
    "PRE-01": (
        "Has each host memory for 4 GB of Carbon and 2 GB of Spark?",
        "if so: -Xmx4096m in bin/wso2server.sh, and 2g as spark.executor.memory and spark.worker.memory",
    ),
    "PRE-02": (_WHICH_COPY.format("products, bundles or patches"), "copy the right one to the other node"),
    "NID-01": (
        "Which id has this node had until now? The record store knows it; another one orphans its index data.",
        "write it into repository/conf/analytics/my-node-id.dat; an id of your choice on a cluster without data",
    ),
    "NID-02": (
        "Which of the two nodes is the one with this id? The other one's is in the record store, or is new.",
        "write the other node's own id into its repository/conf/analytics/my-node-id.dat",
    ),
    "DEP-01": (
        "Are the nodes to get their C-Apps from one repository, and which of them commits? Or which C-Apps are right?",
        "set the deployment synchronizer alike on both, or copy the right C-Apps to the other node",
    ),
    "DEP-02": (_WHICH_COPY.format("streams, receivers, publishers or plans"), "copy the right one to the other node"),
    "EP-10": (
        "Do the clients of this receiver send each event to both nodes?",
        "if so: events.duplicated.in.cluster=true on both nodes, of an adapter that heeds it; else on neither",
    ),
    "OPS-01": (_WHICH_COPY.format("queries, or lack some"), "take the product's own rdbms-config.xml on both"),
    "OPS-03": (_WHICH_COPY.format("settings of Hazelcast"), "write the same on both nodes"),
    "OPS-05": ("Which quorum is meant?", "state the same one on both nodes, which fits the members"),
    "OPS-06": ("Which database do both nodes share for the state?", "name its data source on both nodes"),
    "OPS-08": ("By which address do clients reach the data bridge?", "write it, or take the setting out"),
    "OPS-10": (_WHICH_COPY.format("patches"), "copy the patch to the other node, or take it out"),
}


#: Requirements that have a question of their own here.
KNOWN = frozenset((*_BY_HAND, *_QUESTIONS))


def question(requirement: Requirement) -> Question:
    """What is to be decided or done, and how; the catalogue's repair where nothing better is known."""
    if requirement.id in _BY_HAND:
        return Question((requirement.id,), *_BY_HAND[requirement.id], decides=False)
    known = (f"How is it to be: {requirement.sentence}", requirement.repair)
    return Question((requirement.id,), *_QUESTIONS.get(requirement.id, known))
