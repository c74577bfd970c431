"""`python -m conformance artifacts FOLDER`: writes the lab's artifacts, for the nodes of an attached deployment."""

import argparse
from pathlib import Path

from conformance.errors import ConformanceError
from conformance.events.artifacts import write


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the argument."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where they are written, to be copied from")


def run(arguments: argparse.Namespace) -> int:
    """Write them. ConformanceError if the folder cannot be written."""
    try:
        write(arguments.folder)
    except OSError as problem:
        raise ConformanceError(f"{problem.filename}: {problem.strerror}", "name a folder of your own") from None
    print(f"copy {arguments.folder}/repository into the home of each node, over its own: docs/attach.md")
    return 0
