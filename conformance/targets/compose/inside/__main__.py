"""`python3 -m conformance.targets.compose.inside COMMAND`: what the containers of compose/compose.yaml run."""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from conformance.errors import ConformanceError


def _module(name: str) -> Any:
    """Import a command's module only when it runs: the health check runs every few seconds and needs few imports."""
    return import_module(f"conformance.targets.compose.inside.{name}")


COMMANDS: dict[str, Callable[..., int | None]] = {
    "server": lambda *_: _module("server").run(os.environ),
    "kill": lambda *_: _module("server").kill(),
    "dump": lambda *_: _module("server").signal_jvm(signal.SIGQUIT),
    "healthy": lambda *_: _module("health").check(os.environ),
    "observe": lambda *_: _module("observer").run(os.environ),
    "files": lambda *arguments: _module("files").serve(*arguments),
    "reach": lambda *arguments: _module("reach").tell(*arguments),
}


def main(argv: Sequence[str]) -> int:
    """Run one command; return its exit code."""
    command = COMMANDS.get(argv[0]) if argv else None
    if command is None:
        print(f"usage: python3 -m conformance.targets.compose.inside {'|'.join(COMMANDS)}", file=sys.stderr)
        return 2
    try:
        return command(*argv[1:]) or 0
    except ConformanceError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
