"""Sabotage as a test of mutants: those of the requirements whose tests run the line must do what they are meant to."""

from __future__ import annotations

import ast
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from bench.mutant_trial import forget_project

if TYPE_CHECKING:
    from sabotage.matrix import Matrix

#: Processor seconds that they take at most.
SECONDS = 60.0
#: So many are tried of each sort: lines that every requirement runs are run by hundreds.
_MOST = 12
_MOST_OF_STOCK = 60


def fails(root: Path, tests: Collection[str]) -> Callable[[], int]:
    """1 if a sabotage of what these tests of the suites prove does anything else than it is meant to."""
    return lambda: int(any(_problems(root, tests)))


def _problems(root: Path, tests: Collection[str]) -> list[str]:
    # With the mutation; this is a process of its own.
    forget_project()
    from conformance.evidence.keep import KEPT
    from sabotage import recorded, synthetic_homes, trial
    from sabotage.catalogue import HOMES, RUNS, STOCK

    ids = {one for name in tests for one in _proven(root, name)}
    homes = [one for one in HOMES if one.kills & ids and one.name not in recorded.LEFT_OUT][:_MOST]
    found: list[str] = []
    recorded.HOMES = tuple(homes)  # type: ignore[misc]
    recorded.RUNS = tuple([one for one in RUNS if one.kills & ids][:_MOST])  # type: ignore[misc]
    for chosen, trying in ((recorded.HOMES, recorded.homes), (recorded.RUNS, recorded.answers)):
        if chosen:
            found += _wrong(trying(root, root / KEPT, _silent))
    # What selftests do not break again: the forms of a fault, and what each message says of our own homes.
    stock = sorted((one for one in STOCK if one.kills & ids), key=lambda one: not one.variant)[:_MOST_OF_STOCK]
    if stock and not found:
        with tempfile.TemporaryDirectory(prefix="das-conformance-homes-") as folder:
            pair = synthetic_homes.make(Path(folder), synthetic_homes.stock)
            found += _wrong(trial.homes(root, pair, "homes", _silent, stock))
    return found


def _wrong(matrix: Matrix) -> list[str]:
    from sabotage.judge import RED

    red = [one for one in matrix.ids if matrix.healthy[one].verdict in RED]
    return [*red, *(problem for one in matrix.outcomes for problem in one.problems())]


def _proven(root: Path, test: str) -> tuple[str, ...]:
    """Ids of a test's requirements, from the text: the suites are not imported."""
    file, _, name = test.partition("::")
    tree = ast.parse((root / file).read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == name.partition("[")[0]:
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "requirement":
                    return tuple(ast.literal_eval(one) for one in mark.args)
    return ()


def _silent(_name: str, _left: int) -> None:
    """No one looks."""
