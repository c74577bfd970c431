"""Public pack only: adds configuration files of DAS that the bare 4.5.1 kernel does not have."""

from pathlib import Path

from conformance.errors import ConformanceError
from conformance.pack.steps import saving
from conformance.pack.steps.xml_file import EditedHome

#: Files written by us; element names and shipped values come from the documented facts and from what the jars read.
FILES = Path(__file__).parents[1] / "das_base"
#: The files for kernel 4.4, whose Tomcat 7 has other connectors and resources than Tomcat 9.
KERNEL_44 = Path(__file__).parents[1] / "kernel_44"
_SCRIPT_MODE = 0o755
_EXECUTOR_LIBRARIES = "lib/spark-ext"


def apply(at: EditedHome) -> None:
    """Add the files and fill in the node's values. ConformanceError if the pack lacks Spark libraries."""
    lay(FILES, at)
    _executor_class_path(at)
    _remote_addresses(at)
    (at.path / "lib_managed/jars").mkdir(parents=True, exist_ok=True)


def lay(files: Path, at: EditedHome) -> None:
    """Copy a tree of files over the home's."""
    for source in sorted(files.rglob("*")):
        if source.is_file():
            mode = _SCRIPT_MODE if source.suffix == ".sh" else None
            saving.save(at.path / source.relative_to(files), source.read_bytes(), mode)


def _executor_class_path(at: EditedHome) -> None:
    """The executors' logging libraries, which are not bundles; absolute, because relative paths resolve wrongly."""
    folder = at.path / _EXECUTOR_LIBRARIES
    jars = sorted(path.name for path in folder.glob("*.jar"))
    if not jars:
        raise ConformanceError(f"{folder}: no jars for Spark's executors", "assemble the pack again")
    # The file must start with an empty line (docs/product/lab-pack.md#what-the-start-needs).
    lines = ["", *(str(at.node.home / _EXECUTOR_LIBRARIES / name) for name in jars), ""]
    saving.save(at.conf("analytics/spark/external-spark-classpath.conf"), "\n".join(lines).encode())


def _remote_addresses(at: EditedHome) -> None:
    """Addresses and account for tasks and the data service, in case they use the network."""
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


def lay_kernel_44(at: EditedHome) -> None:
    """Add files for its different web server; log4j 1's settings are a lab part, as a bundle must contain them."""
    lay(KERNEL_44, at)
