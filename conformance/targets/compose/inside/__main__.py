"""`python3 -m conformance.targets.compose.inside COMMAND`: what the containers of compose/compose.yaml run."""

import os
import signal
import sys
from collections.abc import Callable, Sequence

from conformance.errors import ConformanceError

# Each command imports what it needs: the health check, which runs every few seconds, needs little of it all.


def _server(_: Sequence[str]) -> int:
    from conformance.targets.compose.inside import server

    return server.run(os.environ)


def _kill(_: Sequence[str]) -> int:
    from conformance.targets.compose.inside import server

    return server.kill()


def _dump(_: Sequence[str]) -> int:
    from conformance.targets.compose.inside import server

    server.signal_jvm(signal.SIGQUIT)
    return 0


def _healthy(_: Sequence[str]) -> int:
    from conformance.targets.compose.inside import health

    return health.check(os.environ)


def _observe(_: Sequence[str]) -> int:
    from conformance.targets.compose.inside import observer

    return observer.run(os.environ)


def _files(arguments: Sequence[str]) -> int:
    from conformance.targets.compose.inside import files

    return files.serve(*arguments)


def _reach(arguments: Sequence[str]) -> int:
    from conformance.targets.compose.inside import reach

    return reach.tell(*arguments)


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "server": _server,
    "kill": _kill,
    "dump": _dump,
    "healthy": _healthy,
    "observe": _observe,
    "files": _files,
    "reach": _reach,
}


def main(argv: Sequence[str]) -> int:
    """Run one command; its exit code."""
    command = COMMANDS.get(argv[0]) if argv else None
    if command is None:
        print(f"usage: python3 -m conformance.targets.compose.inside {'|'.join(COMMANDS)}", file=sys.stderr)
        return 2
    try:
        return command(argv[1:])
    except ConformanceError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
