"""Breaks the logs of the start (page: Starting the cluster): removes, swaps, changes or adds lines, or cuts a file."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from conformance.judgement.verdict import Verdict
from conformance.node.log.event import LogEvent, decode
from conformance.node.log.follower import LOG_PATH
from conformance.node.log.parser import parse
from sabotage.edits import removed, written
from sabotage.healthy_logs import file_line
from sabotage.homes import FIRST, NODES, SECOND, CannotBreak, Homes
from sabotage.sabotage import Change, Table, every, wrong

_NO_PLANS = "ha|CEP HA State syncing failed, No execution plans exist for tenant  -1234"
_QUERY = "org.wso2.carbon.analytics.spark.core.CarbonAnalyticsProcessorService|Error while executing query : SELECT 1"
_NO_CONTEXT = "Caused by: x.AnalyticsExecutionException: Spark SQL Context is not available. Check if the cluster"
_PREFERENCES = "java.util.prefs.FileSystemPreferences|Could not lock System prefs. Unix error code 7."
_PREFERENCES_OF_A_BRIDGE = "org.example.Bridge|Couldn't flush system prefs: java.util.prefs.BackingStoreException"
_LOCAL = "spark|Using 'local' with Carbon clustering is deprecated. Please use 'carbon.spark.master carbon' instead!"
_BOOM = "org.example.Anything|Something broke"
_WHY = "\na.b.SomeException: why\n\tat x"
_LEFT = "wka|Member left [node2-uuid]: /198.51.100.12:4000"
#: The time format of a log, without milliseconds.
_SECONDS = "%Y-%m-%d %H:%M:%S"
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}")
#: Requirements that cannot be judged without the second node's log, because they read it.
_OF_SECOND = "LOG-01 LOG-03 LOG-04 LOG-07 LOG-08 LOG-09 LOG-10 LOG-11 LOG-12 LOG-13 OPS-04 OPS-06 OPS-07 OPS-11"


def _lines(edit: Callable[[list[str]], list[str]], node: str) -> Change:
    def change(homes: Homes) -> None:
        before = decode(homes.read(node, LOG_PATH)).split("\n")
        after = edit(list(before))
        if after == before:
            raise CannotBreak(f"{node} {LOG_PATH}: has no such line", "take logs of a good start")
        homes.write(node, LOG_PATH, "\n".join(after).encode())

    return change


def _without(pattern: str, node: str, *, last: bool = False) -> Change:
    """Remove every line that the pattern matches, or only the last of them."""

    def edit(lines: list[str]) -> list[str]:
        found = [number for number, line in enumerate(lines) if re.search(pattern, line)]
        return [line for number, line in enumerate(lines) if number not in (found[-1:] if last else found)]

    return _lines(edit, node)


def _with(pattern: str, new: str | Callable[[re.Match[str]], str], node: str) -> Change:
    return _lines(lambda lines: [re.sub(pattern, new, line) for line in lines], node)


def _next(match: re.Match[str]) -> str:
    return f"{match[1]}{int(match[2]) + 1}"


def _swapped(one: str, other: str, node: str) -> Change:
    def edit(lines: list[str]) -> list[str]:
        places = [next((n for n, line in enumerate(lines) if re.search(pattern, line)), -1) for pattern in (one, other)]
        if -1 not in places:
            first, second = places
            lines[first], lines[second] = lines[second], lines[first]
        return lines

    return _lines(edit, node)


def added(short: str, level: str, node: str, *trace: str, later: timedelta = timedelta(seconds=1)) -> Change:
    """Add an event at the end, so much later than everything that both nodes logged."""
    return _ended(lambda at: "\n".join([file_line(short, at, level.rjust(5)), *trace]), node, later)


def _ended(lines: Callable[[str], str], node: str, later: timedelta = timedelta(seconds=1)) -> Change:
    """Add lines, made from a time, at the end, so much later than everything that both nodes logged."""

    def change(homes: Homes) -> None:
        at = (max(_last(homes, one).at for one in NODES) + later).strftime(f"{_SECONDS},%f")[:-3]
        homes.write(node, LOG_PATH, homes.read(node, LOG_PATH) + f"{lines(at)}\n".encode())

    return change


def _restarted(node: str, *, without: str = "", and_then: Change | None = None) -> Change:
    """Let a node start again a day later as before, without the last line that the pattern matches."""

    def change(homes: Homes) -> None:
        before = homes.read(node, LOG_PATH)
        homes.write(node, LOG_PATH, _TIME.sub(_a_day_later, decode(before)).encode())
        if without:
            _without(without, node, last=True)(homes)
        homes.write(node, LOG_PATH, before + homes.read(node, LOG_PATH))
        if and_then:
            and_then(homes)

    return change


def _a_day_later(match: re.Match[str]) -> str:
    later = datetime.fromisoformat(match[0].replace(",", ".")) + timedelta(days=1)
    return later.strftime(_SECONDS) + match[0][-4:]


def _last(homes: Homes, node: str) -> LogEvent:
    events = parse(decode(homes.read(node, LOG_PATH)), LOG_PATH).events
    if not events:
        raise CannotBreak(f"{node} {LOG_PATH}: holds no event", "take logs of a good start")
    return max(events, key=lambda event: event.at)


def _cut(homes: Homes) -> None:
    data = homes.read(SECOND, LOG_PATH)
    homes.write(SECOND, LOG_PATH, data[:-3])


SABOTAGES: Table[Homes] = {
    "LOG-01": {
        "registry-not-configured": wrong(
            "node 2 never says Configured Registry", _without("Configured Registry in", SECOND)
        ),
        "one-mount-only": wrong(
            "node 1 connects to one mount only", _without("Connected to mount at govregistry", FIRST, last=True)
        ),
        "restarted-with-one-mount": wrong(
            "node 2 starts again later, and connects to one mount only",
            _restarted(SECOND, without="Connected to mount at govregistry"),
        ),
    },
    "LOG-02": {
        "member-line-before-hazelcast": wrong(
            "node 1 logs its local member before Hazelcast is up",
            _swapped("Hazelcast initialized in", "Local member: ", FIRST),
        ),
        "no-coordinator": wrong("node 1 is not elected as coordinator", _without("Elected this member", FIRST)),
        "no-active-member": wrong("node 1 does not become active", _without("Became CEP HA Active Member", FIRST)),
    },
    "LOG-03": {"member-not-added": wrong("node 2 adds one member only", _without("Added member: ", SECOND, last=True))},
    "LOG-04": {
        "port-auto-incremented": wrong(
            "node 2 found its member port taken and bound the next one",
            _with(r"(Local member: .*?Port: ?)(\d+)", _next, SECOND),
        ),
        "other-https-port": wrong(
            "node 1 logs another HTTPS port than carbon.xml gives",
            _with(r"(Local member: .*?HTTPS: ?)(\d+)", _next, FIRST),
        ),
    },
    "LOG-05": {"no-node-joins": wrong("node 1 never sees a member join", _without(r"Member joined \[", FIRST))},
    "LOG-06": {
        "initiated-without-connecting": wrong(
            "node 1 initiates event sync, which never connects",
            _without(r"TCPEventPublisher\} -\s+Connecting to ", FIRST),
        )
    },
    "LOG-07": {
        "one-spark-master": wrong(
            "node 2 knows one Spark master", _with("(after starting masters : )2", r"\g<1>1", SECOND)
        )
    },
    "LOG-08": {
        "no-passive-member": wrong("node 2 does not become passive", _without("Became CEP HA Passive Member", SECOND)),
        "second-becomes-backup": wrong(
            "node 2 becomes a backup", _with("Became CEP HA Passive Member", "Became CEP HA Backup Member", SECOND)
        ),
        "second-becomes-active": wrong(
            "node 2 becomes active beside node 1",
            _with("Became CEP HA Passive Member", "Became CEP HA Active Member", SECOND),
        ),
        "never-synced": wrong("node 2 takes over no state", _without("CEP HA State successfully synced", SECOND)),
    },
    "LOG-09": {
        "sync-fails-in-the-end": wrong(
            "the last try of node 1 to take over state finds no execution plans", added(_NO_PLANS, "ERROR", FIRST)
        )
    },
    "LOG-08 LOG-09": {
        "sync-of-the-second-fails-in-the-end": wrong("so does that of node 2", added(_NO_PLANS, "ERROR", SECOND))
    },
    "LOG-10": {
        "no-spark-context": wrong(
            "a query finds no Spark SQL context when everything is up",
            added(_QUERY, "ERROR", FIRST, "\tat a.B.c(D.java:1)", _NO_CONTEXT),
        )
    },
    "LOG-11": {
        "preferences-warning": wrong("Java cannot lock its preferences", added(_PREFERENCES, "WARN", SECOND)),
        "preferences-warning-of-another-logger": wrong(
            "a bridge logs the same warning", added(_PREFERENCES_OF_A_BRIDGE, "WARN", FIRST)
        ),
    },
    "LOG-12": {"local-is-deprecated": wrong("DAS says that 'local' is deprecated", added(_LOCAL, "WARN", SECOND))},
    "LOG-13": {
        "some-error": wrong("node 2 logs an ERROR that nothing explains", added(_BOOM, "ERROR", SECOND)),
        "some-fatal-error": wrong("node 1 logs a FATAL event", added(_BOOM, "FATAL", FIRST)),
        "error-with-a-torn-head": wrong(
            "node 1 logs an ERROR whose first line is torn",
            _ended(
                lambda at: f"TID: [-1] [] [{at}] ERROR\n\n{{org.example.Anything}}\n - Something broke{_WHY}", FIRST
            ),
        ),
        "error-after-a-restart": wrong(
            "node 2 starts again later, and logs an ERROR", _restarted(SECOND, and_then=added(_BOOM, "ERROR", SECOND))
        ),
        "error-after-the-peer-left": wrong(
            "node 1 loses its peer, and logs an ERROR that this does not explain",
            every(added(_LEFT, "INFO", FIRST), added(_BOOM, "ERROR", FIRST)),
        ),
    },
    "LOG-14": {
        "log-is-away": wrong("node 2's log is away", removed(LOG_PATH), follows=_OF_SECOND, by=Verdict.ERROR),
        "log-is-empty": wrong("node 2's log is empty", written(LOG_PATH, b""), follows=_OF_SECOND, by=Verdict.ERROR),
        "log-of-an-unknown-form": wrong(
            "each line of node 2's log begins with a quotation mark, as in a table",
            _with("^(?=.)", '"what","', SECOND),
            follows=_OF_SECOND,
            by=Verdict.ERROR,
        ),
        "line-that-is-no-event": wrong(
            "node 2's log holds a line that begins as an event does and is not one",
            _ended(lambda at: f"TID: [-1] [] [{at}]  INFO half of it", SECOND),
            by=Verdict.ERROR,
        ),
        "log-is-cut": wrong("node 2's log ends in the middle of a line", _cut, by=Verdict.ERROR),
    },
}
