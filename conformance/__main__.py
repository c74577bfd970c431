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


def main(argv: Sequence[str]) -> int:
    """Run a command and return its exit code, 2 for bad usage."""
    parser = argparse.ArgumentParser(prog="python -m conformance", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    pack.add_arguments(commands.add_parser("pack", help="the DAS homes that the lab runs"))
    lab.add_arguments(commands.add_parser("lab", help="a lab to look around in"))
    bundle.add_arguments(commands.add_parser("bundle", help="stored runs"))
    images.add_arguments(commands.add_parser("images", help="images that the compose target runs"))
    preflight.add_arguments(commands.add_parser("preflight", help="what of a running deployment can be judged"))
    artifacts.add_arguments(commands.add_parser("artifacts", help="the lab's artifacts, to judge events and faults"))
    repair.add_arguments(commands.add_parser("repair", help="patches for the homes of a snapshot or attached nodes"))
    watch.add_arguments(commands.add_parser("watch", help="what a run does right now"))
    judge_many.add_arguments(commands.add_parser("judge-many", help="all pairs of homes in a folder, as copied files"))
    # argparse refuses positional arguments behind options, as in `judge-many DIR --jobs 4 -- --waivers FILE`.
    own = list(takewhile(lambda one: one != "--", argv)) if "judge-many" in argv[:1] else argv
    arguments = parser.parse_args(own)
    if len(own) < len(argv):
        arguments.options += argv[len(own) + 1 :]
    run = {
        "pack": pack.run,
        "lab": lab.run,
        "bundle": bundle.run,
        "images": images.run,
        "preflight": preflight.run,
        "artifacts": artifacts.run,
        "repair": repair.run,
        "watch": watch.run,
        "judge-many": judge_many.run,
    }[arguments.command]
    try:
        return run(arguments)
    except ConformanceError as problem:
        print(f"error: {safe_line(problem, argv)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    with environment.needed():
        sys.exit(main(sys.argv[1:]))
