"""tasks-config.xml: which nodes of a cluster run scheduled tasks, such as Spark scripts."""

from functools import cached_property

from conformance.judgement.located import Located
from conformance.node.home.stated import stated
from conformance.node.home.xml_source import XmlSource
from conformance.node.node import Node

PATH = "repository/conf/etc/tasks-config.xml"
ROOT = "tasks-configuration"
AUTO, REMOTE, STANDALONE = "AUTO", "REMOTE", "STANDALONE"
#: The product's default for the number of servers: it waits for none.
_NO_COUNT = "0"
#: Nodes in the page's cluster.
_NODES = 2


class TasksConfig:
    """The file of one node."""

    def __init__(self, source: XmlSource) -> None:
        self._source = source

    @property
    def unreadable(self) -> str:
        """Why the product cannot read the file, and no task service starts; "" if it can."""
        root = self._source.root
        if root.tag == ROOT:
            return ""
        return (
            f"{self._source.where(root)}: found {root.tag!r}, expected {ROOT!r}: "
            "the product cannot read the file, and no scheduled task runs"
        )

    @cached_property
    def mode(self) -> Located:
        """The mode as written: in capitals, without blanks. If absent or something else, AUTO applies."""
        return self._source.text("taskServerMode", default=AUTO)

    @cached_property
    def count(self) -> Located:
        """Servers that must be up before tasks are scheduled."""
        return self._source.text("taskServerCount", default=_NO_COUNT)

    @property
    def is_clustered(self) -> bool:
        """Whether the nodes of a cluster share the tasks. NotAssessed for a system property."""
        return stated(self.mode) not in (REMOTE, STANDALONE)


def problem_mode(node: Node) -> str:
    """Why scheduled tasks run on every node of the cluster, for the operator; "" if they do not."""
    config = TasksConfig(node.files.xml(PATH))
    mode = config.mode
    if config.unreadable or stated(mode) != STANDALONE:
        return config.unreadable
    return (
        f"{mode.found}, expected {AUTO!r}: each node runs every scheduled task by itself, "
        "so that Spark scripts run twice"
    )


def problem_count(node: Node) -> str:
    """Why a node waits for servers that do not exist; "" if it does not. More than two may be listed."""
    config = TasksConfig(node.files.xml(PATH))
    count = config.count
    if not config.is_clustered or stated(count).int_(plain=True) <= _NODES:
        return ""
    nodes = max(_NODES, len(node.axis2.members))
    if int(count) <= nodes:
        return ""
    return (
        f"{count.found}, expected at most {nodes}, the nodes of the cluster: "
        "the node waits for the others, and no task is ever scheduled"
    )


def problem_unequal(first: Node, second: Node) -> str:
    """How the nodes wait for different numbers of servers, for the operator; "" if the numbers are equal."""
    one, other = (TasksConfig(node.files.xml(PATH)) for node in (first, second))
    if not (one.is_clustered and other.is_clustered):
        return ""
    here, there = stated(one.count), stated(other.count)
    if here.int_(plain=True) == there.int_(plain=True):
        return ""
    return f"{there.found}, expected that of {here.with_place}"
