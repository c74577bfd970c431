"""Where Spark's executors find the nodes' homes: carbon.das.symbolic.link (page: step 4)."""

from pathlib import PurePath

from conformance.judgement.requirement import not_assessed
from conformance.node.home.spark_defaults import SYMBOLIC_LINK
from conformance.node.node import Node
from conformance.pair.view import ClusterView


class SparkHome:
    """Compares both nodes' links with the paths of their homes."""

    def __init__(self, cluster: ClusterView) -> None:
        self._cluster = cluster
        self._links = tuple(node.spark_defaults.symbolic_link for node in cluster.nodes)

    @property
    def unneeded(self) -> str:
        """Why neither node needs or has a link; "" if one is set. NotAssessed if the homes are unknown."""
        if any(link.present for link in self._links):
            return ""
        homes = [_home(node) for node in self._cluster.nodes]
        if self._cluster.single_host:
            return "the nodes share one host, on which each can read the other's home under its own path"
        if PurePath() in homes:
            not_assessed(f"{SYMBOLIC_LINK} is not set, and under which path the nodes see their homes is not known")
        return f"both nodes see their home at {homes[0]}, so that no link is needed" if homes[0] == homes[1] else ""

    @property
    def disagreement(self) -> str:
        """How the two links differ, for the operator; "" if they are equal or the nodes share a host."""
        first, second = self._links
        if self._cluster.single_host or (first.present and second.present and PurePath(first) == PurePath(second)):
            return ""
        if first.present or second.present:
            return f"{second.found}, expected that of {first.with_place}"
        homes = " and ".join(f"{node.name}'s home is {_home(node)}" for node in self._cluster.nodes)
        return f"{first.found}, expected a link to its home on each node: {homes}"

    def misleading(self, node: Node) -> str:
        """Why this node's link does not lead to its home (on one host: to either); "" if it does."""
        link = node.spark_defaults.symbolic_link
        target = node.files.leads_to(link) if link else ""
        if not target:
            return f"{link.found}, which leads nowhere: Spark would not start"
        owners = self._cluster.nodes if self._cluster.single_host else (node,)
        homes = [_home(one) for one in owners]
        if PurePath() in homes:
            not_assessed(f"{link.where}: {link} leads to {target}; whether that is the node's home is not known")
        real = [one.files.leads_to(str(home)) for one, home in zip(owners, homes, strict=True)]
        expected = " or ".join(map(str, homes))
        return "" if target in real else f"{link.found}, which leads to {target}, expected {expected}"


def _home(node: Node) -> PurePath:
    return node.access.spec.home
