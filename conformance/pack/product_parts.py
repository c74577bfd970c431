"""What a DAS home needs so that its node can start: launcher, schema script and the product's own bundles."""

import re
from collections.abc import Iterable, Iterator

from conformance.database.schema import SCRIPTS
from conformance.pack.handed_home import HandedHome

CARBON_XML, AXIS2_XML = "repository/conf/carbon.xml", "repository/conf/axis2/axis2.xml"
FILES = ("bin/wso2server.sh", CARBON_XML, AXIS2_XML)
PLUGINS = "repository/components/plugins"
#: Folders of a home that contain bundles.
BUNDLE_FOLDERS = (PLUGINS, "repository/components/dropins")
#: Symbolic names of bundles that a node needs to start, join a cluster, process events or run Spark.
BUNDLES = (
    *("org.eclipse.osgi", "org.wso2.carbon.core", "org.wso2.carbon.user.core", "org.wso2.carbon.registry.core"),
    *("axis2", "hazelcast", "siddhi-core", "org.wso2.carbon.ntask.core"),
    *(f"org.wso2.carbon.event.{name}.core" for name in ("stream", "receiver", "publisher")),
    *("org.wso2.carbon.event.processor.core", "org.wso2.carbon.event.processor.manager.core"),
    *("org.wso2.carbon.analytics.datasource.rdbms", "org.wso2.carbon.analytics.dataservice.core"),
    "org.wso2.carbon.analytics.spark.core",
)
_BUNDLE = re.compile(r"(?P<name>.+?)[_-](?P<version>[0-9][\w.-]*)\.jar")


def bundles(home: HandedHome) -> dict[str, str]:
    """Symbolic name and version of every bundle, from file names; the first of several versions."""
    found: dict[str, str] = {}
    for folder in BUNDLE_FOLDERS:
        for jar in home.names(folder):
            if match := _BUNDLE.fullmatch(jar):
                found.setdefault(match["name"], match["version"])
    return found


def missing_bundles(found: Iterable[str]) -> list[str]:
    """Needed bundles that are missing."""
    there = set(found)
    return [name for name in BUNDLES if name not in there]


def missing(home: HandedHome) -> Iterator[str]:
    """Missing parts without which the home's node cannot start, named for a message."""
    found = bundles(home)
    lacking = missing_bundles(found)
    if not found:
        yield f"{PLUGINS} with the product's jars ({lacking[1]} and {len(lacking) - 1} more that every node needs)"
    elif lacking:
        yield f"the bundles {', '.join(lacking)} in {PLUGINS}"
    yield from (path for path in FILES if not home.holds(path))
    if not any(name.endswith(".jar") for name in home.names("bin")):
        yield "bin/*.jar (the launcher)"
    if not any(home.holds(path) for path in SCRIPTS):
        yield " or ".join(SCRIPTS)
