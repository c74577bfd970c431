"""Finds start lines that prove nothing by their absence: log4j.properties suppresses them, or the log is torn."""

from collections.abc import Iterator
from contextlib import suppress

from conformance.errors import EvidenceError
from conformance.judgement.located import Located
from conformance.judgement.requirement import NotAssessed, not_assessed
from conformance.node.home.java_properties import JavaProperties
from conformance.node.log import wholeness
from conformance.node.log.carbon_log import NodeLog
from conformance.node.log.ordered_block import LogLine
from conformance.node.log.reading import LogSection, NoStart
from conformance.node.log.rotation import LOG_PATH
from conformance.node.log.start_exceptions import STARTED
from conformance.node.log.start_lines import CLUSTER_UP, CONFIGURED_REGISTRY, MASTER_MAP, MEMBER_JOINED, SYNCED
from conformance.node.node import Node

PATH = "repository/conf/log4j.properties"
#: Levels that suppress all lines of a start.
_QUIET = ("WARN", "ERROR", "FATAL", "OFF")
#: The logger of a start's first line.
_START_LOGGER = "org.wso2.carbon.core.internal.CarbonCoreActivator"
#: Limits for all loggers, and for the log's own appender.
_THRESHOLDS = ("log4j.threshold", "log4j.appender.carbon_logfile.threshold")
#: Lines logged when a node is in its cluster, or later: without any of them the log ends in the middle of a start.
_FAR = (CLUSTER_UP, MEMBER_JOINED, MASTER_MAP, SYNCED, STARTED)
#: Loggers that write in each start, before these lines.
_ALWAYS = ((CONFIGURED_REGISTRY.logger, _FAR), (CLUSTER_UP.logger, (MEMBER_JOINED, SYNCED)))
_REMEDY = "set INFO there, restart the node and hand in its log again"


def demand(node: Node, start: LogSection, *lines: LogLine) -> None:
    """NotAssessed if one of `lines` is missing in a start because its logger is silenced.

    EvidenceError if one is in an unreadable line, the log ends in the middle of the start, or is an extract.
    """
    for event in start.torn:
        if any(line.occurs_in(event.head) for line in lines if not line.optional):
            raise EvidenceError(f"{start.node} {event}", "LOG-14 says what to do")
    missing = [line for line in lines if not line.optional and not line.all_in(start)]
    for line in missing:
        level = _quiet_level(node, line.logger)
        if level and not any(event.level == "INFO" for event in start.written_by(*line.loggers)):
            not_assessed(f"{level.found}, so that {line.text!r} is not logged; {_REMEDY}")
    if missing:
        demand_no_extract(node, start)
    if missing and not any(line.all_in(start) for line in _FAR):
        raise EvidenceError(
            f"{start}: holds no {missing[0].text!r}, and ends before the node was in its cluster", "LOG-14 says why"
        )


def demand_no_extract(node: Node, start: LogSection) -> None:
    """EvidenceError if a start lacks every line of a logger that writes in each start: someone left lines out."""
    for logger, later in _ALWAYS:
        after = next((event for line in later for event in line.all_in(start)), None)
        if after and not start.written_by(logger) and not _quiet_level(node, logger):
            raise EvidenceError(
                f"{start}: holds no line of {logger}, which writes before {after}: lines were left out",
                "hand in the whole log as the node wrote it, not an extract",
            )


def readable_log(node: Node) -> NodeLog:
    """The log. EvidenceError if its form is unknown, or if it has no start because starts are not logged."""
    try:
        return wholeness.readable_log(node.log)
    except NoStart as problem:
        level = _quiet_level(node, _START_LOGGER)
        if level is None:
            raise
        reason = f"as {level.where} says {level.describe()}"
        raise EvidenceError(f"{node.name} {LOG_PATH}: holds no start of the server, {reason}", _REMEDY) from problem


def _quiet_level(node: Node, logger: str) -> Located | None:
    """The setting that stops a logger from writing at INFO; None if there is none or the file is unknown."""
    with suppress(EvidenceError, NotAssessed):
        settings = JavaProperties(node.name, PATH, node.files.lenient_text(PATH))
        of_logger = next((settings[key] for key in _keys(logger) if _level(settings.get(key))), None)
        thresholds = [value for key, value in settings.items() if key.lower() in _THRESHOLDS]
        return next((one for one in (of_logger, *thresholds) if _level(one) in _QUIET), None)
    return None


def _keys(logger: str) -> Iterator[str]:
    """Settings that may give a logger its level, the nearest first."""
    parts = logger.split(".")
    for count in range(len(parts), 0, -1):
        yield from (f"log4j.{kind}.{'.'.join(parts[:count])}" for kind in ("logger", "category"))
    yield from ("log4j.rootLogger", "log4j.rootCategory")


def _level(setting: Located | None) -> str:
    """The level in a setting, before the appenders; "" if there is none or it is inherited."""
    level = (setting or "").partition(",")[0].strip().upper()
    return "" if level in ("INHERITED", "NULL") else level
