"""`python -m conformance bundle ...`: stored runs."""

import argparse
from pathlib import Path

from conformance.evidence import keep


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the subcommands."""
    commands = parser.add_subparsers(dest="bundle_command", required=True)
    kept = commands.add_parser("keep", help="renew the stored healthy run that the selftests replay")
    kept.add_argument(
        "run", type=Path, metavar="RUN", help="a healthy run that ended: its folder, or its id below reports/out"
    )
    kept.add_argument("--to", type=Path, default=keep.KEPT, metavar="FILE", help="default: %(default)s")


def run(arguments: argparse.Namespace) -> int:
    """Run a subcommand and return its exit code. ConformanceError if the run cannot be kept."""
    size = keep.keep(arguments.run, arguments.to)
    print(f"{arguments.to}: {size} bytes; --target replay:{arguments.to} judges it")
    return 0
