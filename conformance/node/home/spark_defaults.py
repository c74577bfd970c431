"""spark-defaults.conf: the Spark settings of one node, with the product's defaults."""

import re
from collections.abc import Collection
from functools import cached_property

from conformance.judgement.located import Located, LocatedInt
from conformance.node.home.java_properties import JavaProperties
from conformance.node.home.start_script import size

MASTER = "carbon.spark.master"
MASTER_COUNT = "carbon.spark.master.count"
#: Seconds until a silent worker is given up; Spark's default is 60 (docs/product/spark.md#recovery).
WORKER_TIMEOUT = "spark.worker.timeout"
SYMBOLIC_LINK = "carbon.das.symbolic.link"

#: Default ports of the services that the product starts. All move with carbon.xml's offset.
DEFAULT_PORTS = {
    "spark.master.port": "7077",
    "spark.master.rest.port": "6066",
    "spark.master.webui.port": "8081",
    "spark.worker.port": "11000",
    "spark.worker.webui.port": "11500",
    "spark.ui.port": "4040",
    "spark.blockManager.port": "12000",
    "spark.broadcast.port": "12500",
    "spark.driver.port": "13000",
    "spark.executor.port": "13500",
    "spark.fileserver.port": "14000",
    "spark.replClassServer.port": "14500",
}
#: Its port can be set, but the product does not start a history server.
_NEVER_STARTED = "spark.history.ui.port"
#: Other settings that the product fills in, with its defaults.
_DEFAULTS = {
    **DEFAULT_PORTS,
    MASTER_COUNT: "2",
    "carbon.spark.results.limit": "1000",
    "carbon.insert.batch.size": "1000",
    "spark.app.name": "DefaultCarbonAnalyticsApp",
    "spark.scheduler.mode": "FAIR",
    "spark.scheduler.pool": "carbon-pool",
    "spark.serializer": "org.apache.spark.serializer.KryoSerializer",
    "spark.kryoserializer.buffer": "256k",
    "spark.kryoserializer.buffer.max": "256m",
    "spark.deploy.recoveryMode": "CUSTOM",
    "spark.deploy.recoveryMode.factory": ("org.wso2.carbon.analytics.spark.core.deploy.AnalyticsRecoveryModeFactory"),
    "spark.worker.cores": "1",
    "spark.worker.memory": "1g",
    "spark.worker.dir": "work",
    WORKER_TIMEOUT: "60",
    "spark.executor.memory": "512m",
    "spark.driver.cores": "1",
    "spark.driver.memory": "512m",
}
_TIME = re.compile(r"([0-9]{1,12})(ms|s|min|m|h|d)", re.IGNORECASE)
_MILLISECONDS = {"ms": 1, "s": 1000, "m": 60_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
#: Settings that name the node and so may differ.
_NAMES_THE_NODE = re.compile(r".*\.(host|hostname|bindAddress|ip|local\.dir)", re.IGNORECASE)


class SparkDefaults:
    """Spark settings of one node."""

    PATH = "repository/conf/analytics/spark/spark-defaults.conf"

    def __init__(self, settings: JavaProperties) -> None:
        self._settings = settings

    @cached_property
    def master(self) -> Located:
        """Where the Spark master is, in lower case, as the product compares it; Spark needs it to start."""
        return self.setting(MASTER)

    @cached_property
    def master_count(self) -> LocatedInt:
        """Number of masters, 2 by default. AssertionError if it is not a whole number."""
        return self.setting(MASTER_COUNT).int_()

    @cached_property
    def symbolic_link(self) -> Located:
        """The path that replaces the home in the executors' class path; empty if not set."""
        return self._settings.setting(SYMBOLIC_LINK)

    def setting(self, key: str) -> Located:
        """The value in force: the file's, or the product's default, or the missing value."""
        value = self._settings.setting(key, _DEFAULTS.get(key))
        return value.lower() if key == MASTER else value

    @property
    def worker_timeout(self) -> int:
        """Seconds, without a unit, as Spark 1.6 reads it. AssertionError if it is not a whole number."""
        return int(self.setting(WORKER_TIMEOUT).int_())

    @property
    def ports(self) -> dict[str, Located]:
        """Every port in force by its key, without the offset."""
        written = [key for key in self._settings if key.startswith("spark.") and key.endswith(".port")]
        return {key: self.setting(key) for key in dict.fromkeys([*DEFAULT_PORTS, *written]) if key != _NEVER_STARTED}

    @property
    def keys(self) -> list[str]:
        """Return every key in the file."""
        return list(self._settings)


def differences(
    first: SparkDefaults, second: SparkDefaults, own: Collection[str] = (), peers: Collection[str] = ()
) -> list[str]:
    """Settings in force that differ between the nodes, for the operator; those that name their node may differ.

    `own`: names, addresses and home of the first node; `peers`: those of the second. Values may differ in these.
    """
    return [f"{two.found}, which differs from {one.with_place}" for one, two in different(first, second, own, peers)]


def different(
    first: SparkDefaults, second: SparkDefaults, own: Collection[str] = (), peers: Collection[str] = ()
) -> list[tuple[Located, Located]]:
    """The pairs behind `differences`: the first node's value and the second's."""
    # Another requirement judges the link, if the homes differ.
    keys = {key for key in (*first.keys, *second.keys) if not _NAMES_THE_NODE.fullmatch(key)} - {SYMBOLIC_LINK}
    pairs = [(first.setting(key), second.setting(key)) for key in sorted(keys)]
    return [(one, two) for one, two in pairs if not _alike(one, two) and _without(own, one) != _without(peers, two)]


def _alike(one: Located, two: Located) -> bool:
    """Whether two values are equal: sizes and times in any unit, booleans in any case."""
    if one.lower() == two.lower() and one.lower() in ("true", "false"):
        return True
    measures = ((measure(one), measure(two)) for measure in (size, _milliseconds))
    return one == two or any(a is not None and a == b for a, b in measures)


def _milliseconds(text: str) -> int | None:
    """Milliseconds of a time with a unit; None for another text."""
    match = _TIME.fullmatch(text)
    return None if match is None else int(match[1]) * _MILLISECONDS[match[2].lower()]


def _without(names: Collection[str], value: str) -> str:
    """`value` with each of `names`, longest first, replaced by the same mark."""
    longest_first = sorted((re.escape(name) for name in names if name), key=len, reverse=True)
    if not longest_first:
        return value
    return re.sub(rf"(?<![\w.])(?:{'|'.join(longest_first)})(?![\w.]*\w)", "<node>", value)
