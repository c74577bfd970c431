"""Two small homes as support gets them from a customer, in a folder."""

from pathlib import Path

from selftests.fake_node import (
    AXIS2,
    CARBON,
    EVENT_PROCESSOR,
    FIRST_START,
    SECOND_START,
    axis2_xml,
    carbon_xml,
    event_processor_xml,
    file_line,
)

LOG = "repository/logs/wso2carbon.log"


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
    """One file of a home."""
    target = home / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)


def started(lines: tuple[str, ...], minute: str) -> str:
    """A log of one start in the file form; `minute` is HH:MM."""
    return "".join(f"{file_line(line, f'2026-11-22 {minute}:{n:02d},000')}\n" for n, line in enumerate(lines, 10))
