"""The environment that the start script of a node's server wants."""

from collections.abc import Mapping
from pathlib import Path

from conformance.targets.shared.spawning import environment

#: A small heap for two nodes on one machine; and a quick start: one compiler, and no verification of classes, which
#: changes nothing in what a valid class does (a fifth of a start).
_MEMORY = "-Xms128m -Xmx768m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-BytecodeVerificationRemote"


def start_environment(java_home: Path, preferences: Path) -> Mapping[str, str]:
    """Environment of the start script: Java, its memory, and a place for Java preferences as the page tells."""
    # The mapped root of a user namespace has a home that is not writable; the prefs would warn and be lost.
    options = f"-Djava.util.prefs.systemRoot={preferences} -Djava.util.prefs.userRoot={preferences}"
    return environment(JAVA_HOME=str(java_home), JVM_MEM_OPTS=_MEMORY, JAVA_OPTS=options, HOME=str(preferences))
