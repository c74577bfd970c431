"""`python -m conformance pack ...`, `lab ...`, `bundle ...`, `images ...`,
`preflight ...`, `artifacts ...`, `repair ...`, `watch ...` and `judge-many ...`; the suite itself runs under pytest."""

import argparse
import sys
from collections.abc import Sequence
from itertools import takewhile

from conformance import environment

with environment.needed():
    from conformance.errors import ConformanceError
    from conformance.evidence.learning import safe_line
    from conformance.session.commands import artifacts, bundle, images, lab, pack, preflight, repair, watch
    from conformance.session.commands.judge_many import command as judge_many

#: The commands by name: what adds their options, what runs them, what their help says.
COMMANDS = {
    "pack": (pack.add_arguments, pack.run, "the DAS homes that the lab runs"),
    "lab": (lab.add_arguments, lab.run, "a lab to look around in"),
    "bundle": (bundle.add_arguments, bundle.run, "stored runs"),
    "images": (images.add_arguments, images.run, "images that the compose target runs"),
    "preflight": (preflight.add_arguments, preflight.run, "what of a running deployment can be judged"),
    "artifacts": (artifacts.add_arguments, artifacts.run, "the lab's artifacts, to judge events and faults"),
    "repair": (repair.add_arguments, repair.run, "patches for the homes of a snapshot or attached nodes"),
    "watch": (watch.add_arguments, watch.run, "what a run does right now"),
    "judge-many": (judge_many.add_arguments, judge_many.run, "all pairs of homes in a folder, as copied files"),
}


def main(argv: Sequence[str]) -> int:
    """Run a command and return its exit code, 2 for bad usage."""
    parser = argparse.ArgumentParser(prog="python -m conformance", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (add_arguments, _, about) in COMMANDS.items():
        add_arguments(commands.add_parser(name, help=about))
    # argparse refuses positional arguments behind options, as in `judge-many DIR --jobs 4 -- --waivers FILE`.
    own = list(takewhile(lambda one: one != "--", argv)) if "judge-many" in argv[:1] else argv
    arguments = parser.parse_args(own)
    if len(own) < len(argv):
        arguments.options += argv[len(own) + 1 :]
    try:
        return COMMANDS[arguments.command][1](arguments)
    except ConformanceError as problem:
        print(f"error: {safe_line(problem, argv)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    with environment.needed():
        sys.exit(main(sys.argv[1:]))
