"""`python -m bench.mutants [--sample N] [--seed N] [--write]`: who notices a fault in what makes verdicts?

A sample of mutants of the judging code is drawn by chance, the same number of each kind, and each is tried in a copy of
the project (what is committed): first with the self-tests that run its line, then with the one that replays the kept
run, then, unless --no-sabotage, with sabotages of the kept run that concern the requirements whose tests run the line.
Self-tests are collected once; each mutant is tried in a fork of that session, a second or less if it dies at once.
What survives is printed, for a person to judge; what was judged to be equivalent (no input could distinguish them) or
harmless (no verdict changes) is noted in bench/mutants.toml with why.
It needs the dependency group `mutation`. The map of which test runs which line takes a run of all self-tests; --map
keeps it for the next time.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import pytest
import tomli

from bench import mutant_map, mutant_sabotage
from bench.mutant_sample import KINDS, Mutant, again, draw, mutants
from bench.mutant_tests import Tests
from bench.mutant_trial import KILLED, SURVIVED, Collected, mutated
from bench.results import machine, write_section

ROOT = Path(__file__).resolve().parents[1]
#: The run whose replay shows which tests of the suites run a line.
KEPT = "selftests/data/sound-run.tar.gz"
#: The self-tests of its replay, which is a process that no map sees; and processor seconds of that.
REPLAYED = [
    "selftests/test_kept_run.py::test_the_kept_run_replays_to_its_verdicts",
    "selftests/test_kept_run.py::test_what_changes_in_a_run_is_asked_each_time_and_the_rest_once",
    "selftests/test_kept_run.py::test_every_test_of_the_kept_run_is_still_there",
]
REPLAY_SECONDS = 60.0
JUDGED = Path(__file__).with_name("mutants.toml")
EQUIVALENT, HARMLESS = "equivalent", "harmless"


@dataclass(frozen=True)
class Tried:
    """What became of a mutant: its kind, its line as it is shown, and the result."""

    kind: str
    line: str
    result: str


def main(argv: Sequence[str]) -> int:
    """Draw, try, print; 1 if anything survived that was not judged before."""
    options = _options(argv)
    with tempfile.TemporaryDirectory(prefix="das-mutants-") as name:
        copies = [(options.copy or Path(name) / "project").resolve() / str(number) for number in range(options.workers)]
        for copy in copies:
            _copied(copy)
        folder = _map(copies[0], options.map or Path(name) / "map", options)
        work = [(number, copy, folder, options) for number, copy in enumerate(copies)]
        # Each worker has a copy of its own: the file that it mutates is read by processes that tests start.
        with ProcessPoolExecutor(options.workers, get_context("spawn")) as pool:
            results = [one for part in pool.map(_worked, work) for one in part]
    text = table(results, {kind: len(found) for kind, found in mutants(copies[0], options.only).items()}, options)
    print(text)
    if options.write:
        write_section("Mutants", text)
    return int(any(one.result == SURVIVED for one in results))


def _worked(work: tuple[int, Path, Path, argparse.Namespace]) -> list[Tried]:
    """Every so-manieth mutant of the sample, in this copy."""
    number, root, folder, options = work
    tests, results, begun = Tests(root, folder), [], time.monotonic()
    if options.again:
        drawn = again(root, options.again.read_text(encoding="utf-8"), options.only)
    else:
        drawn = draw(root, options.sample, options.seed, options.only, options.kinds)
    drawn = drawn[number :: options.workers]

    def work_on(session: Collected) -> None:
        for count, mutant in enumerate(drawn, 1):
            result = tried(mutant, root, tests, session, options)
            results.append(Tried(mutant.kind, mutant.shown(root), result))
            said = f"{count}/{len(drawn)} {time.monotonic() - begun:5.0f} s {results[-1].line}: {result}\n"
            os.write(session.terminal, said.encode())

    os.chdir(root)
    sys.path.insert(0, str(root))
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    pytest.main(["selftests", "-q", "-p", "no:cacheprovider"], plugins=[Collected(root, work_on)])
    if len(results) < len(drawn):
        raise SystemExit(f"{root}: the self-tests cannot be collected, or the bench broke off")
    return results


def _options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.mutants", description=__doc__)
    parser.add_argument("--sample", type=int, default=250, metavar="N", help="how many mutants (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the sample (default: %(default)s)")
    parser.add_argument("--only", default="", metavar="REGEX", help="of files with such a path alone")
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), choices=KINDS, help="of these kinds alone")
    parser.add_argument("--map", type=Path, metavar="DIR", help="where the map is, or is kept")
    parser.add_argument("--copy", type=Path, metavar="DIR", help="where the copy of the project is, or is kept")
    parser.add_argument("--tests", nargs="*", default=(), metavar="FILE", help="self-tests to be added to that map")
    parser.add_argument(
        "--patience",
        type=float,
        default=20.0,
        metavar="N",
        help="seconds of tests, by the map, that a survivor outlived",
    )
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="processes (default: %(default)s)")
    parser.add_argument("--again", type=Path, metavar="FILE", help="no sample: what survived, by that output")
    parser.add_argument("--quick", action="store_true", help="only the self-tests that run the line")
    parser.add_argument("--no-sabotage", action="store_true", help="the self-tests alone")
    parser.add_argument("--write", action="store_true", help="renew the section of bench/RESULTS.md")
    return parser.parse_args(argv)


def _copied(root: Path) -> Path:
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


def tried(mutant: Mutant, root: Path, tests: Tests, session: Collected, options: argparse.Namespace) -> str:
    """Killed, survived, or what a person judged it to be."""
    if known := judged(mutant, root):
        return known
    found = tests.of_line(mutant.path, mutant.line)
    suites = [name for name in found if name.startswith("suites/")]
    near = [name for name in found if name in session]
    texts = mutant.path, mutant.original, mutant.text
    for afresh in (False, True) if tests.while_collected(mutant.path, mutant.line) else (False,):
        for step in tests.in_steps(near, options.patience):
            if session.tried(*texts, step, tests.cost(step), afresh) == KILLED:
                return KILLED
    if options.quick:
        return SURVIVED
    if suites and session.tried(*texts, REPLAYED, REPLAY_SECONDS) == KILLED:
        return KILLED
    if suites and not options.no_sabotage:
        with mutated(*texts):
            if session.outcome(mutant_sabotage.fails(root, suites), mutant_sabotage.SECONDS) == KILLED:
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


def table(results: Sequence[Tried], there: Mapping[str, int], options: argparse.Namespace) -> str:
    """What was tried and came out, by kind, of how many there are, as Markdown."""
    rows, died = [], {}
    for kind in [*KINDS, "all"]:
        count = Counter(one.result for one in results if kind in (one.kind, "all"))
        alone = count[f"{KILLED} by sabotage"]
        killed, drawn = count[KILLED] + alone, sum(count.values())
        exempt = count[EQUIVALENT] + count[HARMLESS]
        died[kind] = killed / max(1, drawn - exempt)
        rows.append(
            f"| {kind} | {there.get(kind, sum(there.values()))} | {drawn} | {killed} | {alone} | "
            f"{count[EQUIVALENT]} | {count[HARMLESS]} | {count[SURVIVED]} | {died[kind]:.1%} |"
        )
    weighed = sum(there[kind] * died[kind] for kind in there) / max(1, sum(there.values()))
    lines = [
        f"{len(results)} mutants of the judging code, seed {options.seed} ({machine()}).",
        f"`python -m bench.mutants --sample {options.sample} --seed {options.seed}`; goal: 98 % die of what is",
        "neither equivalent (no input distinguishes them) nor harmless (no verdict changes).",
        f"Each kind counted as often as there are mutants of it: {weighed:.1%}.",
        "",
        "| mutation | there are | tried | killed | by sabotage alone | equivalent | harmless | survived | died |",
        "|---|---|---|---|---|---|---|---|---|",
        *rows,
    ]
    survivors = [f"- {one.line}" for one in results if one.result == SURVIVED]
    return "\n".join([*lines, "", *survivors])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
