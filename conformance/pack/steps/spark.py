"""Steps 4 and 6: the Spark cluster inside DAS, and the address that it uses."""

from conformance.pack.steps.edited_home import EditedHome
from conformance.pack.steps.line_files import LineFile

DEFAULTS = "analytics/spark/spark-defaults.conf"
_SCRIPT = "bin/load-spark-env-vars.sh"


def apply_masters(at: EditedHome) -> None:
    """Two masters, found through Hazelcast.

    carbon.das.symbolic.link stays unset: both homes have the same path, or are on one host where each sees the other.
    """
    defaults = at.settings(DEFAULTS)
    defaults.set("carbon.spark.master", "carbon", " ")
    defaults.set("carbon.spark.master.count", "2", " ")
    defaults.save()


def apply_address(at: EditedHome) -> None:
    """Spark uses this node's own address."""
    script = LineFile.open(at.path / _SCRIPT)
    script.replace_or_append(r"\s*(export\s+)?SPARK_LOCAL_IP=", f"export SPARK_LOCAL_IP={at.node.address}")
    script.save()
