"""signoff.html from a sign-off, its evidence and the catalogue: one file, no network, the same bytes each time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from conformance.catalogue import Catalogue, Requirement
from conformance.evidence.observation import Observation
from conformance.node.clock import NodeClock
from reports.bands import svg
from reports.page.excerpt import clean, excerpts
from reports.page.timeline import NodeLogs, moment

FILE = "signoff.html"
_HERE = Path(__file__).parent
#: A shape for each verdict, so that no colour is needed to tell them apart.
SIGNS = {"pass": "✓", "fail": "✗", "error": "!", "not-assessed": "?", "not-applicable": "–", "waived": "w"}
#: Verdicts that a reader has to look at first.
_OPEN = ("fail", "error", "not-assessed", "waived")


def render(signoff: Mapping[str, Any], observations: Iterable[Observation], catalogue: Catalogue, logs: Path) -> str:
    """The page. `logs` is the run's folder of kept logs, which may be missing."""
    known = {one.id: one for one in observations}
    kept = NodeLogs(logs)
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"clean": lambda value: clean(str(value)), "moment": moment}
    # Null in runs of before version 2.0.
    told = signoff["clock_skew_seconds"] or {}
    clocks = {node: NodeClock.from_json(one) if one else None for node, one in told.items()}
    requirements = [_entry(one, signoff["requirements"][one.id], known) for one in _ordered(catalogue, signoff)]
    return environment.get_template("signoff.html.j2").render(
        told=signoff,
        requirements=requirements,
        open_ones=_grouped(entry for entry in requirements if entry["verdict"] in _OPEN),
        sections=_sections(requirements),
        failovers=[{**one, "svg": Markup(svg(one)), "lines": kept.around(one, clocks)} for one in signoff["failovers"]],
        clocks=clocks,
        signs=SIGNS,
        style=Markup((_HERE / "style.css").read_text(encoding="utf-8")),
        script=Markup((_HERE / "page.js").read_text(encoding="utf-8")),
        reproduce=_command(signoff),
    )


def write(text: str, folder: Path) -> Path:
    """Put the page into a run's folder, whole or not at all; its path."""
    path = folder / FILE
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
    return path


def _ordered(catalogue: Catalogue, signoff: Mapping[str, Any]) -> list[Requirement]:
    return [one for one in catalogue.values() if one.id in signoff["requirements"]]


def _entry(requirement: Requirement, told: Mapping[str, Any], known: dict[str, Observation]) -> dict[str, Any]:
    shown, more = excerpts(told["evidence"], known, told["message"])
    return {
        **told,
        "id": requirement.id,
        "sentence": requirement.sentence,
        "section": requirement.section,
        "proof": requirement.proof,
        "sabotage": requirement.sabotage,
        "repair": requirement.repair,
        "excerpts": shown,
        "more": more,
    }


def _grouped(entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Entries of one verdict for one reason in one row, in the order of _OPEN."""
    rows: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for entry in entries:
        rows.setdefault((entry["verdict"], entry["message"]), []).append(entry)
    ordered = sorted(rows.items(), key=lambda row: _OPEN.index(row[0][0]))
    return [{"verdict": verdict, "message": message, "entries": found} for (verdict, message), found in ordered]


def _sections(requirements: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """By section of the page, in the catalogue's order of first appearance."""
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in requirements:
        found.setdefault(entry["section"], []).append(entry)
    return found


def _command(signoff: Mapping[str, Any]) -> str:
    """How to run the same again: what followed the program's name, without the run's own id."""
    arguments = [one for one in signoff["argv"][1:] if not re.match(r"--run-id\b", one)]
    return " ".join(["tox -e conformance", *(["--", *arguments] if arguments else [])])
