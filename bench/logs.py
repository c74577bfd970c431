"""`python -m bench.logs`: how soon a wait sees a log line, and how fast a long log is read, against grep and rg."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import quantiles
from typing import Any

from bench.results import machine, write_section
from bench.series import row
from conformance.deadlines import Deadline
from conformance.node.log_event import decode, parse
from conformance.node.log_follower import LOG_PATH, LogFollower, LogMark
from conformance.target.home_folder import HomeFolder
from conformance.waiting import wait_for

_LINE = (
    "TID: [-1234] [] [2026-11-22 21:58:24,716] {level} {{org.wso2.carbon.Thing}} -  {text} {{org.wso2.carbon.Thing}}\n"
)
_LINES = 200
_SOON = Deadline("line", 5, "a line that this program writes itself")


def main(argv: list[str]) -> int:
    """Measure both and write the section. `argv`: size of the long log in MB (500)."""
    size = int(argv[0]) if argv else 500
    with tempfile.TemporaryDirectory() as name:
        small, long = (reaction(Path(name) / str(before), before) for before in (0, 100_000_000))
        scans = scan(Path(name), size)
    text = [
        f"{_LINES} lines written at a known moment, waited for at 20 ms polls, in a fresh log and one of 100 MB; and",
        f"a log of {size} MB read for its ERROR events ({machine()}). `python -m bench.logs`.",
        "",
        "| log write to wait's return | p50 (ms) | p99 (ms) |",
        "|---|---|---|",
        *(f"| {title} | {p50:.1f} | {p99:.1f} |" for title, (p50, p99) in (("fresh log", small), ("100 MB", long))),
        "",
        f"| {size} MB, ERROR events | min (s) | median (s) | max (s) | found |",
        "|---|---|---|---|---|",
        *(row(title, seconds, str(found)) for title, (seconds, found) in scans.items()),
    ]
    write_section("Logs", "\n".join(text))
    print("\n".join(text))
    return 0


def reaction(home: Path, before: int) -> tuple[float, float]:
    """p50 and p99 in milliseconds from the write of a line to the return of the wait for it."""
    access = HomeFolder(home, home)
    path = home / LOG_PATH
    path.parent.mkdir(parents=True)
    filler = _LINE.format(level=" INFO", text="filler")
    path.write_text(filler * (before // len(filler)))
    took = []
    for number in range(_LINES):
        mark = LogMark.at_end_of(path.read_bytes()) if number == 0 else follower_mark(path)
        took.append(one_reaction(access, path, mark, number))
    cuts = quantiles(took, n=100)
    return cuts[49] * 1000, cuts[98] * 1000


def follower_mark(path: Path) -> LogMark:
    """A mark at the end of the file, made without reading all of it."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(max(0, size - 512))
        return LogMark(size, 0, stream.read())


def one_reaction(access: Any, path: Path, mark: LogMark, number: int) -> float:
    """Seconds from the write to the return, for one line that another thread writes at an odd moment."""
    written: list[float] = []

    def write() -> None:
        time.sleep(0.03 + number % 20 / 1000)  # at all phases of the poll
        with path.open("a") as stream:
            stream.write(_LINE.format(level=" INFO", text=f"line {number};"))
        written.append(time.monotonic())

    writer = threading.Thread(target=write)
    follower = LogFollower(access, mark)
    writer.start()
    wait_for("line", lambda: follower.find(f"line {number};"), _SOON)
    seen = time.monotonic()
    writer.join()
    return seen - written[0]


def scan(folder: Path, megabytes: int) -> dict[str, tuple[list[float], int]]:
    """Seconds (three runs in turn) and number of ERROR events, by tool."""
    path = folder / "long.log"
    block = _LINE.format(level=" INFO", text="something ordinary happened to a thing of no interest") * 4000
    block += _LINE.format(level="ERROR", text="one thing went wrong")
    with path.open("w") as stream:
        for _ in range(megabytes * 1_000_000 // len(block)):
            stream.write(block)
    tools = {"this suite's parser": lambda: parsed(path), "grep -E": lambda: counted("grep", path)}
    if shutil.which("rg"):
        tools["rg"] = lambda: counted("rg", path)
    found: dict[str, tuple[list[float], int]] = {name: ([], 0) for name in tools}
    for _ in range(3):
        for name, tool in tools.items():
            started = time.monotonic()
            count = tool()
            found[name] = ([*found[name][0], time.monotonic() - started], count)
    return found


def parsed(path: Path) -> int:
    """ERROR events by the suite's own parser."""
    return sum(event.level == "ERROR" for event in parse(decode(path.read_bytes()), str(path)).events)


def counted(tool: str, path: Path) -> int:
    """Lines with an ERROR level by a search tool."""
    pattern = r"^TID: ?\[-?[0-9]*\] \[[^]]*\] \[[^]]+\] [^{]*ERROR \{"
    arguments = [tool, "-c", *(["-E"] if tool == "grep" else []), pattern, str(path)]
    environment = {**os.environ, "LC_ALL": "C"}
    return int(subprocess.run(arguments, capture_output=True, text=True, check=True, env=environment).stdout)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
