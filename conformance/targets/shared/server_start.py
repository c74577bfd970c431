"""How a node's server is started: its script, and the environment that the script wants."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from conformance.targets.shared.spawning import environment

#: Main class of the product's JVM; executors have another.
MAIN_CLASS = "org.wso2.carbon.bootstrap.Bootstrap"
#: To be run in the home. Without the option the kernel's deployment.toml templates overwrite the files that the page
#: has one edit.
COMMAND = ["sh", "bin/wso2server.sh", "-DavoidConfigUpdate=true"]
_MEMORY = "-Xms128m -Xmx768m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"


def start_environment(java_home: Path, preferences: Path, memory: str = _MEMORY) -> Mapping[str, str]:
    """Environment of the start script: Java, its memory, and a place for Java preferences as the page tells."""
    # The mapped root of a user namespace has a home that is not writable; the prefs would warn and be lost.
    options = f"-Djava.util.prefs.systemRoot={preferences} -Djava.util.prefs.userRoot={preferences}"
    return environment(JAVA_HOME=str(java_home), JVM_MEM_OPTS=memory, JAVA_OPTS=options, HOME=str(preferences))
