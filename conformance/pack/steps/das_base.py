"""Public pack only: lays the configuration files that DAS has and the bare 4.5.1 kernel lacks."""

from pathlib import Path

from conformance.errors import ConformanceError
from conformance.pack.steps import saving
from conformance.pack.steps.node_home import NodeHome

#: A tree of files in our own words, element names and shipped values from the facts and from what the jars read.
FILES = Path(__file__).parents[1] / "das_base"
#: The same for kernel 4.4, whose Tomcat 7 knows neither the connectors nor the resources of Tomcat 9.
KERNEL_44 = Path(__file__).parents[1] / "kernel_44"
_SCRIPT_MODE = 0o755
_EXECUTOR_LIBRARIES = "lib/spark-ext"


def apply(at: NodeHome) -> None:
    """Lay the files and fill in what names the node. Raises ConformanceError when the pack lacks Spark libraries."""
    lay(FILES, at)
    _executor_class_path(at)
    _remote_addresses(at)
    (at.path / "lib_managed/jars").mkdir(parents=True, exist_ok=True)


def lay(files: Path, at: NodeHome) -> None:
    """Put a tree of files over the home's."""
    for source in sorted(files.rglob("*")):
        if source.is_file():
            mode = _SCRIPT_MODE if source.suffix == ".sh" else None
            saving.save(at.path / source.relative_to(files), source.read_bytes(), mode)


def _executor_class_path(at: NodeHome) -> None:
    """Logging libraries of the executors, which are no bundles: absolute paths, for others are resolved wrongly."""
    folder = at.path / _EXECUTOR_LIBRARIES
    jars = sorted(path.name for path in folder.glob("*.jar"))
    if not jars:
        raise ConformanceError(f"{folder}: no jars for Spark's executors", "assemble the pack again")
    # The file must begin with an empty line (docs/product/lab-pack.md#what-the-start-needs).
    lines = ["", *(str(at.node.home / _EXECUTOR_LIBRARIES / name) for name in jars), ""]
    saving.save(at.conf("analytics/spark/external-spark-classpath.conf"), "\n".join(lines).encode())


def _remote_addresses(at: NodeHome) -> None:
    """Addresses and account that tasks and the data service would use if they had to ask over the network."""
    user, password = at.cluster.admin_user, at.cluster.admin_password.reveal()
    tasks = at.xml("etc/tasks-config.xml")
    for place in ("taskClientDispatchAddress", "remoteServerAddress"):
        tasks.set_text(f"/tasks-configuration/{place}", at.node.https_url)
    tasks.set_text("/tasks-configuration/remoteServerUsername", user)
    tasks.set_text("/tasks-configuration/remoteServerPassword", password)
    tasks.save()
    data = at.xml("analytics/analytics-data-config.xml")
    data.set_text("/AnalyticsDataConfiguration/URL", at.node.http_url)
    data.set_text("/AnalyticsDataConfiguration/Username", user)
    data.set_text("/AnalyticsDataConfiguration/Password", password)
    data.save()


def lay_kernel_44(at: NodeHome) -> None:
    """Lay what its web server reads otherwise; the settings of log4j 1 are a lab part, as a bundle has to hold them."""
    lay(KERNEL_44, at)
