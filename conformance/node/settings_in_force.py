"""The settings of a running node: those in its files when it was started, even if the files changed since.

Without this, a scenario that shortens the heartbeat would affect later ones, as nodes read files only at a start.
"""

from conformance.deployment.interface import NodeAccess
from conformance.errors import EvidenceError
from conformance.node.home.java_properties import JavaProperties

#: Properties of Hazelcast; each overrides the one that Carbon's agent sets
#: (docs/product/clustering.md#settings-of-hazelcast).
HAZELCAST = "repository/conf/hazelcast.properties"
HEARTBEAT = "hazelcast.max.no.heartbeat.seconds"
#: Settings, in seconds, for how nodes notice each other, with the agent's defaults.
DEFAULTS = {
    HEARTBEAT: "600",
    "hazelcast.merge.first.run.delay.seconds": "60",
    "hazelcast.merge.next.run.delay.seconds": "30",
}

#: Values in force by property.
Settings = dict[str, str]


class SettingsInForce:
    """Remembers the files' settings by process id; for use inside an observation."""

    def __init__(self, access: NodeAccess) -> None:
        self._access = access
        self._pid: int | None = None
        self._settings: Settings = {}

    def note(self) -> None:
        """Record the settings right after a start, before a file changes. EvidenceError as for `of_files`."""
        self._pid, self._settings = self._access.pid(), self.of_files()

    def of_process(self) -> Settings:
        """The running process's settings. A process seen for the first time is assumed to use today's files."""
        if self._access.pid() != self._pid:
            self.note()
        return dict(self._settings)

    def of_files(self) -> Settings:
        """The settings in the files now. EvidenceError if they cannot be read."""
        text = hazelcast_properties(self._access).decode("utf-8", "replace")
        properties = JavaProperties(self._access.name, HAZELCAST, text)
        return {key: str(properties.setting(key, default)) for key, default in DEFAULTS.items()}

    @property
    def stale(self) -> str:
        """Settings of the running process that differ from its files; "" if there are none or no process."""
        if self._access.pid() is None:
            return ""
        process, files = self.of_process(), self.of_files()
        different = [f"{key} {process[key]}, its files say {files[key]}" for key in files if process[key] != files[key]]
        return f"{self._access.name} runs with {'; '.join(different)}" if different else ""


def hazelcast_properties(access: NodeAccess) -> bytes:
    """The file of Hazelcast's properties as it is now; empty if there is none. EvidenceError if it cannot be read."""
    try:
        return access.read(HAZELCAST)
    except FileNotFoundError:
        return b""
    except OSError as problem:
        raise EvidenceError(f"{access.name} {HAZELCAST}: cannot be read ({problem})", "let this user read it") from None
