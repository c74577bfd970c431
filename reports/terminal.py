"""The result of a run in about ten lines."""

import re
import textwrap
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from conformance.judgement.waiver import latest
from conformance.text.printable import one_line
from reports import previous, repair, variation
from reports.settings import unusual
from reports.summary import by_cause, called, counted, deviations, headline

#: Failing requirements that are told one by one; more are only counted.
SHOWN = 20
_WIDTH = 160
#: Requirements with the same message that are named in its line.
_NAMED = 4
#: Facts about the product in the order in which they are told.
_PRODUCT = ("pack", "hash", "kernel", "java", "mysql", "hosts")
_INDENT = " " * 10
_XPATH = re.compile(r"(:\d+) /(?:[^ \[]|\[[^\]]{0,500}\])*: ")


def lines(signoff: Mapping[str, Any], folder: Path) -> list[str]:
    """What a user sees at the end; `folder` is where the report lies, as the user should read it."""
    told = [
        f"run       {signoff['run_id']}, target {signoff['target']}{_host(signoff)}",
        *_wrap(f"product   {_product(signoff['product'])}"),
        f"result    {headline(signoff)}",
        *_wrap(f"verdicts  {', '.join(f'{count} {words}' for _, count, words in counted(signoff)) or 'none'}"),
        *_failing(_of_the_page(signoff["requirements"])),
        *_deviations(signoff["requirements"]),
        *_beyond_the_page(signoff["requirements"]),
        *_waived(signoff["waivers"]),
        *_failovers(signoff["failovers"]),
        *(_wrap(f"previous  {previous.line(signoff)}") if signoff["previous"] else ()),
        *variation.lines(signoff),
        *(line for told in repair.lines(signoff.get("repair"), folder) for line in _wrap(told)),
        f"time      {_seconds(signoff['time'])}",
        f"report    {folder}/signoff.html, signoff.json, junit.xml, sarif.json, evidence/",
    ]
    return [one_line(line) for line in told]


def _host(signoff: Mapping[str, Any]) -> str:
    kind = {None: "not brought up", True: "nodes on one host", False: "a host per node"}[signoff["single_host"]]
    # Older sign-offs do not tell the number of labs.
    return f" ({kind}{', two labs side by side' if signoff.get('labs') == 2 else ''})"


def _product(product: Mapping[str, Any]) -> str:
    """What was judged, the product first; lists and tables of its parts are left to the report."""
    told = {name: str(value) for name, value in product.items() if isinstance(value, str | int) and value != ""}
    lead = [told.pop("product")] if "product" in told else []
    named = [name for name in _PRODUCT if name in told] + [name for name in told if name not in _PRODUCT]
    return "; ".join(lead + [f"{name} {told[name]}" for name in named]) or "unknown: the deployment was not reached"


def _failing(requirements: Mapping[str, Any]) -> list[str]:
    """Each cause with what follows from it below; what is alike but for the requirement in one line."""
    ordered = list(by_cause(requirements))
    causes = {way[-1] for _, way in ordered if way}
    rows: dict[tuple[str, str, str], list[str]] = {}
    for name, way in ordered:
        entry = requirements[name]
        label = f"{_INDENT}{'  ' * (len(way) - 1)}follows: " if way else f"{called(entry):<9} "
        # What has something below it keeps a line of its own.
        place = name if name in causes else way[-1] if way else ""
        rows.setdefault((place, label, _first(entry)), []).append(f"{name} ({entry['level']})")
    told = [_cut(f"{label}{_names(names)} {text}") for (_, label, text), names in list(rows.items())[:SHOWN]]
    more = sum(len(names) for names in list(rows.values())[SHOWN:])
    return told + ([f"{_INDENT}and {more} more"] if more else [])


def _names(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _of_the_page(requirements: Mapping[str, Any]) -> dict[str, Any]:
    return {name: entry for name, entry in requirements.items() if entry["level"] != "field"}


def _deviations(requirements: Mapping[str, Any]) -> list[str]:
    found = deviations(requirements)
    told = [_cut(f"deviation {', '.join(names)} {_short(text)}") for text, names in list(found.items())[:SHOWN]]
    return told + ([f"{_INDENT}and {len(found) - SHOWN} more"] if len(found) > SHOWN else [])


def _beyond_the_page(requirements: Mapping[str, Any]) -> list[str]:
    """What is no part of the result: what was found, and what could not be seen."""
    field = {name: entry for name, entry in requirements.items() if entry["level"] == "field"}
    failed = {name: entry for name, entry in field.items() if entry["verdict"] == "fail"}
    unseen = [name for name, entry in field.items() if entry["verdict"] == "error"]
    if not failed and not unseen:
        return []
    found = f"{len(failed)} finding{'' if len(failed) == 1 else 's'}" if failed else "no finding"
    more = f"; could not be judged: {', '.join(unseen)}" if unseen else ""
    lines = [_cut(f"{_INDENT}{name} {_first(entry)}") for name, entry in failed.items()]
    return [_cut(f"beyond the page: {found}{more}"), *lines]


def _waived(waivers: list[Mapping[str, Any]]) -> list[str]:
    """The waivers that made a failure one that is answered for, and those that this run had no use for."""
    words = {"in force": "waived", "unused": "unused"}
    return [
        _cut(
            f"{words[one['state']]:<9} {one['id']} until {one['expires']} ({one['days_left']} days): "
            f"{one['owner']}: {one['reason']}"
        )
        for one in waivers
        if one["state"] in words
    ]


def waiver_entries(signoff: Mapping[str, Any]) -> list[str]:
    """Ready-made entries of a waivers file for what decides the result, to be filled in, under a line of advice.

    An error is not waived: nobody knows yet whether the deployment obeys.
    """
    requirements = _of_the_page(signoff["requirements"])
    failing = [name for name, one in requirements.items() if one["verdict"] == "fail" and one["level"] == "must"]
    if not failing:
        return []
    last = latest(datetime.fromtimestamp(signoff["started"], timezone.utc).date()).isoformat()
    entries = [f'{name} = {{ reason = "", owner = "", expires = {last} }}' for name in failing]
    return [
        "a failure that has to stay for now can be waived: fill in its entry, and give the file with --waivers",
        *entries,
    ]


def _first(entry: Mapping[str, Any]) -> str:
    return _short(str(entry["message"]).partition("\n")[0])


def _short(text: str) -> str:
    """A line without the XPath after file and line: what was found must not be cut off for it."""
    return _XPATH.sub(r"\1: ", text, count=1)


def _failovers(failovers: list[Mapping[str, Any]]) -> list[str]:
    told = [
        "; ".join([_outage(one) if one["kind"] == "outage" else _failover(one), *_settings(one, failovers)])
        for one in failovers
    ]
    return [line for text in told for line in _wrap(text)]


def _settings(scenario: Mapping[str, Any], scenarios: list[Mapping[str, Any]]) -> list[str]:
    """Only what was set otherwise for this scenario, or had to be taken back before it: the report has all of it."""
    other = unusual(scenario, scenarios)
    return [*scenario.get("restored", []), *([f"settings in force: {other}"] if other else [])]


def _failover(failover: Mapping[str, Any]) -> str:
    lost = f"; {failover['losses'][-1].partition(' (')[0]}" if failover["losses"] else ""
    clients = "".join(f"; {_client(one)}" for one in failover.get("thrift", []))
    gone = f"; {failover['survivor_exit']}" if failover.get("survivor_exit") else ""
    return f"failover  {failover['name']}, seconds: {_phases(failover['phases'])}{gone}{lost}{clients}"


def _client(client: Mapping[str, Any]) -> str:
    """One client over Thrift, by what spreads its events."""
    kind = "fail-over" if "|" in client["urls"] else "load-balanced"
    return (
        f"{kind} client: {client['lost']} of {client['taken']} events missing, {client['doubled']} doubled, "
        f"{client['without_service']:.1f} s without service"
    )


def _outage(outage: Mapping[str, Any]) -> str:
    seconds = outage["healed_wall"] - outage["fault_wall"]
    told = [*outage["notes"], *(loss.partition(" (")[0] for loss in outage["losses"]), *outage["repairs"]]
    return f"outage    {outage['name']}, {seconds:.0f} s: {'; '.join(told)}"


def _phases(phases: list[Mapping[str, Any]]) -> str:
    return ", ".join(f"{phase['name']} {_phase(phase['seconds'])}" for phase in phases)


def _phase(seconds: float | None) -> str:
    return "never" if seconds is None else f"{seconds:.2f}"


def _seconds(time: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {seconds:.1f} s" for name, seconds in time.items())


def _cut(line: str) -> str:
    return line if len(line) <= _WIDTH else line[: _WIDTH - 2] + " …"


def _wrap(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, subsequent_indent=_INDENT, break_on_hyphens=False)
