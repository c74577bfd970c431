"""`python -m conformance pack build|verify|list|try`."""

import argparse
import sys

from conformance.files.disk import sha256
from conformance.pack import assemble, fetch, imports, lock
from conformance.pack.progress_bars import progress_bars
from conformance.session.commands.pack_try import command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Sub-commands of `pack`."""
    commands = parser.add_subparsers(dest="pack_command", required=True)
    for name, help_text in (
        ("build", "fetch, verify and assemble the pack (nothing to do when it is there)"),
        ("verify", "check every fetched file's sha256 and every bundle's imports again"),
        ("list", "every artifact with licence and use, every made bundle and lab part"),
    ):
        parser_of_it = commands.add_parser(name, help=help_text)
        parser_of_it.add_argument("--kernel", default=lock.KERNELS[0], choices=lock.KERNELS, help="of the pack")
    trial = commands.add_parser("try", help="the page's steps on copies of a stock home, and what they make of it")
    command.add_arguments(trial)


def run(arguments: argparse.Namespace) -> int:
    """Run a subcommand and return its exit code."""
    if arguments.pack_command == "try":
        return command.run(arguments)
    return {"build": build, "verify": verify, "list": show}[arguments.pack_command](arguments.kernel)


def build(kernel: str) -> int:
    """Build the pack, with progress on standard error."""
    with progress_bars() as report:
        pack = assemble.ensure(report, kernel)
    print(f"pack {pack.identity['hash']}: {pack.path}")
    return 0


def verify(kernel: str) -> int:
    """Verify cache and pack; 1 if anything is wrong, with one line per problem."""
    locked = lock.load(kernel)
    problems = []
    repository = fetch.MavenRepository()
    for artifact in locked.artifacts:
        path = repository.path(artifact)
        if not path.exists():
            problems.append(f"{artifact.coordinate}: not fetched")
        elif sha256(path.open("rb")) != artifact.sha256:
            problems.append(f"{path}: sha256 differs from the lock")
    pack = assemble.find(kernel)
    if pack is None:
        problems.append(f"no pack is built for this lock: python -m conformance pack build --kernel {kernel}")
    else:
        gaps = imports.missing(assemble.bundles(pack.path), assemble.system_packages(pack.path))
        problems += [f"unmet import: {gap}" for gap in gaps]
    for problem in problems:
        print(problem, file=sys.stderr)
    made, parts = len(locked.bundles), len(assemble.lab_parts(locked))
    print(f"{len(locked.artifacts)} artifacts, {made} made bundles, {parts} lab parts: {len(problems)} problems")
    return 1 if problems else 0


def show(kernel: str) -> int:
    """List the pack's contents."""
    locked = lock.load(kernel)
    for artifact in locked.artifacts:
        print(f"{artifact.use:14} {artifact.licence:44} {artifact.coordinate}")
    for spec in locked.bundles:
        print(f"made bundle    {spec.file}: {spec.why}")
    for part in assemble.lab_parts(locked):
        print(f"lab part       {part.name}: {part.title} (stands for {part.stands_for})")
    return 0
