"""`python -m conformance pack build|verify|list|try`."""

from __future__ import annotations

import argparse
import sys

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from conformance import cache
from conformance.pack import assemble, fetch, imports, labpart, lock
from conformance.pack.built import Progress as Report
from conformance.pack.trial import command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Sub-commands of `pack`."""
    commands = parser.add_subparsers(dest="pack_command", required=True)
    commands.add_parser("build", help="fetch, verify and assemble the pack (nothing to do when it is there)")
    commands.add_parser("verify", help="check every fetched file's sha256 and every bundle's imports again")
    commands.add_parser("list", help="every artifact with licence and use, every made bundle and lab part")
    trial = commands.add_parser("try", help="the page's steps on copies of a stock home, and what they make of it")
    command.add_arguments(trial)


def run(arguments: argparse.Namespace) -> int:
    """Run one sub-command; the exit code."""
    if arguments.pack_command == "try":
        return command.run(arguments)
    return {"build": build, "verify": verify, "list": show}[arguments.pack_command]()


def build() -> int:
    """Build the pack, with progress on standard error."""
    with progress_bars() as report:
        pack = assemble.ensure(report)
    print(f"pack {pack.identity['hash']}: {pack.path}")
    return 0


def verify() -> int:
    """Verify cache and pack; 1 if anything is wrong, each problem on a line of its own."""
    locked = lock.load()
    problems = []
    repository = fetch.MavenRepository()
    for artifact in locked.artifacts:
        path = repository.path(artifact)
        if not path.exists():
            problems.append(f"{artifact.coordinate}: not fetched")
        elif fetch.sha256(path) != artifact.sha256:
            problems.append(f"{path}: sha256 differs from the lock")
    pack = assemble.find()
    if pack is None:
        problems.append("no pack is built for this lock: python -m conformance pack build")
    else:
        gaps = imports.missing(assemble.bundles(pack.path), assemble.system_packages(pack.path))
        problems += [f"unmet import: {gap}" for gap in gaps]
    for problem in problems:
        print(problem, file=sys.stderr)
    made, parts = len(locked.bundles), len(labpart.discover())
    print(f"{len(locked.artifacts)} artifacts, {made} made bundles, {parts} lab parts: {len(problems)} problems")
    return 1 if problems else 0


def show() -> int:
    """List what the pack is made of."""
    locked = lock.load()
    for artifact in locked.artifacts:
        print(f"{artifact.use:14} {artifact.licence:44} {artifact.coordinate}")
    for spec in locked.bundles:
        print(f"made bundle    {spec.file}: {spec.why}")
    for part in labpart.discover():
        print(f"lab part       {part.name}: {part.title} (stands for {part.stands_for})")
    return 0


class progress_bars:
    """Bars on standard error for the phases of a build; on no terminal only the phases' names."""

    def __enter__(self) -> Report:
        self._bars = Progress(
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeElapsedColumn(),
            console=Console(stderr=True),
        )  # fmt: skip
        self._tasks: dict[str, int] = {}
        self._bars.start()
        return self._report

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def _report(self, phase: str, done: int, total: int) -> None:
        if phase not in self._tasks:
            self._tasks[phase] = self._bars.add_task(f"{phase} the pack ({cache.folder()})", total=total)
        self._bars.update(self._tasks[phase], completed=done, total=total)  # type: ignore[arg-type]
