"""Public pack only: makes the kernel's log4j2 write DAS 3.1.0's log lines (docs/product/logs.md#form-of-a-line)."""

from conformance.pack.steps.edited_home import EditedHome
from conformance.pack.steps.line_files import SettingsFile

_CONSOLE = "[%d] %5p {%c} -  %m%n%ex"
_FILE = "TID: [%tenantId] [] [%d] %5p {%c} -  %m {%c}%n%ex"
#: Levels that DAS ships for Spark and its libraries.
_LEVELS = {
    "org.apache.spark": "WARN",
    "org.spark-project": "WARN",
    "akka": "WARN",
    "Remoting": "WARN",
    "org.apache.hadoop": "ERROR",
}
#: DAS starts a new log each day, named after the day, whatever the size.
_ROTATED = "${sys:carbon.home}/repository/logs/wso2carbon.log.%d{yyyy-MM-dd}"
_NEVER = "1000GB"
#: While MySQL is away, this logs the same error with its trace thirty times a second, 5 MB a second, which would fill a
#: lab's disk. One per second is logged.
_INDEXER = "org.wso2.carbon.analytics.dataservice.core.indexing.IndexNodeCoordinator"
_BOUND = {"type": "BurstFilter", "level": "ERROR", "rate": "1", "maxBurst": "20"}
#: Receivers, execution plans and publishers trace each event to this logger if their `trace` is enabled.
TRACE_LOGGER = "EVENT_TRACE_LOGGER"
#: The kernel's appender for repository/logs/wso2carbon-trace-messages.log.
_TRACE_APPENDER = "CARBON_TRACE_LOGFILE"


def apply(at: EditedHome) -> None:
    """Layouts, levels, and a trace file that shows events as soon as they are processed, but not on the console."""
    file = at.settings("log4j2.properties")
    file.set("appender.CARBON_CONSOLE.layout.pattern", _CONSOLE, " = ")
    file.set("appender.CARBON_LOGFILE.layout.pattern", _FILE, " = ")
    file.set("appender.CARBON_LOGFILE.filePattern", _ROTATED, " = ")
    file.set("appender.CARBON_LOGFILE.policies.size.size", _NEVER, " = ")
    for logger, level in _LEVELS.items():
        _logger(file, logger, level)
    _logger(file, _INDEXER, "INFO")
    for setting, value in _BOUND.items():
        file.set(f"logger.{_key(_INDEXER)}.filter.bound.{setting}", value, " = ")
    file.set(f"appender.{_TRACE_APPENDER}.layout.pattern", _CONSOLE, " = ")
    file.set(f"appender.{_TRACE_APPENDER}.immediateFlush", "true", " = ")
    _logger(file, TRACE_LOGGER, "INFO")
    file.set(f"logger.{TRACE_LOGGER}.additivity", "false", " = ")
    file.set(f"logger.{TRACE_LOGGER}.appenderRef.{_TRACE_APPENDER}.ref", _TRACE_APPENDER, " = ")
    file.save()


def _logger(file: SettingsFile, name: str, level: str) -> None:
    """Set a logger. The product reads only loggers in the list `loggers`, whose names must not contain dots."""
    key = _key(name)
    file.extend_list("loggers", key)
    file.set(f"logger.{key}.name", name, " = ")
    file.set(f"logger.{key}.level", level, " = ")


def _key(logger: str) -> str:
    return logger.replace(".", "-")
