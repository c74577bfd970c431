"""Makes signoff.html from a sign-off, its evidence and the catalogue: one file, no network, always the same bytes."""

import importlib.util
import re
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.bccache import Bucket, FileSystemBytecodeCache
from markupsafe import Markup

from conformance.evidence.observation import Observation
from conformance.files.disk import put_whole
from conformance.judgement.catalogue import Catalogue, Kind, Level
from conformance.judgement.waiver import WRONG
from conformance.node.clock import NodeClock
from conformance.text.scenario_names import titled
from reports import answers, repair, variation
from reports.bands import PATTERNS, svg
from reports.fault_effects import findings
from reports.outage_kinds import behaviours
from reports.page.causes import groups, look
from reports.page.excerpt import clean, excerpts
from reports.page.run_files import RunFiles
from reports.page.search_terms import SearchTerms
from reports.page.timeline import SHOWN, Line, NodeLogs, moment
from reports.previous import line
from reports.summary import ADVICE, beside, called, counted, deviations, headline

FILE = "signoff.html"
_HERE = Path(__file__).parent
_OPTIONS: dict[str, Any] = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
#: A sign for each verdict, so that no colour is needed to tell them apart.
SIGNS = {ADVICE: "△", "pass": "✓", "fail": "✗", "error": "!", "not-assessed": "?", "not-applicable": "–", "waived": "w"}


def render(
    signoff: Mapping[str, Any], observations: Iterable[Observation], catalogue: Catalogue, kept: RunFiles
) -> str:
    """Return the page. `catalogue` is today's; `kept` are the other files of the run."""
    known = {one.id: one for one in observations}
    judges = {one.question: one.asked_by for one in known.values()}
    logs = NodeLogs(kept.logs)
    # Null in runs before version 2.0.
    measured = signoff["clock_skew_seconds"] or {}
    clocks = {node: NodeClock.from_json(one) if one else None for node, one in measured.items()}
    rates = {name: variation.text(rate) for name, rate in variation.of(signoff).items()}
    requirements = [
        {**_shown(one, known), "look": look(one), "called": called(one), "rate": rates.get(one["id"], "")}
        for one in entries(signoff, kept.requirements, catalogue)
    ]
    return _template().render(
        signoff=signoff,
        requirements=requirements,
        headline=headline(signoff),
        counts=counted(signoff),
        conforms=answers.conforms(signoff),
        decisions=answers.decisions(signoff),
        judged=answers.judged(signoff),
        not_judged=answers.not_judged(signoff),
        not_applicable=answers.not_applicable(signoff),
        beside=_sentence(beside(signoff)),
        previous=_sentence(line(signoff)) if signoff.get("previous") else "",
        repairs=[(one["name"], text) for one in signoff["failovers"] for text in one.get("repairs", ())],
        breaks={entry["id"]: entry["breaks"] for entry in requirements},
        effects=list(findings(signoff)),
        masters_repaired=logs.masters_repaired,
        open_groups=groups(entry for entry in requirements if entry["level"] != Level.FIELD.value),
        repaired=repair.headline(signoff["repair"]) if signoff.get("repair") else "",
        deviations=deviations({entry["id"]: entry for entry in requirements}),
        beyond=[entry for entry in requirements if entry["level"] == Level.FIELD.value],
        levels=[level.value for level in Level],
        sections=_sections(requirements),
        failovers=[_scenario(one, logs.around(one, clocks), judges) for one in signoff["failovers"]],
        patterns=Markup(PATTERNS),
        outage_kinds=behaviours(signoff),
        clocks=clocks,
        signs=SIGNS,
        style=Markup((_HERE / "style.css").read_text(encoding="utf-8")),
        script=Markup((_HERE / "page.js").read_text(encoding="utf-8")),
        reproduce=repeating(signoff["argv"]),
        kept=kept,
        wrong_waivers=[state.value for state in WRONG],
        most_lines=SHOWN,
        foot=Markup(_css_string(f"run {signoff['run_id']} · {signoff['result']}")),
    )


@cache
def _template() -> Template:
    """Load the template once: compiling it takes longer than rendering, and each run renders twice."""
    kept = Translated(_HERE, _OPTIONS)
    environment = Environment(
        loader=FileSystemLoader(_HERE), undefined=StrictUndefined, bytecode_cache=kept, **_OPTIONS
    )
    environment.filters |= {"clean": lambda value: clean(str(value)), "moment": moment}
    return environment.get_template("signoff.html.j2")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _css_string(text: str) -> str:
    """Return a text as a CSS string; escape everything that could end the string or the style."""
    return '"' + re.sub(r"[^\w .·-]", lambda found: f"\\{ord(found[0]):x} ", text) + '"'


def write(text: str, folder: Path) -> Path:
    """Write the page into a run's folder, completely or not at all; return its path."""
    return put_whole(folder / FILE, text, "utf-8")


def _scenario(scenario: Mapping[str, Any], lines: list[Line], judges: Mapping[str, list[str]]) -> dict[str, Any]:
    """What the page shows of a scenario; `lines`: of both nodes' logs; `judges`: requirements by their question."""
    in_force, name = describe_settings(scenario.get("settings") or {}), f"{scenario['kind']} {scenario['name']}"
    shown = {"title": titled(name), "svg": Markup(svg(scenario)), "judges": judges.get(name, []), "in_force": in_force}
    return {**scenario, **shown, "lines": lines}


def _shown(entry: dict[str, Any], known: Mapping[str, Observation]) -> dict[str, Any]:
    of_files = entry["kind"] == Kind.FILES.value
    shown, more = excerpts(entry["evidence"], known, entry["message"], SearchTerms.of(entry), of_files=of_files)
    return {**entry, "excerpts": shown, "more": more}


def _sections(requirements: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Group by section of the page, in order of first appearance in the catalogue."""
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in requirements:
        found.setdefault(entry["section"], []).append(entry)
    return found


#: Arguments that `tox -e conformance` itself puts before the user's.
_OF_TOX = ("-c", "pyproject.toml")
_RUN_ID = "--run-id"


def repeating(argv: Sequence[str]) -> str:
    """Return a shell command that judges the same again, without the run id, because that report exists already."""
    given = list(_without_run_id(argv[len(_OF_TOX) :] if tuple(argv[: len(_OF_TOX)]) == _OF_TOX else argv))
    return shlex.join(["tox", "-e", "conformance", *(["--", *given] if given else [])])


def _without_run_id(argv: Sequence[str]) -> Iterator[str]:
    rest = iter(argv)
    for one in rest:
        if one == _RUN_ID:
            next(rest, None)
        elif not one.startswith(f"{_RUN_ID}="):
            yield one


#: What today's catalogue says of a requirement.
_OF_TODAY = ("proof", "repair", "breaks", "sabotage", "page", "not_on_page")
#: Section of a requirement if neither the run nor today's catalogue states one.
NOWHERE = "Not in the run's catalogue"


def entries(
    signoff: Mapping[str, Any], judged_by: Mapping[str, Mapping[str, str]], today: Catalogue
) -> list[dict[str, Any]]:
    """Return every requirement of the sign-off in the order of the catalogue that the run used.

    Proof, repair, sabotage and the page's text come from today's catalogue if the requirement still has the same
    section; its title may have been reworded. Otherwise they are empty.
    """
    known = {**{one.id: {"sentence": one.sentence, "section": one.section} for one in today.values()}, **judged_by}
    order = {name: place for place, name in enumerate(judged_by or today)}
    names = sorted(signoff["requirements"], key=lambda name: order.get(name, len(order)))
    return [_entry(name, signoff["requirements"][name], known.get(name, {}), today) for name in names]


def _entry(name: str, given: Mapping[str, Any], known: Mapping[str, str], today: Catalogue) -> dict[str, Any]:
    section = known.get("section", NOWHERE)
    same = today[name] if name in today and today[name].section == section else None
    return {
        **given,
        "id": name,
        "sentence": known.get("sentence", ""),
        "section": section,
        **{field: getattr(same, field, "") for field in _OF_TODAY},
    }


class Translated(FileSystemBytecodeCache):
    """The templates of one folder; if nothing can be stored, they are compiled each time."""

    def __init__(self, folder: Path, options: object) -> None:
        """`options` are those of the environment, because the compiled template depends on them."""
        super().__init__(str(Path(importlib.util.cache_from_source(str(folder / "template.py"))).parent))
        self._made_by = f"{jinja2.__version__} {options}\n"

    def get_source_checksum(self, source: str) -> str:
        """Return a checksum of everything that the compiled template depends on."""
        return super().get_source_checksum(self._made_by + source)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load the stored template if its sources are unchanged."""
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store the template."""
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                Path(self.directory).mkdir(parents=True, exist_ok=True)
                super().dump_bytecode(bucket)


#: Values by setting by node, as in a scenario of signoff.json.
Settings = Mapping[str, Mapping[str, str]]

#: Shown if a node's record lacks a setting.
_NOT_RECORDED = "not recorded"


def describe_settings(settings: Settings) -> str:
    """One line, first settings with equal values: "A 1, B 2 on both nodes; C 3 on node1, 4 on node2".

    A verdict is worthless if other settings were in force than its scenario's title says, so the reader must see them.
    """
    names = dict.fromkeys(name for of_node in settings.values() for name in of_node)
    values = {name: {node: one.get(name, _NOT_RECORDED) for node, one in settings.items()} for name in names}
    agreed = [f"{name} {next(iter(of.values()))}" for name, of in values.items() if _agree(of)]
    differing = [
        f"{name} {', '.join(f'{value} on {node}' for node, value in of.items())}"
        for name, of in values.items()
        if not _agree(of)
    ]
    return "; ".join([*([f"{', '.join(agreed)} on both nodes"] if agreed else []), *differing])


def _agree(values: Mapping[str, str]) -> bool:
    return len(values) > 1 and len(set(values.values())) == 1
