"""`python -m conformance watch RUN`: shows a run's progress from its file, with the lines of its own terminal."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from conformance import cache
from conformance.errors import ConformanceError
from conformance.evidence.bundle import NAMES
from conformance.files.handed_file import shown
from conformance.progress import file
from conformance.progress.live import on
from conformance.progress.state import State
from conformance.progress.stream import ALIVE, View
from conformance.project import OUT
from conformance.text.printable import one_line
from conformance.waiting import SYSTEM, Clock

#: Seconds between two looks, and without a sign of life until that is reported.
LOOK, GONE = 0.5, 3 * ALIVE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("run", metavar="RUN", help="its folder, or its id below reports/out")


def run(arguments: argparse.Namespace) -> int:
    """Show the run until it ends; 0 if it ended, 1 if it gave no sign of life for a long time."""
    with closing(on(sys.stdout)) as view:
        state = follow(path_of(arguments.run), view)
    for line in last_words(state, SYSTEM.wall()):
        print(line)
    return 0 if state.result else 1


def path_of(name: str) -> Path:
    """The progress file of a run. ConformanceError if there is none."""
    folders = [Path(name), OUT / name, cache.folder("runs") / name]
    found = next((folder / file.NAME for folder in folders if (folder / file.NAME).is_file()), None)
    if found is None:
        raise ConformanceError(f"{shown(name)}: no run of that name has a {file.NAME}", NAMES)
    return found


def follow(path: Path, view: View, clock: Clock = SYSTEM) -> State:
    """Pass each record to the view, and call its `look`, until the run ends or gives no sign of life."""
    state, begun = State(), clock.wall()
    try:
        lines = path.open(encoding="utf-8", errors="replace")
    except OSError as problem:
        raise ConformanceError(f"{path}: cannot be read ({problem.strerror})", "let this user read it") from None
    with lines:
        while True:
            for record in file.records(lines):
                state.take(record)
                view.record(record, state)
            if state.result or clock.wall() - (state.last or begun) > GONE:
                return state
            view.look(state, clock.wall())
            clock.sleep(LOOK)


def now(path: Path) -> list[str]:
    """The current lines; empty if there is no file."""
    state = State()
    for record in file.read(path):
        state.take(record)
    return [one_line(line) for line in state.lines(SYSTEM.wall())] if state.last else []


def last_words(state: State, at: float) -> Iterator[str]:
    """The final message."""
    if state.result:
        yield f"the run ended after {(state.last - state.begun) / 60:.1f} min"
        return
    yield f"no sign of life for {at - state.last:.0f} s: the run was killed, or its machine stands still; last seen:"
    yield from (f"  {one_line(line)}" for line in state.lines(state.last))
