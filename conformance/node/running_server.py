"""Options that a running server's JVM was started with: its command line wins over every file that should tell them."""

import re

from conformance.deployment.interface import NodeAccess
from conformance.errors import ConformanceError
from conformance.evidence.witness import Witness
from conformance.judgement.located import Located, Where
from conformance.node.home.start_options import StartOption
from conformance.node.server_command import MAIN_CLASS

QUESTION = "options of the running server"
#: What is kept of the command line: passwords may stand beside it.
_KEPT = re.compile(r"-Xmx\S+|-XX:MaxHeapSize=\S+|-D(?:portOffset|hazelcast\.config|disableAnalytics\w+)=\S*")
_HEAP = re.compile(r"(?:-Xmx|-XX:MaxHeapSize=)(\S+)")
_PLACE = "command line of the running server"


class RunningServer:
    """The command line of one node's server, as far as its options are of interest."""

    def __init__(self, node: str, options: list[str]) -> None:
        self._node = node
        self._options = options

    @property
    def heap(self) -> Located | None:
        """The JVM's largest heap; the last option counts. None where none is given."""
        return self._last(_HEAP)

    def option(self, name: str) -> StartOption | None:
        """The value of -Dname; the last one counts. None where it is not given."""
        value = self._last(re.compile(rf"-D{re.escape(name)}=(.*)"))
        return None if value is None else StartOption(value, certain=True)

    def _last(self, pattern: re.Pattern[str]) -> Located | None:
        found = [match for one in self._options if (match := pattern.fullmatch(one))]
        return Located(found[-1][1], Where(self._node, _PLACE, None, found[-1][0])) if found else None


def running_server(access: NodeAccess, witness: Witness) -> RunningServer | None:
    """The running server; None where no server runs, or processes cannot be read. Asked once per run.

    A stored run that was not asked tells nothing either.
    """
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
