"""What a deployment is, as an observation: enough for a replay to hand out the same nouns. Without passwords."""

from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from conformance.deployment.interface import Capability, Deployment
from conformance.deployment.spec import ClusterSpec, DatabaseSpec, NodeSpec
from conformance.errors import EvidenceError
from conformance.secret import Secret

QUESTION = "deployment"


def describe(deployment: Deployment, target: str) -> dict[str, Any]:
    """Target, capabilities, kind of hosts and spec as JSON; the nodes in their order."""
    spec = deployment.spec
    plain = {one.name: getattr(spec, one.name) for one in fields(spec) if one.name not in _NESTED}
    database = {one.name: getattr(spec.database, one.name) for one in fields(DatabaseSpec) if one.name not in _SECRET}
    nodes = [{**asdict(node), "home": str(node.home)} for node in spec.nodes]
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
    """The spec in a description, with empty passwords. EvidenceError when it is none of this version's."""
    try:
        rest = {**described["spec"]}
        nodes = tuple(_node(node) for node in rest.pop("nodes"))
        database = DatabaseSpec(password=Secret(""), **rest.pop("database"))
        return ClusterSpec(nodes, database, Secret(""), **rest)
    except (KeyError, TypeError) as problem:
        raise _other(where, problem) from None


def capabilities_of(described: Any, where: str) -> tuple[Capability, ...]:
    """The capabilities in a description. EvidenceError when they are none of this version's."""
    try:
        able = tuple(Capability(name) for name in described["capabilities"])
        # Before there was a name for it, whoever could break nodes could break MySQL: only attached ones could not.
        implied = Capability.FAULT in able and not str(described.get("target")).startswith("attached")
        return tuple(dict.fromkeys((*able, Capability.DATABASE_FAULT))) if implied else able
    except (KeyError, TypeError, ValueError) as problem:
        raise _other(where, problem) from None


def _node(described: dict[str, Any]) -> NodeSpec:
    more = {"home": Path(described["home"]), "other_names": tuple(described.get("other_names", ()))}
    return NodeSpec(**{**described, **more})


def _other(where: str, problem: Exception) -> EvidenceError:
    return EvidenceError(
        f"{where}: describes its deployment as no suite of this version does ({problem!r})", "record the run again"
    )
