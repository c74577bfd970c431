"""`python -m conformance preflight attached:inventory.toml`: shows before a run what of a deployment can be judged."""

import argparse
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from conformance.deployment.interface import Capability
from conformance.errors import ConformanceError
from conformance.evidence.learning import learn_command
from conformance.evidence.redaction import Redactor
from conformance.evidence.witness import Witness
from conformance.judgement.catalogue import Catalogue, load
from conformance.node.log.follower import LOG_PATH
from conformance.node.node import Node
from conformance.project import CATALOGUE, ROOT, SUITES
from conformance.targets.attached import inventory
from conformance.targets.attached.deployment import AttachedDeployment
from conformance.targets.attached.logins import refused_administrator, refused_databases
from conformance.targets.attached.node import AttachedNode
from conformance.targets.shared.hosts import tried_connection
from conformance.text.printable import one_line
from conformance.waiting import SYSTEM

_KIND = "attached:"
#: Message for a node whose home cannot be read.
UNREACHED = "everything that is asked of it will be an error"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the target argument."""
    parser.add_argument("target", metavar="attached:INVENTORY", help="as for --target of the conformance run")


def run(arguments: argparse.Namespace) -> int:
    """Show what can be judged; 1 if part of it cannot be reached or does not run. Raises ConformanceError."""
    if not arguments.target.startswith(_KIND):
        raise ConformanceError(f"{arguments.target} has no preflight", "give attached:inventory.toml")
    redactor = Redactor()
    learn_command(redactor, [arguments.target], os.environ)
    with closing(AttachedDeployment(inventory.read(Path(arguments.target.removeprefix(_KIND))))) as deployment:
        redactor.add(deployment.spec.admin_password)
        redactor.add(deployment.spec.database.password)
        problems = list(_problems(deployment))
        for problem in problems:
            print(one_line(redactor.text(f"problem: {problem}")))
        for line in judged(deployment, load(ROOT / SUITES / CATALOGUE), troubled=bool(problems)):
            print(one_line(redactor.text(line)))
    return 1 if problems else 0


def _problems(deployment: AttachedDeployment) -> Iterator[str]:
    spec, witness = deployment.spec, Witness(None, None, SYSTEM)
    reached = []
    for access in deployment.nodes:
        node = Node(access, witness, spec, single_host=deployment.single_host)
        yield from (found := list(unreadable(access)))
        if not any(UNREACHED in problem for problem in found):
            reached.append(node)
        if deployment.inventory.admin and not found and (refusal := refused_administrator(node, spec)):
            yield f"{access.name}: {refusal}"
    if reached:
        yield from refused_databases(spec.database if deployment.inventory.database else None, reached)


def unreadable(node: AttachedNode) -> Iterator[str]:
    """Problems with reaching a node, one per line, up to the first fatal one."""
    try:
        node.listing("repository/conf")
        running = node.pid() is not None
    except FileNotFoundError:
        home = node.spec.home
        yield f"{node.name}: {home} on its host is not a DAS home: repository/conf is not there; {UNREACHED}"
        return
    except OSError as problem:
        yield f"{node.name}: {problem.filename}: {problem.strerror}; {UNREACHED}"
        return
    except ConformanceError as problem:
        yield f"{problem}; {UNREACHED}"
        return
    yield from _logs(node)
    if not running:
        yield f"{node.name}: no server runs from {node.spec.home}; what is asked of a running one will be errors"
        return
    spec = node.spec
    for port in (spec.https, spec.http, spec.spark_master_ui):
        if refusal := tried_connection(spec.address, port):
            yield f"{node.name}: {spec.address}:{port} from this machine: {refusal}"


def _logs(node: AttachedNode) -> Iterator[str]:
    try:
        node.size(LOG_PATH)
    except OSError as problem:
        yield f"{node.name}: {LOG_PATH}: {problem.strerror}; what is judged by logs will be errors"


def judged(deployment: AttachedDeployment, catalogue: Catalogue, *, troubled: bool) -> Iterator[str]:
    """Requirements that can be judged, and what the others lack, grouped; `troubled` if there are problems."""
    lacking: dict[tuple[Capability, ...], list[str]] = {}
    for requirement in catalogue.values():
        lacks = tuple(one for one in requirement.capabilities if one not in deployment.capabilities)
        lacking.setdefault(lacks, []).append(requirement.id)
    reserve = " when the problems are solved" if troubled else ""
    yield f"can be judged{reserve}: {_ids(lacking.pop((), []))}"
    for capabilities, ids in lacking.items():
        wanted = "; ".join(deployment.remedies.get(one, one.value) for one in capabilities)
        yield f"not assessed: {_ids(ids)}: {wanted}"


def _ids(ids: list[str]) -> str:
    return f"{len(ids)} ({', '.join(ids)})"
