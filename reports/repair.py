"""Describes a repair in lines, for the terminal and for repair/report.txt."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from conformance.text.printable import counted

#: The report for people, beside the patches.
FILE = "repair/report.txt"
_BROKEN = ("fail", "waived")
_INDENT = " " * 10


def headline(repair: Mapping[str, Any]) -> str:
    """Describe the failures before and after, and what decides about those that remain."""
    before = sum(one in _BROKEN for one in repair["before"].values())
    left, decided = len(repair["left"]), [one for one in repair["questions"] if one["decides"]]
    hands = len(repair["questions"]) - len(decided)
    unjudged = f"; {len(repair['unjudged'])} could not be judged" if repair.get("unjudged") else ""
    if not before:
        return f"no failure of files{unjudged}"
    line = f"{counted(before, 'failure')} of files → {left or 'none'} left{unjudged}"
    if decided:
        line += f"; {counted(len(decided), 'question')} that only you can decide"
    return line + (f"; {counted(hands, 'change')} to be made by hand" if hands else "")


def lines(repair: Mapping[str, Any] | None, folder: Path) -> Iterator[str]:
    """Yield lines for the end of a run; `folder` is the run's."""
    if repair is None:
        return
    yield f"repair    {headline(repair)}"
    yield from _open(repair)
    if repair["patches"]:
        files = ", ".join(f"{folder / one['file']}" for one in repair["patches"])
        yield f"patches   {files} (nothing was applied)"


def write(signoff: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write the report beside the patches if there was a repair; return its path."""
    repair = signoff.get("repair")
    if repair is None:
        return []
    path = folder / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text(repair), encoding="utf-8")
    return [path]


def text(repair: Mapping[str, Any]) -> str:
    """Return the whole report."""
    return "\n".join([headline(repair), "", *_patches(repair), *_verdicts(repair), *_open(repair), ""])


def _patches(repair: Mapping[str, Any]) -> Iterator[str]:
    for one in repair["patches"]:
        yield f"{one['file']}: in the home of {one['node']}, patch -p1 < {Path(one['file']).name} (or git apply)"
        for change in one["changes"]:
            yield f"  {change['path']}: {', '.join(change['requirements'])}"
        yield ""
    failed = any(one in _BROKEN for one in repair["before"].values())
    if not repair["patches"]:
        why = "nothing that fails follows from the page and the homes alone" if failed else "nothing fails"
        yield from (f"no patch: {why}", "")


def _verdicts(repair: Mapping[str, Any]) -> Iterator[str]:
    if repair["repaired"]:
        yield f"repaired  {', '.join(repair['repaired'])}"
    for name, message in repair["left"].items():
        yield f"left      {name} {message}"
    yield from (f"error     {name} {message}" for name, message in repair.get("unjudged", {}).items())
    before, after = repair["before"], repair["after"]
    more = [name for name in after if after[name] == "pass" and before.get(name) not in ("pass", *_BROKEN)]
    if more:
        yield f"also      {', '.join(f'{name} passes (was {before[name]})' for name in more)}"
    yield ""


def _open(repair: Mapping[str, Any]) -> Iterator[str]:
    for one in repair["questions"]:
        names = f"{', '.join(one['requirements'])}: " if one["requirements"] else ""
        yield f"{'decide' if one['decides'] else 'by hand':<9} {names}{one['text']}"
        if one["answer"]:
            yield f"{_INDENT}- {one['answer']}"
    yield from (f"{'left out':<9} {one}" for one in repair["problems"])
