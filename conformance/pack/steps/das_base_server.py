"""Public pack only: the bare kernel gets DAS 3.1.0's name, behaviour and log (docs/product/logs.md#form-of-a-line)."""

from conformance.pack.steps.lab import NAMESPACE
from conformance.pack.steps.line_files import LineFile, SettingsFile
from conformance.pack.steps.xml_file import EditedHome, element

#: Identity from the product's carbon.xml (docs/product/lab-pack.md#identity).
_IDENTITY = {"Name": "WSO2 Data Analytics Server", "ServerKey": "DAS", "Version": "3.1.0"}
_ROLES = ("DataAnalyticsServer", "ComplexEventProcessor")
_START_SCRIPT = "bin/wso2server.sh"
_ENVIRONMENT = '. "$CARBON_HOME"/bin/load-spark-env-vars.sh'


def apply(at: EditedHome) -> None:
    """Identity, JMX, OSGi system packages, CSRF guard and the Spark environment of the start script."""
    _identity(at)
    _no_jmx(at)
    _system_packages(at)
    _open_event_endpoints(at)
    script = LineFile.open(at.path / _START_SCRIPT)
    script.insert_before(r'\s*while \[ "\$status" = "\$START_EXIT_STATUS" \]', _ENVIRONMENT)
    script.save()


def _identity(at: EditedHome) -> None:
    file = at.xml("carbon.xml")
    for name, text in _IDENTITY.items():
        file.set_text(f"/d:Server/d:{name}", text)
    roles = [element(f"{{{NAMESPACE}}}Role", role) for role in _ROLES]
    file.place(element(f"{{{NAMESPACE}}}ServerRoles", None, *roles), "/d:Server", "d:ServerRoles")
    file.save()


def _no_jmx(at: EditedHome) -> None:
    """The pack's Java has no RMI naming: with JMX on the start would fail (docs/product/lab-pack.md#java)."""
    file = at.xml("etc/jmx.xml")
    file.set_text("/d:JMX/d:StartRMIServer", "false")
    file.save()


def _system_packages(at: EditedHome) -> None:
    """The disruptor imports sun.misc, or the start hangs (docs/product/lab-pack.md#what-the-start-needs)."""
    file = at.settings("etc/launch.ini")
    file.begin_list("org.osgi.framework.system.packages", "sun.misc")
    file.save()


def _open_event_endpoints(at: EditedHome) -> None:
    """Exempt event receivers from the CSRF guard, as DAS does (docs/product/console.md#csrf-guard)."""
    file = at.settings("security/Owasp.CsrfGuard.Carbon.properties")
    file.set("org.owasp.csrfguard.unprotected.EventReceivers", "%servletContext%/endpoints/*")
    file.save()


_CONSOLE = "[%d] %5p {%c} -  %m%n%ex"
_FILE = "TID: [%tenantId] [] [%d] %5p {%c} -  %m {%c}%n%ex"
#: Levels that DAS ships for Spark and its libraries.
_LEVELS = dict.fromkeys(("org.apache.spark", "org.spark-project", "akka", "Remoting"), "WARN")
_LEVELS["org.apache.hadoop"] = "ERROR"
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


def apply_to_logs(at: EditedHome) -> None:
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
