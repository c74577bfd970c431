"""Shows the result of a run in about ten lines."""

import os
import re
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from types import MappingProxyType
from typing import Any

from conformance.judgement.catalogue import Level
from conformance.judgement.verdict import Verdict
from conformance.judgement.waiver import latest
from conformance.text.printable import counted as number_of
from conformance.text.printable import one_line, some
from reports import answers, previous, repair, variation
from reports.fault_effects import findings
from reports.summary import by_cause, called, counted, deviations, findings_of, headline, of_the_page, those

#: Most failing requirements that are listed; further ones are only counted.
SHOWN = 20
_WIDTH, _NARROWEST = 160, 60
#: Most characters of a text; a longer text loses its middle, because the remedy is at its end.
_LONGEST = 600
#: Most requirements named on a line if they have the same message.
_NAMED = 4
#: Most scenarios named for their effect on data or roles.
_SCENARIOS = 3
#: Facts about the product, in display order.
_PRODUCT = ("replay", "pack", "mysql", "java", "hosts", "size", "kernel")
_INDENT = " " * 10
#: Verdicts of a requirement without any judged test.
_OPEN = (Verdict.NOT_APPLICABLE.value, Verdict.NOT_ASSESSED.value)
_NONE: Mapping[str, str] = MappingProxyType({})
#: An XPath after file and line, and a step of it.
_XPATH = re.compile(r"(?<=:)(\d+) (/(?:[^ \[]|\[[^\]]{0,500}\])*): ")
_STEP = re.compile(r"(?:[^/\[]|\[[^\]]{0,500}\])+")


def lines(
    signoff: Mapping[str, Any],
    folder: Path,
    repairs: Mapping[str, str] = _NONE,
    tests: Mapping[str, Sequence[Sequence[str]]] = MappingProxyType({}),
) -> list[str]:
    """Return what the user sees at the end; `folder` is the report's place as the user should read it.

    `repairs` are the catalogue's, by requirement; `tests` are the requirements of each test, by pytest's name for the
    test's outcome.
    """
    printed = [
        f"run       {signoff['run_id']}, target {signoff['target']}{_host(signoff)}",
        f"product   {_product(signoff['product'])}",
        f"result    {headline(signoff)}",
        f"verdicts  {', '.join(f'{count} {words}' for _, count, words in counted(signoff)) or 'none'}",
        *_tests(signoff["requirements"], tests),
        *_failing(of_the_page(signoff["requirements"]), repairs),
        *_deviations(signoff["requirements"]),
        *_beyond_the_page(signoff["requirements"]),
        *_waived(signoff["waivers"]),
        *_faults(signoff),
        *([f"previous  {previous.line(signoff)}"] if signoff["previous"] else ()),
        *variation.lines(signoff),
        *repair.lines(signoff.get("repair"), folder),
        f"time      {', '.join(f'{name} {seconds:.1f} s' for name, seconds in signoff['time'].items())}",
        f"report    {folder}/signoff.html, signoff.json, junit.xml, sarif.json, evidence/",
        f"next      {_next(signoff)}",
    ]
    return [one_line(line) for text in printed for line in _wrap(text)]


def _host(signoff: Mapping[str, Any]) -> str:
    kind = {None: "not brought up", True: "nodes on one host", False: "a host per node"}[signoff["single_host"]]
    # Older sign-offs do not state the number of labs.
    return f" ({kind}{', two labs side by side' if signoff.get('labs') == 2 else ''})"


def _product(product: Mapping[str, Any]) -> str:
    """Describe what was judged, the product first; lists and tables are shown only in the report."""
    versions = {name: str(value) for name, value in product.items() if isinstance(value, str | int) and value != ""}
    lead = [versions.pop("product")] if "product" in versions else []
    named = [name for name in _PRODUCT if name in versions] + [name for name in versions if name not in _PRODUCT]
    return "; ".join(lead + [f"{name} {versions[name]}" for name in named]) or "unknown: the deployment was not reached"


def _tests(
    requirements: Mapping[str, Mapping[str, Any]], tests: Mapping[str, Sequence[Sequence[str]]]
) -> Iterator[str]:
    """Explain the counts of pytest's last line in terms of verdicts, because a requirement may have several tests."""
    skipped, excused = tests.get("skipped", ()), tests.get("xfailed", ())
    kinds = Counter(map(_left_by, (requirements[name] for name in {name for ids in skipped for name in ids})))
    parts = []
    if skipped:
        found = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
        parts.append(f"{len(skipped)} skipped, of {number_of(sum(kinds.values()), 'requirement')}: {found}")
    if excused:
        names = some(sorted({name for ids in excused for name in ids}), _NAMED)
        parts.append(f"{len(excused)} xfailed: failures that do not make the run fail ({names})")
    if parts:
        yield f"tests     {'; '.join(parts)}"


def _left_by(entry: Mapping[str, Any]) -> str:
    """Say what became of a requirement if one of its tests was skipped."""
    if entry["level"] == Level.FIELD.value:
        return "beyond the page"
    return str(entry["verdict"]) if entry["verdict"] in _OPEN else "judged by other tests"


def _failing(requirements: Mapping[str, Any], repairs: Mapping[str, str] = _NONE) -> list[str]:
    """List each cause with its repair and what follows from it; requirements with the same text share a line."""
    ordered = list(by_cause(requirements))
    causes = {way[-1] for _, way in ordered if way}
    rows: dict[tuple[str, str, str], list[str]] = {}
    for name, way in ordered:
        entry = requirements[name]
        label = f"{_INDENT}{'  ' * (len(way) - 1)}follows: " if way else f"{called(entry):<9} "
        # A requirement that is itself a cause keeps its own line.
        place = name if name in causes else way[-1] if way else ""
        rows.setdefault((place, label, _first(entry)), []).append(name)
    found = []
    for (_, label, text), named in list(rows.items())[:SHOWN]:
        names = some([f"{name} ({requirements[name]['level']})" for name in named], _NAMED)
        found.append(f"{label}{names} {text}")
        # A consequence is repaired with its cause; an error's message has its own remedy.
        if label.startswith("fail") and named[0] in repairs:
            found.append(f"{_INDENT}repair: {repairs[named[0]]}")
    more = sum(len(names) for names in list(rows.values())[SHOWN:])
    return found + ([f"{_INDENT}and {more} more"] if more else [])


def _deviations(requirements: Mapping[str, Any]) -> list[str]:
    found = deviations(requirements)
    listed = [f"deviation {', '.join(names)} {_short(text)}" for text, names in list(found.items())[:SHOWN]]
    return listed + ([f"{_INDENT}and {len(found) - SHOWN} more"] if len(found) > SHOWN else [])


def _beyond_the_page(requirements: Mapping[str, Any]) -> list[str]:
    """List what is not part of the result: findings beyond the page, and what could not be judged."""
    failed, unseen = (those(requirements, verdict, "field") for verdict in ("fail", "error"))
    if not failed and not unseen:
        return []
    found = number_of(len(failed), "finding") if failed else "no finding"
    more = f"; could not be judged: {', '.join(unseen)}" if unseen else ""
    return [f"beyond the page: {found}{more}", *(f"{_INDENT}{name} {_first(requirements[name])}" for name in failed)]


def _waived(waivers: list[Mapping[str, Any]]) -> list[str]:
    """List the waivers that turned a failure into an accepted one, and those that this run did not need."""
    words = {"in force": "waived", "unused": "unused"}
    return [
        f"{words[one['state']]:<9} {one['id']} until {one['expires']} ({one['days_left']} days): "
        f"{one['owner']}: {one['reason']}"
        for one in waivers
        if one["state"] in words
    ]


def waiver_entries(signoff: Mapping[str, Any]) -> list[str]:
    """Return entries for a waivers file for everything that decides the result, to be completed by the user.

    Errors get no entry, because no one knows yet whether the deployment conforms there.
    """
    failing = those(signoff["requirements"], "fail", "must")
    if not failing:
        return []
    last = latest(datetime.fromtimestamp(signoff["started"], timezone.utc).date()).isoformat()
    entries = [f'{name} = {{ reason = "", owner = "", expires = {last} }}' for name in failing]
    return [
        "a failure that has to stay for now can be waived: fill in its entry, and give the file with --waivers",
        *entries,
    ]


def _first(entry: Mapping[str, Any]) -> str:
    """Return what the first test found, and how many more findings there are; the report has them."""
    first, *more = findings_of(entry) or [""]
    return _short(first.partition("\n")[0]) + (f" (and {number_of(len(more), 'more finding')})" if more else "")


def _short(text: str) -> str:
    """Keep only the last two steps of an XPath after file and line; they say what was found."""
    return _XPATH.sub(lambda found: f"{found[1]} {'/'.join(_STEP.findall(found[2])[-2:])}: ", text, count=1)


def _faults(signoff: Mapping[str, Any]) -> list[str]:
    """Summarise the effects of all faults; the report has each of them."""
    found = [one.line(_SCENARIOS) for one in findings(signoff)]
    count = len(signoff["failovers"])
    repairs = sum(len(one.get("repairs", ())) for one in signoff["failovers"])
    if repairs:
        found.append(f"the cluster did not come back by itself {number_of(repairs, 'time')}")
    return [f"faults    {count} injected; {'; '.join(found)}"] if found else []


def _next(signoff: Mapping[str, Any]) -> str:
    """Say who must do what now, the most important first."""
    todo = [f"{one.who}: {one.text[:1].lower()}{one.text[1:]}" for one in answers.decisions(signoff)]
    again = [f"to judge only that again: tox -e conformance -- --rerun-failed {signoff['run_id']}"]
    red = any(those(signoff["requirements"], verdict, "must") for verdict in ("fail", "error"))
    return "; ".join([*todo, *(again if red else [])]) or "nothing but the signatures: open signoff.html"


def _wrap(text: str) -> list[str]:
    """Wrap to as many lines as the terminal needs, indented below the first line's text."""
    shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]} … {text[-_LONGEST // 2 :]}"
    return textwrap.wrap(shown, _width(), subsequent_indent=_INDENT, break_on_hyphens=False)


def _width() -> int:
    """Return the terminal's width; a log, which has no width, gets the widest."""
    try:
        return min(_WIDTH, max(_NARROWEST, os.get_terminal_size((sys.__stdout__ or sys.stdout).fileno()).columns))
    except (OSError, ValueError):
        return _WIDTH
