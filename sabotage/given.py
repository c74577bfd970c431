"""A sound pair of homes that somebody has: nothing of them is written, their logs are cut to the good start."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from conformance.archive.topology import Topology
from conformance.deployment.spec import ClusterSpec, NodeSpec
from conformance.errors import ConformanceError
from conformance.node.home.memory import LAB_SIZED, SIZE
from conformance.node.log.event import LogEvent, decode
from conformance.node.log.follower import LOG_PATH
from conformance.node.log.plain_files import PlainFiles
from conformance.node.log.reading import LogReading, LogSection
from conformance.node.log.rotation import readable, rotated_files
from conformance.pack.home import link
from conformance.pair.formation import formation, while_whole
from conformance.targets.shared.claimed_spec import cluster_spec
from conformance.targets.shared.home_folder import HomeFolder
from sabotage.homes import NODES
from sabotage.homes_target import HomeNode
from sabotage.pair import Pair

#: What of a home is judged; the rest (data, temporary files, the JVM's libraries) may be large and is left out.
_PARTS = (
    "bin", "dbscripts", "repository/conf", "repository/components", "repository/deployment", "repository/logs",
    "repository/tenants",
)  # fmt: skip
_HOME_LINE = re.compile(r"^Carbon Home\s*: (/\S.*)$")


def make(folder: Path, homes: tuple[Path, Path], *, single_host: bool = False) -> Pair:
    """The pair of links to both homes below `folder`; the first is that of the node that was started first.

    Addresses are what the homes claim, which counts as stated: the pair is sound, or nothing can be proven with it.
    ConformanceError when a home is none.
    """
    for name, home in zip(NODES, homes, strict=True):
        _link(home, folder / name)
    readings = _readings(folder)
    told = Topology(single_host=single_host, start_order=NODES)
    spec = cluster_spec({name: HomeFolder(folder / name, Path()).read for name in NODES}, told)
    spec = replace(spec, nodes=tuple(_stated(node, readings.get(node.name)) for node in spec.nodes))
    _cut_logs(folder, readings)
    return _checked(Pair(folder, spec, single_host=single_host, identity={SIZE: LAB_SIZED}), spec)


def _checked(pair: Pair, spec: ClusterSpec) -> Pair:
    unknown = [node.name for node in spec.nodes if not node.address]
    if unknown:
        raise ConformanceError(f"the files of {' and '.join(unknown)} claim no address", "take homes as the page wants")
    return pair


def _link(home: Path, target: Path) -> None:
    if not (home / "repository/conf").is_dir():
        raise ConformanceError(f"{home}: is not a DAS home (no repository/conf)", "name the folder that holds it")
    for part in _PARTS:
        for path in sorted((home / part).rglob("*")):
            place = target / path.relative_to(home)
            if path.is_file() and not path.is_symlink():
                place.parent.mkdir(parents=True, exist_ok=True)
                link(path, place)


def _readings(folder: Path) -> dict[str, LogReading]:
    """The logs, rotated files first; none where one of the homes has none: then none is judged."""
    found: dict[str, LogReading] = {}
    for name in NODES:
        access = HomeNode(NodeSpec(name, "", Path(), ""), folder / name)
        with suppress(FileNotFoundError):
            files, older = PlainFiles(access), readable(rotated_files(access)).newest_first
            texts = [(path, decode(files.read_from(path, 0))) for path in (*reversed(older), LOG_PATH)]
            found[name] = LogReading(name, texts)
    return found if len(found) == len(NODES) else {}


def _stated(node: NodeSpec, reading: LogReading | None) -> NodeSpec:
    """With the home's path as the node itself saw it, which only its log tells."""
    lines = [_HOME_LINE.match(event.message) for event in reading.events] if reading else []
    homes = [match[1] for match in lines if match]
    return replace(node, home=Path(homes[-1]) if homes else Path(), stated=True)


def _cut_logs(folder: Path, readings: dict[str, LogReading]) -> None:
    """Leave of each log the start that formed the cluster: what followed it is not judged, and would be in the way."""
    first, second = (readings[name].starts if readings else [] for name in NODES)
    formed = formation(first, second)
    for name, reading in readings.items():
        start = next((one for one in formed if one.node == name), None) or reading.last_start
        for path in {event.path for event in reading.events} | {LOG_PATH}:
            (folder / name / path).unlink(missing_ok=True)
        (folder / name / LOG_PATH).write_text(_text(while_whole(start)), encoding="utf-8")


def _text(section: LogSection) -> str:
    return "".join(f"{line}\n" for event in section for line in _raw(event))


def _raw(event: LogEvent) -> list[str]:
    """The event's lines as they were read; of a message over several lines the first holds no end."""
    more = event.message.split("\n")[1:]
    if more and event.closed:
        more[-1] += f" {{{event.logger}}}"
    return [event.head, *more, *event.trace]
