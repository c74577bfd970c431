"""Two small homes as support gets them from a customer, in a folder."""

from collections.abc import Mapping
from pathlib import Path

from conformance.evidence.witness import Witness
from conformance.node.node import Node
from conformance.pair.view import ClusterView
from conformance.targets.snapshot.deployment import SnapshotDeployment
from conformance.waiting import SYSTEM
from selftests.fake_node import FIRST_START, SECOND_START, axis2_xml, carbon_xml, event_processor_xml, file_line
from selftests.home_paths import AXIS2, CARBON, EVENT_PROCESSOR, LOG


def write(folder: Path, *, deeper: str = "", logs: bool = False) -> Path:
    """Homes node1 and node2 below `folder`, each in a folder `deeper` of its own folder."""
    for name in ("node1", "node2"):
        home = folder / name / deeper
        files = {AXIS2: axis2_xml(name), CARBON: carbon_xml(), EVENT_PROCESSOR: event_processor_xml(name)}
        if logs:
            files[LOG] = started(FIRST_START, "21:58") if name == "node1" else started(SECOND_START, "21:59")
        for path, text in files.items():
            put(home, path, text)
    return folder


def put(home: Path, path: str, text: str) -> None:
    target = home / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)


def started(lines: tuple[str, ...], minute: str) -> str:
    """A log of one start in the file form; `minute` is HH:MM."""
    return "".join(f"{file_line(line, f'2026-11-22 {minute}:{n:02d},000')}\n" for n, line in enumerate(lines, 10))


def cluster(folder: Path) -> ClusterView:
    snapshot = SnapshotDeployment(folder, 2)
    witness = Witness(None, None, SYSTEM)
    made = (Node(one, witness, snapshot.spec, single_host=snapshot.single_host) for one in snapshot.nodes)
    view = ClusterView(*made, single_host=snapshot.single_host)
    view.find_starts(ordered=snapshot.spec.ordered)
    return view


def changed(folder: Path, replacements: Mapping[str, str], *names: str) -> None:
    """Replace texts in every file of these nodes."""
    for name in names or ("node1", "node2"):
        for path in (folder / name).rglob("*.*"):
            text = path.read_text()
            for old, new in replacements.items():
                text = text.replace(old, new)
            path.write_text(text)
