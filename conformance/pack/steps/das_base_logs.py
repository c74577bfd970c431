"""Public pack only: log lines of DAS 3.1.0's shape from the kernel's log4j2 (cluster facts 2.1)."""

from __future__ import annotations

from conformance.pack.steps.node_home import NodeHome
from conformance.pack.steps.properties_file import SettingsFile

_CONSOLE = "[%d] %5p {%c} -  %m%n%ex"
_FILE = "TID: [%tenantId] [] [%d] %5p {%c} -  %m {%c}%n%ex"
#: Levels that DAS ships for Spark and what it brings along.
_LEVELS = {
    "org.apache.spark": "WARN",
    "org.spark-project": "WARN",
    "akka": "WARN",
    "Remoting": "WARN",
    "org.apache.hadoop": "ERROR",
}
#: Receivers, execution plans and publishers trace each event to this logger when their `trace` is enabled.
TRACE_LOGGER = "EVENT_TRACE_LOGGER"
#: The kernel's appender on repository/logs/wso2carbon-trace-messages.log.
_TRACE_APPENDER = "CARBON_TRACE_LOGFILE"


def apply(at: NodeHome) -> None:
    """Layouts, levels, and a trace file that holds an event as soon as it was processed; none of it on the console."""
    file = at.settings("log4j2.properties")
    file.set("appender.CARBON_CONSOLE.layout.pattern", _CONSOLE, " = ")
    file.set("appender.CARBON_LOGFILE.layout.pattern", _FILE, " = ")
    for logger, level in _LEVELS.items():
        _logger(file, logger, level)
    file.set(f"appender.{_TRACE_APPENDER}.layout.pattern", _CONSOLE, " = ")
    file.set(f"appender.{_TRACE_APPENDER}.immediateFlush", "true", " = ")
    _logger(file, TRACE_LOGGER, "INFO")
    file.set(f"logger.{TRACE_LOGGER}.additivity", "false", " = ")
    file.set(f"logger.{TRACE_LOGGER}.appenderRef.{_TRACE_APPENDER}.ref", _TRACE_APPENDER, " = ")
    file.save()


def _logger(file: SettingsFile, name: str, level: str) -> None:
    """Only loggers that the list `loggers` names are read; a name in it must have no dots."""
    key = name.replace(".", "-")
    file.extend_list("loggers", key)
    file.set(f"logger.{key}.name", name, " = ")
    file.set(f"logger.{key}.level", level, " = ")
