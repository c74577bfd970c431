"""How a node's server is started, apart from its configuration files: by its command line, or else its start script."""

import re
from functools import cached_property

from conformance.deployment.interface import NodeAccess
from conformance.errors import ConformanceError
from conformance.evidence.witness import Witness
from conformance.judgement.located import Located, Where
from conformance.node.home.files import HomeFiles
from conformance.node.home.start_options import StartOption, StartOptions
from conformance.node.server_command import MAIN_CLASS

QUESTION = "options of the running server"
#: The only parts of a command line that are recorded, as it may contain passwords.
_KEPT = re.compile(r"-Xmx\S+|-XX:MaxHeapSize=\S+|-D(?:portOffset|hazelcast\.config|disableAnalytics\w+)=\S*")
_HEAP = re.compile(r"(?:-Xmx|-XX:MaxHeapSize=)(\S+)")
_PLACE = "command line of the running server"


class RunningServer:
    """The relevant options of one node's running server."""

    def __init__(self, node: str, options: list[str]) -> None:
        self._node = node
        self._options = options

    @property
    def heap(self) -> Located | None:
        """The JVM's maximum heap; the last option counts. None if there is none."""
        return self._last(_HEAP)

    def option(self, name: str) -> StartOption | None:
        """The value of -Dname; the last one counts. None if there is none."""
        value = self._last(re.compile(rf"-D{re.escape(name)}=(.*)"))
        return None if value is None else StartOption(value, certain=True)

    def _last(self, pattern: re.Pattern[str]) -> Located | None:
        found = [match for one in self._options if (match := pattern.fullmatch(one))]
        return Located(found[-1][1], Where(self._node, _PLACE, None, found[-1][0])) if found else None


def running_server(access: NodeAccess, witness: Witness) -> RunningServer | None:
    """The running server; None if none runs, or it is unknown. Asked once per run."""
    if not witness.can_answer(access.name, QUESTION):
        return None
    options = witness.ask(access.name, QUESTION, lambda: _options(access))
    return None if options is None else RunningServer(access.name, list(options))


def _options(access: NodeAccess) -> list[str] | None:
    try:
        processes = access.processes()
    except (ConformanceError, OSError):
        return None
    commands = (one["command"] for one in processes)
    server = next((command for command in commands if MAIN_CLASS in command), None)
    return None if server is None else [word for word in server if _KEPT.fullmatch(word)]


#: Values that only the starting shell can expand.
_OF_THE_SHELL = re.compile(r"[$`]")
_PROPERTY = re.compile(r"\$\{([\w.-]{1,128})\}")
#: Options that keep a node out of Spark's cluster (docs/product/spark.md#mode).
_WITHOUT_SPARK = {
    "disableAnalyticsEngine": "starts no Spark at all",
    "disableAnalyticsSparkCtx": "never starts the application",
}


class ServerStart:
    """The start of one node's server."""

    def __init__(self, access: NodeAccess, witness: Witness, files: HomeFiles) -> None:
        self._access = access
        self._witness = witness
        self._files = files

    @cached_property
    def running(self) -> RunningServer | None:
        """The running server's command line; None if it cannot be read."""
        return running_server(self._access, self._witness)

    def option(self, name: str) -> StartOption | None:
        """The system property -Dname of the running server, or of its start script; None if there is none."""
        if self.running:
            return self.running.option(name)
        script = self._files.script
        return StartOptions(self._access.name, script(StartOptions.PATH), script).option(name)

    @property
    def without_spark(self) -> str:
        """The option that keeps the node out of Spark's cluster, for the operator; "" if there is none.

        The stock script has such options for other kinds of nodes in branches, which do not count here.
        """
        for name, why in _WITHOUT_SPARK.items():
            option = self.option(name)
            if option and option.certain and option.value.lower() == "true":
                return f"{option.value.found}, expected no such option: the node {why}"
        return ""

    def given(self, text: str) -> str:
        """The text with each `${name}` replaced that the start certainly defines as a system property."""
        return _PROPERTY.sub(lambda found: self._value(found[1]) or found[0], text)

    def _value(self, name: str) -> str:
        option = self.option(name)
        return option.value if option and option.certain and not _OF_THE_SHELL.search(option.value) else ""
