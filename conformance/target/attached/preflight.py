"""`python -m conformance preflight attached:inventory.toml`: what of a deployment can be judged, before a run."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from conformance.catalogue import Catalogue, Requirement, load
from conformance.errors import ConformanceError
from conformance.node.log_follower import LOG_PATH
from conformance.run import CATALOGUE, SUITES
from conformance.target.attached import inventory
from conformance.target.attached.deployment import AttachedDeployment
from conformance.target.attached.node import AttachedNode
from conformance.target.deployment import Capability
from conformance.target.hosts import tried_connection

_ROOT = Path(__file__).resolve().parents[3]
_KIND = "attached:"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The target to look at."""
    parser.add_argument("target", metavar="attached:INVENTORY", help="as for --target of the conformance run")


def run(arguments: argparse.Namespace) -> int:
    """Tell what can be judged; 1 when a node cannot be reached or does not run. Raises ConformanceError."""
    if not arguments.target.startswith(_KIND):
        raise ConformanceError(f"{arguments.target} is looked at by no preflight", "give attached:inventory.toml")
    deployment = AttachedDeployment(inventory.read(Path(arguments.target.removeprefix(_KIND))))
    problems = [problem for node in deployment.nodes for problem in told(node)]
    for line in (*problems, *judged(deployment, load(_ROOT / SUITES / CATALOGUE))):
        print(line)
    return 1 if problems else 0


def told(node: AttachedNode) -> Iterator[str]:
    """What is wrong with reaching a node, a line each; the first that is fatal ends it."""
    try:
        node.listing("repository/conf")
        running = node.pid() is not None
    except FileNotFoundError:
        yield f"problem: {node.name}: {node.spec.home} on its host is no DAS home: repository/conf is not there"
        return
    except (OSError, ConformanceError) as problem:
        yield f"problem: {node.name}: {problem}"
        return
    if not running:
        yield f"problem: {node.name}: no server runs from {node.spec.home}"
        return
    yield from _logs(node)
    spec = node.spec
    for port in (spec.https, spec.http, spec.spark_master_ui):
        if refusal := tried_connection(spec.address, port):
            yield f"problem: {node.name}: {spec.address}:{port} from this machine: {refusal}"


def _logs(node: AttachedNode) -> Iterator[str]:
    try:
        node.size(LOG_PATH)
    except OSError as problem:
        yield f"problem: {node.name}: {LOG_PATH}: {problem.strerror}; what is judged by logs will be errors"


def judged(deployment: AttachedDeployment, catalogue: Catalogue) -> Iterator[str]:
    """Which requirements can be judged, and what the others lack, grouped by that."""
    lacking: dict[tuple[Capability, ...], list[str]] = {}
    for requirement in catalogue.values():
        lacking.setdefault(_lacks(deployment, requirement), []).append(requirement.id)
    yield f"can be judged: {_ids(lacking.pop((), []))}"
    for capabilities, ids in lacking.items():
        wanted = "; ".join(deployment.remedies.get(one, one.value) for one in capabilities)
        yield f"not assessed: {_ids(ids)}: the inventory needs {wanted}"


def _lacks(deployment: AttachedDeployment, requirement: Requirement) -> tuple[Capability, ...]:
    return tuple(one for one in requirement.capabilities if one not in deployment.capabilities)


def _ids(ids: list[str]) -> str:
    return f"{len(ids)} ({', '.join(ids)})"
