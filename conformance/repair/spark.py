"""Repairs of Spark's settings, of scheduled tasks, and of the memory that a node may use.

Page: Required configurations, steps 4 and 6, and Prerequisites, step 2; tasks-config.xml is not on it.
"""

from collections.abc import Iterator

from conformance.node.checks import tasks_config
from conformance.node.home import spark_environment
from conformance.node.home.memory import EXECUTOR, PAGE, WORKER
from conformance.node.home.spark_defaults import MASTER, MASTER_COUNT, different
from conformance.node.home.spark_environment import LOCAL_IP
from conformance.node.home.start_script import StartScript, mebibytes
from conformance.pack.steps.line_files import LineFile
from conformance.pack.steps.xml_file import element
from conformance.repair.bench import Bench
from conformance.repair.desk import Desk, Remedy, which_of_two
from conformance.repair.question import Question

_MASTERS = "2"


def _master(at: Desk) -> None:
    if at.node.spark_defaults.master != "carbon":
        at.set_spark(MASTER, "carbon")


def _masters(at: Desk) -> None:
    if at.node.spark_defaults.setting(MASTER_COUNT).strip() != _MASTERS:
        at.set_spark(MASTER_COUNT, _MASTERS)


def _address(at: Desk) -> None:
    environment = at.node.spark_environment
    if spark_environment.refusal(environment, at.node.host) and (address := at.address()):
        line = f"export {LOCAL_IP}={address}"
        pattern = rf"\s*(export\s+)?{LOCAL_IP}="
        path = environment.local_ip.where.path
        at.script(path, f"write {line}", lambda file: file.replace_or_append(pattern, line))


def _link(at: Desk) -> None:
    if at.is_first:
        at.ask(
            "By which path do both hosts reach their own home? The homes differ in path, or the link leads elsewhere.",
            "make a symbolic link of one name on both hosts, and write it as carbon.das.symbolic.link on both",
        )


def _settings(at: Desk) -> None:
    if at.peer is None or not at.is_first:
        return
    nodes = at.bench.nodes
    own, peers = ((*node.host.known, str(node.access.spec.home)) for node in nodes)
    for one, other in different(nodes[0].spark_defaults, nodes[1].spark_defaults, own, peers):
        at.ask(which_of_two("setting of Spark", one, other), "write the same on both nodes")


def _mode(at: Desk) -> None:
    if tasks_config.problem_mode(at.node):
        new = element("taskServerMode", tasks_config.AUTO)
        mode = tasks_config.TasksConfig(at.node.files.xml(tasks_config.PATH)).mode
        at.child(tasks_config.PATH, "/*", new, present=mode.present)


def _count(at: Desk) -> None:
    unequal = at.peer is not None and tasks_config.problem_unequal(*at.bench.nodes)
    if (unequal and at.is_first) or tasks_config.problem_count(at.node):
        what = "Shall a node wait for its peer before it runs scheduled tasks?"
        at.ask(what, "taskServerCount of both nodes: 2 if it shall, 1 if not")


_MEMORY = "PRE-01"
_HEAP, _SPARK = f"{PAGE.carbon}m", f"{PAGE.spark >> 10}g"


def _memory_of_carbon(at: Desk) -> None:
    heap = at.node.start_script.heap
    if mebibytes(heap) >= PAGE.carbon or heap.where.path != StartScript.PATH:
        return

    def change(file: LineFile) -> None:
        number = (heap.where.line or 1) - 1
        # The last one on the line counts.
        before, _, after = file.lines[number].rpartition(str(heap))
        file.lines[number] = f"{before}{_HEAP}{after}"

    at.script(StartScript.PATH, f"write -Xmx{_HEAP}", change)


def _memory_of_spark(at: Desk) -> None:
    for key in (EXECUTOR, WORKER):
        if mebibytes(at.node.spark_defaults.setting(key)) < PAGE.spark:
            at.set_spark(key, _SPARK)


def questions(bench: Bench) -> Iterator[Question]:
    """The patches set the page's sizes, but only the operator knows whether a host has that much memory."""
    given = any(_MEMORY in change.wanted_by for draft in bench.drafts.values() for change in draft.replacements)
    if given:
        yield Question(
            (),
            "Has each host memory for 4 GB of Carbon and 2 GB of Spark, which the patches give them as the page says?",
            f"if not: leave the lines of {StartScript.PATH} and spark-defaults.conf about memory out of the patches",
        )


REMEDIES = (
    Remedy("SPK-01", _master),
    Remedy("SPK-02", _masters),
    Remedy("SPK-03", _link),
    Remedy("SPK-04", _address),
    Remedy("SPK-05", _settings),
    Remedy("OPS-09", _mode),
    Remedy("OPS-09", _count),
    Remedy(_MEMORY, _memory_of_carbon),
    Remedy(_MEMORY, _memory_of_spark),
)
