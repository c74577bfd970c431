"""Reads the cluster's settings in a container: environment variables, and secrets as files (compose/compose.yaml)."""

from collections.abc import Mapping
from pathlib import Path

from conformance.deployment.spec import ClusterSpec, DatabaseSpec, NodeSpec
from conformance.errors import ConformanceError
from conformance.secret import Secret

#: Folder of a container's secrets.
SECRETS = Path("/run/secrets")
#: Where both nodes see their home. The folder above it is a volume that also holds the Java preferences.
HOME = Path("/opt/das/home")
NODES = ("node1", "node2")
ACCOUNT = "das"
#: File with the size of a node's log at its latest start, in bytes.
MARK = Path("/tmp/das-log-mark")
#: Names of the secrets.
DATABASE_PASSWORD, ADMIN_PASSWORD = "database-password", "admin-password"
ROOT_PASSWORD, CANARY = "mysql-root-password", "canary"


def cluster(env: Mapping[str, str], secrets: Path = SECRETS) -> ClusterSpec:
    """Return the cluster. ConformanceError names the variable or secret that is missing or wrong."""
    first, second = (
        NodeSpec(name, _value(env, f"DAS_{name.upper()}_ADDRESS"), HOME, _value(env, f"DAS_{name.upper()}_ID"))
        for name in NODES
    )
    database = DatabaseSpec(_value(env, "DAS_MYSQL_ADDRESS"), 3306, ACCOUNT, secret(DATABASE_PASSWORD, secrets))
    return ClusterSpec(
        (first, second),
        database,
        secret(ADMIN_PASSWORD, secrets),
        spark_worker_timeout=_number(env, "DAS_SPARK_WORKER_TIMEOUT", "seconds"),
        # If the user leaves the variable out, the value in the pack's own file counts.
        task_servers=_number(env, "DAS_TASK_SERVERS", "nodes") if env.get("DAS_TASK_SERVERS") else 0,
        canary=secret(CANARY, secrets, needed=False),
    )


def node(env: Mapping[str, str], of: ClusterSpec) -> NodeSpec:
    """Return this container's node. ConformanceError if DAS_NODE does not name a node."""
    name = _value(env, "DAS_NODE")
    found = next((one for one in of.nodes if one.name == name), None)
    if found is None:
        raise ConformanceError(f"DAS_NODE is {name!r}", f"one of {', '.join(NODES)}")
    return found


def secret(name: str, secrets: Path = SECRETS, *, needed: bool = True) -> Secret:
    """Return a secret's text without the line end. ConformanceError if it is needed and missing."""
    try:
        text = (secrets / name).read_text(encoding="utf-8").strip()
    except OSError as problem:
        if not needed:
            return Secret("")
        raise ConformanceError(f"secret {name}: {problem.strerror}", "see the secrets of compose.yaml") from None
    if needed and not text:
        raise ConformanceError(f"secret {name} is empty", "set its environment variable, see compose.yaml")
    return Secret(text)


def _value(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "")
    if not value:
        raise ConformanceError(f"{name} is not set", "see the environment in compose.yaml")
    return value


def _number(env: Mapping[str, str], name: str, unit: str) -> int:
    value = _value(env, name)
    if not value.isdecimal():
        raise ConformanceError(f"{name} is {value!r}", f"give whole {unit}")
    return int(value)
