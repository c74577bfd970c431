"""Checks that the state of the execution plans is saved if persistence is on (docs/product/ha.md#persistence)."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from conformance.errors import ConformanceError
from conformance.judgement.requirement import NotAssessed, if_assessed, not_applicable, not_assessed
from conformance.node.checks.same_database import Seen, overlapping
from conformance.node.home.datasources import Datasource
from conformance.node.home.persistence import DATABASE_STORE, Persistence, is_number
from conformance.node.home.stated import stated
from conformance.node.log.reading import LogSection
from conformance.node.log.roles import ROLE_LOGGER
from conformance.node.log.start_lines import ACTIVE, SHUTDOWN
from conformance.node.node import Node

PLANS = "repository/deployment/server/executionplans"
#: Maximum distance of time zones, for the log of a host with an unknown clock.
_ANY_ZONE = timedelta(hours=14)
_STOCK_INTERVAL = 15
_DEPLOYED = "^Execution plan is deployed successfully"
#: Saving takes time, and the first one comes a whole interval after the node became active.
_GRACE = timedelta(minutes=2)
#: A file that is older than the start by more than this was not saved by the previous run either.
_LONG_AGO = timedelta(days=1)
#: Databases inside a single process.
_EMBEDDED = re.compile(r"jdbc:(h2:(?!tcp:|ssl:)|derby:(?!//)|hsqldb:(?!hsqls?:|https?:)|sqlite:)", re.IGNORECASE)


def problem_of_store(first: Node, second: Node) -> str:
    """Why the state is in a database of one node alone; "" if it is not. NotApplicable, NotAssessed if unknown."""
    one, other = (_store_datasource(node) for node in (first, second))
    own = [store for store in (one, other) if _EMBEDDED.match(store.url.strip())]
    if own:
        return "\n".join(f"{store.url.found}, expected a database that both nodes share: {_WHY}" for store in own)
    if one.jdbc.is_mysql and other.jdbc.is_mysql:
        shared = overlapping(Seen.of(first, one), Seen.of(second, other))
    else:
        shared = stated(one.url).strip() == stated(other.url).strip() or not_assessed(
            f"{other.url.found}: whether that is the database of {one.url.found} is not known here"
        )
    return "" if shared else f"{other.url.found}, expected the database of {one.url.found}: {_WHY}"


def problem_of_age(node: Node, newest_start: Callable[[], LogSection]) -> str:
    """Why the saved state is older than the node's newest start, for the operator; "" if it is not.

    NotApplicable if the node had nothing to save yet. NotAssessed for folders that were not handed in.
    """
    stated_interval = stated(_persistence(node).interval).strip()
    interval = int(stated_interval) if is_number(stated_interval) else _STOCK_INTERVAL
    section = newest_start()
    active = _active_for(section)
    if active is None:
        not_applicable(f"{node.name} was not active in its newest start, and only the active node saves state")
    early = active < timedelta(minutes=interval) + _GRACE
    newest = _newest_saved(node, section, early=early)
    begun = _begun(node, section)
    if newest and newest.at >= begun:
        return ""
    if early and not (newest and newest.at < begun - _LONG_AGO):
        minutes = active.total_seconds() / 60
        not_applicable(
            f"{node.name} was active for {minutes:.0f} min, and saves after {interval} min for the first time"
        )
    found = f"{newest} as the newest file" if newest else "no state file"
    return (
        f"{node.name} {node.event_processor.persistence.location}: found {found}, expected one of each plan since the "
        f"start at {section.events[0].place} ({section.events[0].at:%Y-%m-%d %H:%M}): persistence is on, the node is "
        "active, and its state is not saved; look for errors of saving in its log, and let the user that runs DAS "
        "write there"
    )


class _Saved(NamedTuple):
    """A state file, and when it was written."""

    at: datetime
    path: str

    def __str__(self) -> str:
        return f"{self.path} of {self.at:%Y-%m-%d %H:%M} UTC"


_WHY = "after a failover the other node would not find what was saved"


def _store_datasource(node: Node) -> Datasource:
    persistence = _persistence(node)
    if persistence.store.strip() != DATABASE_STORE:
        not_applicable(f"{node.name} keeps the state of its execution plans in files")
    name = stated(persistence.store_setting("DataSource"))
    files = (node.master_datasources, node.analytics_datasources)
    found = [one for file in files for one in (file.by_name(name.strip()), file.by_jndi(name.strip())) if one]
    return found[0] if found else not_assessed(f"{name.found}, which no data source file defines")


def _persistence(node: Node) -> Persistence:
    processor = node.event_processor
    if not processor.has_ha or not processor.persistence.is_on:
        not_applicable(f"persistence is off on {node.name}")
    return processor.persistence


def _active_for(section: LogSection) -> timedelta | None:
    """How long the node was active in this start, up to the end of its log; None if it was not."""
    roles = section.find("^Became CEP HA ", logger=ROLE_LOGGER)
    active = [event for event in roles if ACTIVE.matches(event, {})]
    if not active:
        return None
    ends = [event for event in (*roles, *SHUTDOWN.all_in(section)) if event.at > active[-1].at]
    return min((event.at for event in ends), default=section.events[-1].at) - active[-1].at


def _newest_saved(node: Node, section: LogSection, *, early: bool) -> _Saved | None:
    """The newest state file of any plan. NotApplicable without plans; NotAssessed for what was not handed in."""
    try:
        plans = node.state_files["plans"]
        # If the folder of execution plans was not handed in, saved state shows that there are some.
        if not section.find(_DEPLOYED):
            deployed = if_assessed(lambda: node.files.names(PLANS))
            if not (plans if deployed is None else deployed):
                not_applicable(f"{node.name} has no execution plan")
    except NotAssessed:
        if early:
            return None
        raise
    kept = [(int(name.partition("_")[0]), f"{plan}/{name}") for plan, one in plans.items() for name in one["kept"][:1]]
    if not kept:
        return None
    milliseconds, path = max(kept)
    # Limited, as no calendar has such a year.
    return _Saved(datetime.fromtimestamp(min(milliseconds / 1000, 250_000_000_000), timezone.utc), path)


def _begun(node: Node, section: LogSection) -> datetime:
    """The latest time at which the start began: if the log's zone is unknown, it may be any."""
    at = section.events[0].at
    try:
        return datetime.fromtimestamp(node.log.clock.wall(at), timezone.utc)
    except ConformanceError:
        return at.replace(tzinfo=timezone.utc) - _ANY_ZONE
