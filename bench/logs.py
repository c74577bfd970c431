"""`python -m bench.logs`: how soon a wait sees a log line, and how fast a long log is searched, against grep and rg."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

from bench.results import machine, publish, row
from conformance.deadlines import Deadline
from conformance.deployment.spec import NodeSpec
from conformance.evidence.witness import Witness
from conformance.node.log.carbon_log import POLL, NodeLog
from conformance.node.log.event import decode
from conformance.node.log.follower import LOG_PATH
from conformance.node.log.parser import parse
from conformance.node.log.scan import troubles_in
from sabotage.homes_target import HomeNode

_LINE = (
    "TID: [-1234] [] [2026-11-22 21:58:24,716] {level} {{org.wso2.carbon.Thing}} -  {text} {{org.wso2.carbon.Thing}}\n"
)
_LINES = 200
_ROUNDS = 5
_SOON = Deadline("line", 5, "a line that this program writes itself")
_MB = 1_000_000
#: MB of the log that the whole parser reads.
_PARSED = 32
#: As someone who looks for trouble would type it.
_PATTERN = r"(ERROR|FATAL) \{"
_SCAN = "this suite's search"


def main(argv: list[str]) -> int:
    """Measure both and write the section. `argv`: size of the long log in MB (500)."""
    size = int(argv[0]) if argv else 500
    with tempfile.TemporaryDirectory() as name:
        waits = {"fresh log": reaction(Path(name) / "fresh", 0), "100 MB": reaction(Path(name) / "long", 100 * _MB)}
        searched, read = Path(name) / "searched", Path(name) / "read"
        searches = timed(searching(home(searched, size * _MB, troubles=True), searched / LOG_PATH))
        node = home(read, _PARSED * _MB, troubles=True)
        parsing = timed({"this suite's parser": lambda: parsed(node)})
    fastest = median(searches["grep -cE"][0])
    text = [
        f"{_LINES} lines written at a known moment and waited for ({POLL * 1000:.0f} ms between looks), in a fresh log",
        f"and in one of 100 MB; {size} MB searched for ERROR and FATAL events, in turn, by the tools for",
        f"`{_PATTERN}`; {_PARSED} MB parsed whole ({machine()}).",
        "`python -m bench.logs`; goals: p99 at most 20 ms, as fast as grep -cE.",
        "",
        "| log write to wait's return | p50 (ms) | p99 (ms) |",
        "|---|---|---|",
        *(f"| {title} | {p50:.1f} | {p99:.1f} |" for title, (p50, p99) in waits.items()),
        "",
        f"| {size} MB, ERROR and FATAL | min (s) | median (s) | max (s) | found | times grep -cE |",
        "|---|---|---|---|---|---|",
        *(
            f"{row(title, seconds, str(found))} {median(seconds) / fastest:.2f} |"
            for title, (seconds, found) in searches.items()
        ),
        "",
        f"| {_PARSED} MB, every event | min (s) | median (s) | max (s) | MB/s |",
        "|---|---|---|---|---|",
        *(row(title, seconds, f"{_PARSED / median(seconds):.0f}") for title, (seconds, _) in parsing.items()),
    ]
    publish("Logs", text)
    return 0 if median(searches[_SCAN][0]) <= fastest and max(p99 for _, p99 in waits.values()) <= 20 else 1


def home(folder: Path, size: int, *, troubles: bool = False) -> HomeNode:
    """A home with a log of about `size` bytes, every 4,000th line of it an ERROR if there are troubles."""
    path = folder / LOG_PATH
    path.parent.mkdir(parents=True)
    block = _LINE.format(level=" INFO", text="something ordinary happened to a thing of no interest") * 4000
    if troubles:
        block += _LINE.format(level="ERROR", text="one thing went wrong")
    with path.open("w") as stream:
        for _ in range(size // len(block)):
            stream.write(block)
    return HomeNode(NodeSpec("node1", "", Path(), ""), folder)


def reaction(folder: Path, before: int) -> tuple[float, float]:
    """p50 and p99 in milliseconds from the write of a line to the return of the wait for it, as a suite waits."""
    log = NodeLog(home(folder, before), Witness.recording(folder / "evidence"))
    cuts = quantiles([one_reaction(log, folder / LOG_PATH, number) for number in range(_LINES)], n=100)
    return cuts[49] * 1000, cuts[98] * 1000


def one_reaction(log: NodeLog, path: Path, number: int) -> float:
    """Seconds from the write to the return, for one line that another thread writes at an odd moment."""
    written: list[float] = []

    def write() -> None:
        time.sleep(0.03 + number % 20 / 1000)  # at all phases of the looks
        with path.open("a") as stream:
            stream.write(_LINE.format(level=" INFO", text=f"line {number};"))
        written.append(time.monotonic())

    mark = log.mark()
    writer = threading.Thread(target=write)
    writer.start()
    log.wait_for(f"line {number};", after=mark, deadline=_SOON)
    seen = time.monotonic()
    writer.join()
    return seen - written[0]


def searching(node: HomeNode, path: Path) -> dict[str, Callable[[], int]]:
    """What finds the troubles in the node's log, which lies at `path`, by name."""
    tools = {
        _SCAN: lambda: sum(1 for _ in troubles_in(node, LOG_PATH)),
        "grep -cE": lambda: counted(["grep", "-cE"], path, {}),
        "LC_ALL=C grep -cE": lambda: counted(["grep", "-cE"], path, {"LC_ALL": "C"}),
    }
    if shutil.which("rg"):
        tools["rg -c"] = lambda: counted(["rg", "-c"], path, {})
    return tools


def timed(tools: dict[str, Callable[[], int]]) -> dict[str, tuple[list[float], int]]:
    """Seconds of several runs in turn and the number found, by tool."""
    found: dict[str, tuple[list[float], int]] = {name: ([], 0) for name in tools}
    for _ in range(_ROUNDS):
        for name, tool in tools.items():
            started = time.monotonic()
            count = tool()
            found[name] = ([*found[name][0], time.monotonic() - started], count)
    return found


def parsed(node: HomeNode) -> int:
    """Events by the suite's own parser."""
    return len(parse(decode(node.read(LOG_PATH)), LOG_PATH).events)


def counted(tool: list[str], path: Path, environment: dict[str, str]) -> int:
    """Lines that a search tool finds."""
    command = [*tool, _PATTERN, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | environment)
    return int(done.stdout)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
