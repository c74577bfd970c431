"""The cluster as the containers learn of it: environment variables, and secrets as files (compose/compose.yaml)."""

from collections.abc import Mapping
from pathlib import Path

from conformance.deployment.spec import ClusterSpec, DatabaseSpec, NodeSpec
from conformance.errors import ConformanceError
from conformance.secret import Secret

#: Where Docker puts a container's secrets.
SECRETS = Path("/run/secrets")
#: Where both nodes see their home; its folder is a volume, which holds the Java preferences too.
HOME = Path("/opt/das/home")
NODES = ("node1", "node2")
ACCOUNT = "das"
#: Holds the size in bytes of a node's log at its latest start.
MARK = Path("/tmp/das-log-mark")
#: Names of the secrets.
DATABASE_PASSWORD, ADMIN_PASSWORD, ROOT_PASSWORD, CANARY = (
    "database-password",
    "admin-password",
    "mysql-root-password",
    "canary",
)


def cluster(env: Mapping[str, str], secrets: Path = SECRETS) -> ClusterSpec:
    """The cluster. ConformanceError names the variable or secret that is missing or wrong."""
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
        # Left out by hand: then the pack's own file says it.
        task_servers=_number(env, "DAS_TASK_SERVERS", "nodes") if env.get("DAS_TASK_SERVERS") else 0,
        canary=secret(CANARY, secrets, needed=False),
    )


def node(env: Mapping[str, str], of: ClusterSpec) -> NodeSpec:
    """The node that this container is. ConformanceError when DAS_NODE names none."""
    name = _value(env, "DAS_NODE")
    found = next((one for one in of.nodes if one.name == name), None)
    if found is None:
        raise ConformanceError(f"DAS_NODE is {name!r}", f"one of {', '.join(NODES)}")
    return found


def secret(name: str, secrets: Path = SECRETS, *, needed: bool = True) -> Secret:
    """A secret's text without the line's end. ConformanceError when it is needed and not there."""
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
