"""The two nodes as a fault meets them: the active one and the passive one."""

from dataclasses import dataclass

from conformance.events.passage import Passage
from conformance.node.node import Node


@dataclass(frozen=True)
class Pair:
    """The nodes by their roles, and the events by which they were proven."""

    active: Node
    passive: Node
    passage: Passage
