"""`python -m conformance images build|list`."""

import argparse
import sys
from functools import partial
from pathlib import Path

from conformance.errors import ConformanceError
from conformance.targets.compose.images import build, suite
from conformance.targets.shared.choice import MYSQL_VERSIONS, LabOptions

#: Debian's own image, available in every registry.
REGISTRY_BASE = "debian:bookworm-slim"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Sub-commands of `images`."""
    commands = parser.add_subparsers(dest="images_command", required=True)
    builder = commands.add_parser("build", help="build what the compose target runs (nothing to do when it is there)")
    base = builder.add_mutually_exclusive_group()
    base.add_argument("--base", default="", metavar="IMAGE", help="build on this image instead of Debian packages")
    base.add_argument("--registry", action="store_true", help=f"the same as --base {REGISTRY_BASE}")
    builder.add_argument("--suite", action="store_true", help="the suite's own image instead, of its last commit")
    for command in (builder, commands.add_parser("list", help="names of the images, and which are missing")):
        command.add_argument("--mysql", default="5.7", choices=MYSQL_VERSIONS, help="version (default: %(default)s)")
        command.add_argument("--das-pack", type=Path, metavar="DIR|ZIP", help="the vendor's own pack")


def run(arguments: argparse.Namespace) -> int:
    """Run a subcommand and return its exit code. Raises ConformanceError."""
    options = LabOptions(das_pack=arguments.das_pack, mysql=arguments.mysql).check()
    if arguments.images_command == "list":
        images = build.names(options)
        for name in (images.node, images.mysql):
            print(f"{name}{' (missing)' if name in images.missing else ''}")
        return 0
    base_image, say = (
        REGISTRY_BASE if arguments.registry else arguments.base,
        partial(print, file=sys.stderr, flush=True),
    )
    if arguments.suite:
        if arguments.das_pack:
            raise ConformanceError("--suite beside --das-pack", "a pack is not part of the suite: give it to the run")
        print(suite.ensure(base_image, say))
        return 0
    images = build.ensure(options, base_image, say)
    print(f"{images.node}\n{images.mysql}")
    return 0
