"""`python -m bench.mutants [--sample N] [--seed N] [--write]`: who notices a fault in what makes verdicts?

A sample of mutants of the judging code is drawn by chance, the same number of each kind, and each is tried in a copy of
the project (what is committed): first with the self-tests that run its line, then with the one that replays the kept
run, then, unless --no-sabotage, with sabotages of the kept run that concern the requirements whose tests run the line.
What survives is printed, for a person to judge; what was judged to be equivalent (no input could tell them apart) or
harmless (no verdict changes) is noted in bench/mutants.toml with why.
It needs the dependency group `mutation`. The map of which test runs which line takes a run of all self-tests; --map
keeps it for the next time.
"""

import argparse
import difflib
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import tomli
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.provider import OperatorProvider

from bench import mutant_map, mutant_operators, mutant_sabotage, mutant_trial
from bench.mutant_tests import Tests
from bench.mutant_trial import KILLED, SURVIVED
from bench.results import machine, write_section

ROOT = Path(__file__).resolve().parents[1]
#: The run whose replay tells which tests of the suites run a line.
KEPT = "selftests/data/sound-run.tar.gz"
#: The self-tests of its replay, which is a process that no map sees; and processor seconds of that.
REPLAYED = [
    "selftests/test_kept_run.py::test_the_kept_run_replays_to_its_verdicts",
    "selftests/test_kept_run.py::test_what_changes_in_a_run_is_asked_each_time_and_the_rest_once",
    "selftests/test_kept_run.py::test_every_test_of_the_kept_run_is_still_there",
]
REPLAY_SECONDS = 60.0
JUDGED = Path(__file__).with_name("mutants.toml")
#: What makes verdicts. Of the evidence not what only masks or words it.
JUDGING = (
    "suites/test_*.py",
    *(f"conformance/{room}/**/*.py" for room in ("judgement", "node", "pair", "database", "events", "disruption")),
    "conformance/evidence/[! klrw]*.py",
    "conformance/evidence/witness.py",
    "reports/verify.py",
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
#: Whether a class is frozen, or a field shown, makes no verdict; nor what is for the types.
_DECLARES = re.compile(r"@dataclass|\brepr=|= TypeVar\(|if TYPE_CHECKING:")
EQUIVALENT, HARMLESS = "equivalent", "harmless"


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


def main(argv: Sequence[str]) -> int:
    """Draw, try, print; 1 if anything survived that was not judged before."""
    options = _options(argv)
    with tempfile.TemporaryDirectory(prefix="das-mutants-") as name:
        root = _copy((options.copy or Path(name) / "project").resolve())
        tests = Tests(root, _map(root, options.map or Path(name) / "map", options))
        drawn = draw(root, options.sample, options.seed, options.only, options.kinds)
        mutant_trial.load_libraries()
        begun, results = time.monotonic(), []
        for number, mutant in enumerate(drawn, 1):
            result = tried(mutant, root, tests, Path(name) / "said", options)
            results.append((mutant, result))
            seconds = time.monotonic() - begun
            print(f"{number}/{len(drawn)} {seconds:5.0f} s {_line(mutant, root)}: {result}", flush=True)
        text = table(results, root, options)
    print(text)
    if options.write:
        write_section("Mutants", text)
    return int(any(result == SURVIVED for _, result in results))


def _options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.mutants", description=__doc__)
    parser.add_argument("--sample", type=int, default=250, metavar="N", help="how many mutants (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the sample (default: %(default)s)")
    parser.add_argument("--only", default="", metavar="TEXT", help="mutants of files with this in their path alone")
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), choices=KINDS, help="of these kinds alone")
    parser.add_argument("--map", type=Path, metavar="DIR", help="where the map is, or is kept")
    parser.add_argument("--copy", type=Path, metavar="DIR", help="where the copy of the project is, or is kept")
    parser.add_argument("--tests", nargs="*", default=(), metavar="FILE", help="self-tests to be added to that map")
    parser.add_argument(
        "--patience",
        type=float,
        default=60.0,
        metavar="N",
        help="seconds of tests, by the map, that a survivor outlived",
    )
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="processes that make the map")
    parser.add_argument("--no-sabotage", action="store_true", help="the self-tests alone")
    parser.add_argument("--write", action="store_true", help="renew the section of bench/RESULTS.md")
    return parser.parse_args(argv)


def _copy(root: Path) -> Path:
    """What is committed; what an earlier bench compiled is there, too, if it kept its copy."""
    if not root.is_dir():
        subprocess.run(["git", "clone", "-q", "--no-checkout", str(ROOT), str(root)], check=True)
    commands = ["git", "-C", str(root)]
    head = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    subprocess.run([*commands, "fetch", "-q", str(ROOT), head.stdout.strip()], check=True)
    subprocess.run([*commands, "checkout", "-q", "--force", "--detach", head.stdout.strip()], check=True)
    return root


def _map(root: Path, folder: Path, options: argparse.Namespace) -> Path:
    """Made if it is not there. Compiled files are written once, for all mutants."""
    command = [sys.executable, "-m"]
    rooms = ("conformance", "suites", "reports", "fixtures", "sabotage", "selftests", "bench")
    subprocess.run([*command, "compileall", "-q", *rooms], cwd=root, check=True)
    wanted = options.tests if folder.is_dir() else ["selftests"]
    if wanted:
        folder.mkdir(parents=True, exist_ok=True)
        plugins = ["-p", "bench.mutant_map", "-q", "-p", "no:cacheprovider"]
        environment = os.environ | {mutant_map.FOLDER: str(folder.resolve())}
        wanted = [*wanted, "-n", str(options.workers)]
        replay = ["suites", f"--target=replay:{KEPT}"]
        for arguments in [wanted] if options.tests else [wanted, replay]:
            subprocess.run([*command, "pytest", *arguments, *plugins], cwd=root, check=False, env=environment)
    return folder


def mutants(root: Path, only: str = "") -> dict[str, list[Mutant]]:
    """All there are, by kind."""
    found = defaultdict(list)
    for path in sorted({path for pattern in JUDGING for path in root.glob(pattern)}):
        name = str(path.relative_to(root))
        if only not in name or any(one in name for one in _NOT_JUDGING):
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


def tried(mutant: Mutant, root: Path, tests: Tests, said: Path, options: argparse.Namespace) -> str:
    """Killed, survived, or what a person judged it to be."""
    if known := judged(mutant, root):
        return known
    found = tests.of_line(mutant.path, mutant.line)
    with mutant_trial.mutated(mutant.path, mutant.text):
        suites = [name for name in found if name.startswith("suites/")]
        for step in tests.in_steps([name for name in found if name not in suites], options.patience):
            run = mutant_trial.tests_of(root, step)
            if mutant_trial.outcome(root, run, tests.cost(step), said) == KILLED:
                return KILLED
        if suites and mutant_trial.outcome(root, mutant_trial.tests_of(root, REPLAYED), REPLAY_SECONDS, said) == KILLED:
            return KILLED
        if suites and not options.no_sabotage:
            run = mutant_sabotage.fails(root, suites)
            if mutant_trial.outcome(root, run, mutant_sabotage.SECONDS, said) == KILLED:
                return f"{KILLED} by sabotage"
    return SURVIVED


def judged(mutant: Mutant, root: Path) -> str:
    """Equivalent or harmless, if that was noted."""
    if not JUDGED.exists():
        return ""
    old, new = mutant.changed
    name = str(mutant.path.relative_to(root))
    for one in tomli.loads(JUDGED.read_text(encoding="utf-8"))["mutant"]:
        parts = re.finditer(re.escape(one["old"]), old)
        texts = {old[: part.start()] + text + old[part.end() :] for part in parts for text in _texts(one["new"])}
        if one.get("file", name) == name and new in texts:
            return str(one["is"])
    return ""


def _texts(noted: str | list[str]) -> list[str]:
    return noted if isinstance(noted, list) else [noted]


def _line(mutant: Mutant, root: Path) -> str:
    old, new = mutant.changed
    return f"{mutant.path.relative_to(root)}:{mutant.line} [{mutant.kind}] {old!r} -> {new!r}"


def table(results: Sequence[tuple[Mutant, str]], root: Path, options: argparse.Namespace) -> str:
    """What was tried and came out, by kind and by room, as Markdown."""
    killed = sum(result.startswith(KILLED) for _, result in results)
    counted = [result for _, result in results if result not in (EQUIVALENT, HARMLESS)]
    score = 100 * killed / max(1, len(counted))
    lines = [
        f"{len(results)} mutants of the judging code, seed {options.seed} ({machine()}).",
        f"`python -m bench.mutants --sample {options.sample} --seed {options.seed}`; goal: 98 % die of what is",
        "neither equivalent (no input tells them apart) nor harmless (no verdict changes).",
        f"Here: {killed} of {len(counted)}, {score:.1f} %.",
        "",
        "| mutation | tried | killed | by sabotage alone | equivalent | harmless | survived |",
        "|---|---|---|---|---|---|---|",
    ]
    for kind in [*KINDS, "all"]:
        count = Counter(result for mutant, result in results if kind in (mutant.kind, "all"))
        alone = count[f"{KILLED} by sabotage"]
        cells = (
            sum(count.values()),
            count[KILLED] + alone,
            alone,
            *(count[one] for one in (EQUIVALENT, HARMLESS, SURVIVED)),
        )
        lines.append(f"| {kind} | {' | '.join(map(str, cells))} |")
    survivors = [f"- {_line(mutant, root)}" for mutant, result in results if result == SURVIVED]
    return "\n".join([*lines, "", *survivors])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
