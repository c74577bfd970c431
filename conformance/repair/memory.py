"""Repairs of the memory that a node may use (page: Prerequisites, step 2)."""

from collections.abc import Iterator

from conformance.node.home.memory import EXECUTOR, PAGE, WORKER
from conformance.node.home.start_script import StartScript, mebibytes
from conformance.pack.steps.line_files import LineFile
from conformance.repair.bench import Bench
from conformance.repair.desk import Desk
from conformance.repair.question import Question
from conformance.repair.remedy import Remedy

_REQUIREMENT = "PRE-01"
_HEAP, _SPARK = f"{PAGE.carbon}m", f"{PAGE.spark >> 10}g"


def _carbon(at: Desk) -> None:
    heap = at.node.start_script.heap
    if mebibytes(heap) >= PAGE.carbon or heap.where.path != StartScript.PATH:
        return

    def change(file: LineFile) -> None:
        number = (heap.where.line or 1) - 1
        # The last one on the line counts.
        before, _, after = file.lines[number].rpartition(str(heap))
        file.lines[number] = f"{before}{_HEAP}{after}"

    at.script(StartScript.PATH, f"write -Xmx{_HEAP}", change)


def _spark(at: Desk) -> None:
    for key in (EXECUTOR, WORKER):
        if mebibytes(at.node.spark_defaults.setting(key)) < PAGE.spark:
            at.set_spark(key, _SPARK)


def questions(bench: Bench) -> Iterator[Question]:
    """The patches set the page's sizes, but only the operator knows whether a host has that much memory."""
    given = any(_REQUIREMENT in change.wanted_by for draft in bench.drafts.values() for change in draft.replacements)
    if given:
        yield Question(
            (),
            "Has each host memory for 4 GB of Carbon and 2 GB of Spark, which the patches give them as the page says?",
            f"if not: leave the lines of {StartScript.PATH} and spark-defaults.conf about memory out of the patches",
        )


REMEDIES = (Remedy(_REQUIREMENT, _carbon), Remedy(_REQUIREMENT, _spark))
