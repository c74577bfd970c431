"""Mutants of the judging code: all there are, a sample of them, and those that survived an earlier time."""

import difflib
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.provider import OperatorProvider

from bench import mutant_operators

#: Rooms of the library that make verdicts, or find what is judged, or say how it is repaired.
_ROOMS = (
    "archive data_bridge database deployment disruption events judgement node pair repair targets/attached "
    "targets/snapshot"
)
#: What makes verdicts. Of the evidence not what only masks or words it; of a run and its reports what comes out.
JUDGING = (
    "suites/test_*.py",
    "fixtures/*.py",
    *(f"conformance/{room}/**/*.py" for room in _ROOMS.split()),
    "conformance/evidence/[! klrw]*.py",
    *(f"conformance/{one}.py" for one in ("files/handed_file", "text/host_syntax", "text/scanning")),
    "conformance/evidence/witness.py",
    *(f"conformance/session/{name}*.py" for name in ("asserting", "ending", "option", "plugin", "run", "sel", "verd")),
    *(f"reports/{name}.py" for name in ("diff", "flakes", "junit", "plugin", "sarif", "signoff", "summary", "verify")),
)
#: Makes events, and judges nothing.
_NOT_JUDGING = ("vendor_client",)
_CORE = OperatorProvider()
_COMPARED = "Eq_NotEq NotEq_Eq Is_IsNot IsNot_Is"
_BOUNDS = "Lt_LtE LtE_Lt Gt_GtE GtE_Gt"
#: The kinds, and their operators: Cosmic Ray's, and ours.
KINDS: dict[str, list[Any]] = {
    "bound": [_CORE[f"ReplaceComparisonOperator_{one}"] for one in _BOUNDS.split()],
    "comparison": [
        *(_CORE[f"ReplaceComparisonOperator_{one}"] for one in _COMPARED.split()),
        mutant_operators.NegateMembership,
    ],
    "condition": [_CORE["AddNot"], _CORE["ReplaceUnaryOperator_Delete_Not"], mutant_operators.NegateFilter],
    "and, or": [_CORE["ReplaceAndWithOr"], _CORE["ReplaceOrWithAnd"]],
    "number": [_CORE["NumberReplacer"]],
    "true, false": [_CORE["ReplaceTrueWithFalse"], _CORE["ReplaceFalseWithTrue"]],
    "text": [mutant_operators.ReplaceString],
    "row of a table": [mutant_operators.RemoveRow],
    "return value": [mutant_operators.ReturnNone],
    "statement": [mutant_operators.RemoveStatement, _CORE["ZeroIterationForLoop"]],
}
#: Whether a class is frozen, or a field shown, makes no verdict; nor what is for types and linters, or shown meanwhile.
_DECLARES = re.compile(r"@dataclass|\brepr=|^__all__|= TypeVar\(|= Callable\[|if TYPE_CHECKING:|PROGRESS\.(did|sent)\(")
#: Where a mutant stood when it was shown.
_NUMBER = re.compile(r":\d+(?= \[)")


@dataclass(frozen=True)
class Mutant:
    """One mutation of one file."""

    kind: str
    path: Path
    operator: Any
    occurrence: int
    line: int

    @cached_property
    def original(self) -> str:
        """The file before."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def text(self) -> str:
        """The mutated file."""
        return str(mutate_code(self.original, self.operator(), self.occurrence))

    def of(self, root: Path) -> str:
        """How what is shown of it begins, up to the end of its first line."""
        line = self.path.read_text(encoding="utf-8").splitlines()[self.line - 1]
        return f"- {self.path.relative_to(root)}: [{self.kind}] {line.strip()!r}"[:-1]

    @property
    def compiles(self) -> bool:
        """A `not` before an assignment expression, for example, does not."""
        try:
            compile(self.text, self.path, "exec")
        except SyntaxError:
            return False
        return True

    @cached_property
    def changed(self) -> tuple[str, str]:
        """What was there, and what is there instead: the lines without their indentation."""
        texts = self.original.splitlines(), self.text.splitlines()
        lines = list(difflib.unified_diff(*texts, n=0, lineterm=""))[3:]
        old, new = ([line[1:].strip() for line in lines if line.startswith(sign)] for sign in "-+")
        return " ".join(old), " ".join(new)

    def shown(self, root: Path) -> str:
        """Where it is, what was there and what is there instead."""
        old, new = self.changed
        return f"{self.path.relative_to(root)}:{self.line} [{self.kind}] {old!r} -> {new!r}"


def mutants(root: Path, only: str = "") -> dict[str, list[Mutant]]:
    """All there are, by kind; `only` is a regular expression of paths."""
    found = defaultdict(list)
    for path in sorted({path for pattern in JUDGING for path in root.glob(pattern)}):
        name = str(path.relative_to(root))
        if not re.search(only, name) or any(one in name for one in _NOT_JUDGING):
            continue
        nodes = list(ast_nodes(get_ast(path.read_text(encoding="utf-8"))))
        for kind, operators in KINDS.items():
            found[kind] += [one for operator in operators for one in _of(kind, path, nodes, operator())]
    return found


def _of(kind: str, path: Path, nodes: Sequence[Any], operator: Any) -> Iterator[Mutant]:
    lines = path.read_text(encoding="utf-8").splitlines()
    places = (place for node in nodes for place in operator.mutation_positions(node))
    for occurrence, ((line, _), _end) in enumerate(places):
        if not _DECLARES.search(lines[line - 1]):
            yield Mutant(kind, path, type(operator), occurrence, line)


def draw(root: Path, sample: int, seed: int, only: str = "", kinds: Sequence[str] = tuple(KINDS)) -> list[Mutant]:
    """The same number of each kind."""
    chance, found = random.Random(seed), mutants(root, only)
    drawn: list[Mutant] = []
    for number, kind in enumerate(kinds):
        want = (sample - len(drawn)) // (len(kinds) - number)
        drawn += islice((one for one in chance.sample(found[kind], len(found[kind])) if one.compiles), want)
    chance.shuffle(drawn)
    return drawn


def again(root: Path, output: str, only: str = "") -> list[Mutant]:
    """What survived an earlier time, by what the bench printed then."""
    survived = {_NUMBER.sub(":", line) for line in output.splitlines()}
    # To make a mutant takes time: only those of a line that was shown are made.
    shown = "\n".join(survived)
    found = (one for of_kind in mutants(root, only).values() for one in of_kind if one.of(root) in shown)
    return [one for one in found if f"- {_NUMBER.sub(':', one.shown(root))}" in survived]
