"""Compares Spark's parameters in spark-defaults.conf with those in the Environment tab."""

from conformance.judgement.located import Located, whole
from conformance.node.home.spark_defaults import SparkDefaults
from conformance.node.spark.application import Environment

#: Settings to which the product adds its own values; the configured ones must be included
#: (docs/product/spark.md#settings).
_COMPLETED = (".extraClassPath", ".extraJavaOptions")
#: Settings that the product replaces, by carbon.spark.master and the cluster's own masters.
_REPLACED = ("spark.master", "spark.driver.host")


def unlike(defaults: SparkDefaults, offset: int, environment: Environment) -> list[str]:
    """Settings in the file that the running application does not have, for the operator."""
    return [
        f"{setting.found}, but {environment.url} shows {_shown(environment, key)}; "
        "restart the node after a change, and compare the file with that of the other node"
        for key in defaults.keys
        if (setting := defaults.setting(key)) and not _holds(key, setting, offset, environment.properties.get(key))
    ]


def class_path(environment: Environment) -> list[str]:
    """Absolute paths on the class paths of driver and executors, each once."""
    settings = [value for key, value in environment.properties.items() if key.endswith(".extraClassPath")]
    entries = [entry for value in settings for entry in value.split(":")] + list(environment.class_path)
    return [entry for entry in dict.fromkeys(entries) if entry.startswith("/")]


def _holds(key: str, setting: Located, offset: int, shown: str | None) -> bool:
    if key in _REPLACED:
        return True
    if shown is None:
        return False
    if key.endswith(_COMPLETED):
        return str(setting) in shown
    if key.startswith("spark.") and key.endswith(".port") and (number := whole(setting)) is not None:
        return shown == str(number + offset)
    return shown == setting


def _shown(environment: Environment, key: str) -> str:
    value = environment.properties.get(key)
    return "nothing" if value is None else repr(value)
