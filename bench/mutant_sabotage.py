"""Sabotage as a test of mutants: every one of homes, and of the kept run, must do what it does without the mutation."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

#: Processor seconds that one of them takes at most.
SECONDS = 120.0
NAMES = ("homes", "homes of the kept run", "answers of the kept run")


def problems(root: Path, name: str) -> list[str]:
    """What is wrong with one matrix; the project is imported here, in a process of its own."""
    from conformance.evidence.keep import KEPT
    from sabotage import handmade, recorded, trial

    if name == "homes":
        with tempfile.TemporaryDirectory(prefix="das-conformance-homes-") as folder:
            pair = handmade.make(Path(folder), handmade.stock)
            return trial.homes(root, pair, name, _silent).problems
    trying = recorded.homes if name == "homes of the kept run" else recorded.answers
    return trying(root, root / KEPT, _silent).problems


def sound(root: Path, folder: Path) -> dict[str, list[str]]:
    """Of each what is wrong without a mutation: nothing, as a rule."""
    found = {}
    for name in NAMES:
        path = folder / f"sound-{name.replace(' ', '-')}.json"
        command = [sys.executable, "-m", "bench.mutant_sabotage", name, str(path)]
        subprocess.run(command, cwd=root, check=True)
        found[name] = json.loads(path.read_text(encoding="utf-8"))
    return found


def differs(root: Path, name: str, before: list[str]) -> Callable[[], int]:
    """1 if anything else is wrong now."""
    return lambda: int(problems(root, name) != before)


def _silent(_name: str, _left: int) -> None:
    """Nobody looks."""


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(problems(Path.cwd(), sys.argv[1])), encoding="utf-8")
