"""The settings that a running node works with: those of its files when it was started, whatever they say by now.

Without it a scenario that shortens the heartbeat would go on governing what comes after it, as the nodes take a changed
file over with their next start only.
"""

from conformance.deployment.interface import NodeAccess
from conformance.errors import EvidenceError
from conformance.node.home.java_properties import JavaProperties

#: Properties of Hazelcast; key by key they go over what Carbon's agent sets
#: (docs/product/clustering.md#settings-of-hazelcast).
HAZELCAST = "repository/conf/hazelcast.properties"
HEARTBEAT = "hazelcast.max.no.heartbeat.seconds"
#: Those that decide what the nodes notice of each other, in seconds, with what the agent sets itself.
DEFAULTS = {
    HEARTBEAT: "600",
    "hazelcast.merge.first.run.delay.seconds": "60",
    "hazelcast.merge.next.run.delay.seconds": "30",
}

#: Value in force by property.
Settings = dict[str, str]


class SettingsInForce:
    """Remembers by the process id what the files said; for use inside an observation."""

    def __init__(self, access: NodeAccess) -> None:
        self._access = access
        self._pid: int | None = None
        self._settings: Settings = {}

    def note(self) -> None:
        """To be called right after a start, before a file may change again. EvidenceError as `of_files`."""
        self._pid, self._settings = self._access.pid(), self.of_files()

    def of_process(self) -> Settings:
        """What the running process works with. A process that is first seen now was started with today's files."""
        if self._access.pid() != self._pid:
            self.note()
        return dict(self._settings)

    def of_files(self) -> Settings:
        """What the files say now. EvidenceError when they cannot be read."""
        properties = JavaProperties(self._access.name, HAZELCAST, self._text())
        return {key: str(properties.setting(key, default)) for key, default in DEFAULTS.items()}

    @property
    def stale(self) -> str:
        """What the process works with although its files say otherwise by now; "" when both agree or none runs."""
        if self._access.pid() is None:
            return ""
        process, files = self.of_process(), self.of_files()
        different = [f"{key} {process[key]}, its files say {files[key]}" for key in files if process[key] != files[key]]
        return f"{self._access.name} runs with {'; '.join(different)}" if different else ""

    def _text(self) -> str:
        try:
            return self._access.read(HAZELCAST).decode("utf-8", "replace")
        except FileNotFoundError:
            return ""
        except OSError as problem:
            raise EvidenceError(
                f"{self._access.name} {HAZELCAST}: cannot be read ({problem})", "let this user read it"
            ) from None
