"""`python -m bench.fuzz [--minutes N] [--seed N] [--keep DIR] [FILE ...]`: hostile inputs, until the time is over.

Seeds are two synthetic homes, a run that judges them, the kept run of the self-tests, and the files that are named:
pairs of homes or runs, as folders or archives; waivers.toml, topology.toml and inventory.toml in the place of ours.
Each input runs in a process of its own. Wrong are a traceback, an exit code of our own faults, a secret that comes
out, more than a minute of processor time, and more than a gibibyte of memory.
"""

import argparse
import shutil
import sys
import tarfile
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import FlakyStrategyDefinition

import conformance.session.plugin  # noqa: F401 - once, before the forks
from bench import fuzz_cases
from bench.fuzz_cases import Seeds
from bench.fuzz_trial import Outcome, tried
from bench.results import machine, write_section
from conformance.errors import ConformanceError
from conformance.project import OUT, ROOT
from conformance.targets.attached import inventory
from reports import __main__ as reports
from reports import verify
from sabotage import synthetic_homes

KEPT = ROOT / "selftests" / "data" / "sound-run.tar.gz"
_RUN_ID = "fuzz"
#: Passwords that the seeds hold, and nothing may show.
SECRETS = (b"Planted-0-Secret", b"Planted-1-Secret")
_TEXTS = {
    "waivers.toml": b"""AA-01 = { reason = "known", owner = "operations", expires = 2026-12-31 }
[CLU-05]
reason = "planned"
""",
    "topology.toml": b"""single_host = false
start_order = ["node1", "node2"]
[nodes.node1]
addresses = ["198.51.100.11"]
[nodes.node2]
folder = "node2"
""",
    "inventory.toml": b"""[nodes.a]
host = "ssh://u@h:22"
home = "/opt/das"
address = "h"
[nodes.b]
host = "docker://b"
home = "/opt/das"
address = "i"
[allow]
writes = true
""",
}


class TimeIsOver(BaseException):
    """Ends the search."""


@dataclass(frozen=True)
class Target:
    """What gets the inputs: how one is made, how it is run, and the exit codes that are answers."""

    make: Callable[[Seeds, st.DataObject, Path], Path]
    run: Callable[[Path], int]
    codes: tuple[int, ...]


def judge(*arguments: str) -> int:
    """A conformance run in this process."""
    given_ = ["-c", str(ROOT / "pyproject.toml"), "-q", "-p", "no:cacheprovider", f"--run-id={_RUN_ID}", *arguments]
    return int(pytest.main([*given_, "--rootdir", str(ROOT), str(ROOT / "suites")]))


def read_inventory(path: Path) -> int:
    """As a run reads it: 4 for one that is refused."""
    try:
        inventory.read(path)
    except ConformanceError as problem:
        print(problem)
        return 4 if len(str(problem).splitlines()) == 1 else 99
    return 0


TARGETS = {
    "snapshot": Target(fuzz_cases.homes, lambda path: judge(f"--target=snapshot:{path}"), (0, 1, 4, 5)),
    "replay": Target(fuzz_cases.run, lambda path: judge(f"--target=replay:{path}"), (0, 1, 4, 5)),
    "verify": Target(fuzz_cases.run, lambda path: verify.main([str(path)]), (0, 1, 2, 3)),
    "html": Target(fuzz_cases.run, lambda path: reports.main(["html", str(path), "-o", f"{path}.html"]), (0, 2)),
    "diff": Target(fuzz_cases.run, lambda path: reports.main(["diff", str(path), str(KEPT)]), (0, 1, 2)),
    "waivers": Target(
        fuzz_cases.text("waivers.toml"), lambda path: judge(f"--waivers={path}", "--target=snapshot:nothing"), (4,)
    ),
    "inventory": Target(fuzz_cases.text("inventory.toml"), read_inventory, (0, 4)),
}


def planted(homes: Path) -> None:
    """Passwords in both homes, where the page has them."""
    folders = sorted(path for path in homes.iterdir() if path.is_dir())
    for secret, home in zip(SECRETS, folders, strict=False):
        path = home / "repository/conf/datasources/master-datasources.xml"
        if path.is_file():
            text = path.read_bytes()
            path.write_bytes(text.replace(b"<password>", b"<password>" + secret, 1))


def seeds_in(folder: Path, more: Sequence[Path]) -> Seeds:
    """Ours and those that were named."""
    homes, texts = [folder / "seed-homes"], dict(_TEXTS)
    synthetic_homes.make(homes[0])
    planted(homes[0])
    runs = [_judged(homes[0], folder), folder / "seed-kept"]
    _unpack(KEPT, runs[1])
    for number, path in enumerate(more):
        if path.name in texts:
            texts[path.name] = path.read_bytes()
            continue
        place = folder / f"given-{number}"
        shutil.copytree(path, place, symlinks=True) if path.is_dir() else _unpack(path, place)
        if (place / "manifest.json").exists():
            runs.append(place)
        else:
            planted(place)
            homes.append(place)
    return Seeds(tuple(homes), tuple(runs), texts)


def _judged(homes: Path, folder: Path) -> Path:
    """A run of today's suites, small enough to be tried often."""
    made = ROOT / OUT / _RUN_ID
    shutil.rmtree(made, ignore_errors=True)
    tried(lambda: judge(f"--target=snapshot:{homes}"), (0, 1), folder, made, SECRETS)
    return Path(shutil.move(made, folder / "seed-judged"))


def _unpack(path: Path, place: Path) -> None:
    with tarfile.open(path) as archive:
        # Python before 3.11.4 has no filters.
        archive.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
        archive.extractall(place)


def main(argv: Sequence[str]) -> int:
    """Search, write the table; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", choices=TARGETS, help="this target alone")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where wrong inputs are kept")
    parser.add_argument("--write", action="store_true", help="renew the section of bench/RESULTS.md")
    parser.add_argument("files", nargs="*", type=Path)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as name:
        found = search(options, seeds_in(Path(name), options.files), Path(name) / "work")
    text = table(found, options)
    print(text)
    if options.write:
        write_section("Fuzz", text)
    return int(any(one.problem for outcomes in found.values() for one in outcomes))


def search(options: argparse.Namespace, seeds: Seeds, work: Path) -> dict[str, list[Outcome]]:
    """Inputs until the time is over, and what came of each."""
    end = time.monotonic() + options.minutes * 60
    found: dict[str, list[Outcome]] = defaultdict(list)
    names = st.just(options.only) if options.only else st.sampled_from(list(TARGETS))

    @seed(options.seed)
    @settings(
        max_examples=10**9,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(names, st.data())
    def search_on(name: str, data: st.DataObject) -> None:
        if time.monotonic() > end:
            raise TimeIsOver
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        target, folder = TARGETS[name], ROOT / OUT / _RUN_ID
        path = target.make(seeds, data, work)
        try:
            outcome = tried(lambda: target.run(path), target.codes, work, folder, SECRETS)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        found[name].append(outcome)
        if outcome.problem:
            print(f"{name}: {outcome.problem}", file=sys.stderr, flush=True)
            if options.keep:
                shutil.copytree(work, options.keep / f"{name}-{len(found[name])}", symlinks=True, ignore=_pipes)

    # To Hypothesis the end of the time is a test that draws less than it did before.
    with suppress(TimeIsOver, FlakyStrategyDefinition):
        search_on()
    return found


def _pipes(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if (Path(folder) / name).is_fifo()]


def table(found: dict[str, list[Outcome]], options: argparse.Namespace) -> str:
    """What was tried, as Markdown."""
    lines = [
        f"{options.minutes:g} minutes, seed {options.seed} ({machine()}).",
        f"`python -m bench.fuzz --minutes {options.minutes:g}`; goal: nothing wrong.",
        "",
        "| input for | tried | wrong | most processor time (s) | most memory (MiB) |",
        "|---|---|---|---|---|",
    ]
    for name, outcomes in sorted(found.items()):
        wrong = sum(bool(one.problem) for one in outcomes)
        slowest, largest = max(one.seconds for one in outcomes), max(one.memory for one in outcomes) >> 20
        lines.append(f"| {name} | {len(outcomes)} | {wrong} | {slowest:.1f} | {largest} |")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
