"""`python3 -m conformance.container COMMAND`: what the containers of compose/compose.yaml run."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

from conformance.container import files, health, observer, reach, server
from conformance.errors import ConformanceError

COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "server": lambda _: server.run(os.environ),
    "kill": lambda _: server.kill(),
    "healthy": lambda _: health.check(os.environ),
    "observe": lambda _: observer.run(os.environ),
    "files": lambda arguments: files.serve(*arguments),
    "reach": lambda arguments: reach.tell(*arguments),
}


def main(argv: Sequence[str]) -> int:
    """Run one command; its exit code."""
    command = COMMANDS.get(argv[0]) if argv else None
    if command is None:
        print(f"usage: python3 -m conformance.container {'|'.join(COMMANDS)}", file=sys.stderr)
        return 2
    try:
        return command(argv[1:])
    except ConformanceError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
