"""Records a deployment as an observation, without passwords, so that a replay can provide the same objects."""

from dataclasses import fields
from pathlib import Path
from typing import Any

from conformance.deployment.interface import Capability, Deployment
from conformance.deployment.spec import ClusterSpec, DatabaseSpec, NodeSpec
from conformance.errors import EvidenceError
from conformance.secret import Secret

QUESTION = "deployment"


def describe(deployment: Deployment, target: str) -> dict[str, Any]:
    """Target, capabilities, kind of hosts and spec as JSON; the nodes in order."""
    spec = deployment.spec
    plain = {one.name: getattr(spec, one.name) for one in fields(spec) if one.name not in _NESTED}
    database = {one.name: getattr(spec.database, one.name) for one in fields(DatabaseSpec) if one.name not in _SECRET}
    nodes = [{**node._asdict(), "home": str(node.home)} for node in spec.nodes]
    return {
        "target": target,
        "capabilities": [capability.value for capability in deployment.capabilities],
        "single_host": deployment.single_host,
        "started_here": deployment.started_here,
        "spec": {**plain, "database": database, "nodes": nodes},
    }


_NESTED = ("nodes", "database", "admin_password", "canary")
_SECRET = ("password", "root_password")


def spec_of(described: Any, where: str) -> ClusterSpec:
    """The spec from a description, with empty passwords. EvidenceError if this version does not understand it."""
    try:
        rest = {**described["spec"]}
        nodes = tuple(_node(node) for node in rest.pop("nodes"))
        database = DatabaseSpec(password=Secret(""), **rest.pop("database"))
        return ClusterSpec(nodes, database, Secret(""), **rest)
    except (KeyError, TypeError) as problem:
        raise _other(where, problem) from None


def capabilities_of(described: Any, where: str) -> tuple[Capability, ...]:
    """The capabilities from a description. EvidenceError if this version does not understand them."""
    try:
        able = tuple(Capability(name) for name in described["capabilities"])
        # Old runs lack this name: all targets that could break nodes could break MySQL, except attached ones.
        implied = Capability.FAULT in able and not str(described.get("target")).startswith("attached")
        return tuple(dict.fromkeys((*able, Capability.DATABASE_FAULT))) if implied else able
    except (KeyError, TypeError, ValueError) as problem:
        raise _other(where, problem) from None


def _node(described: dict[str, Any]) -> NodeSpec:
    more = {
        "home": Path(described["home"]),
        "other_names": tuple(described.get("other_names", ())),
        "moved": tuple((stock, port) for stock, port in described.get("moved", ())),
    }
    return NodeSpec(**{**described, **more})


def _other(where: str, problem: Exception) -> EvidenceError:
    return EvidenceError(
        f"{where}: describes its deployment as no suite of this version does ({problem!r})", "record the run again"
    )
