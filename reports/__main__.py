"""`python -m reports COMMAND ...`: commands on stored runs."""

import argparse
import signal
import sys
from collections.abc import Sequence
from importlib import import_module

from conformance import environment

#: Module of each command, with `main(argv) -> exit code`; only the requested module is imported.
COMMANDS = {
    "verify": ("reports.verify", "derive a run's verdicts from its evidence again, check hashes and signature"),
    "html": ("reports.page.command", "the page of a stored run, made again from its evidence"),
    "summary": ("reports.summary_page", "the result of a stored run as Markdown, for a build server's page"),
    "diff": ("reports.diff", "what differs between two runs, requirement by requirement"),
    "operators": ("reports.operators", "write docs/operators.md: each requirement, its proof, its repair"),
    "outages": (
        "reports.outages",
        "what the product did when database or link were gone, and how often, in stored runs",
    ),
    "history": (
        "reports.history.command",
        "all stored runs on one page: verdicts by night, steps of failovers, what became slower",
    ),
    "flakes": ("reports.flakes", "requirements whose verdict changed between runs of the same suite and target"),
}


def main(argv: Sequence[str]) -> int:
    """Run a command; return its exit code, 2 for wrong usage."""
    listed = "\n".join(f"  {name:<10}{what}" for name, (_, what) in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="python -m reports", description=listed, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    arguments = parser.parse_args(argv)
    module, _ = COMMANDS[arguments.command]
    command = import_module(module)
    # Imported late: the verifier needs no part of the library.
    from conformance.errors import ConformanceError
    from conformance.text.printable import one_line

    try:
        code: int = command.main(arguments.arguments)
    except ConformanceError as problem:
        print(one_line(f"error: {problem}"), file=sys.stderr)
        return 2
    return code


if __name__ == "__main__":
    # The reader of the output may stop early: `... | head`.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    with environment.needed():
        sys.exit(main(sys.argv[1:]))
