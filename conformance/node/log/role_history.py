"""The lines of a node's log that tell its CEP HA role, picked out of a log of any length."""

from collections.abc import Iterator

from conformance.deployment.interface import NodeAccess
from conformance.errors import EvidenceError
from conformance.evidence.observation import Json
from conformance.evidence.witness import Witness
from conformance.node.clock import node_clock
from conformance.node.log.event import START_MESSAGE, LogEvent, decode, event_of
from conformance.node.log.follower import LOG_PATH
from conformance.node.log.plain_files import PlainFiles
from conformance.node.log.roles import ROLE_LOGGER, Role, RoleChange, current_role, role_changes
from conformance.node.log.rotation import readable, rotated_files

_NEEDLES = (f"{ROLE_LOGGER}}}".encode(), START_MESSAGE.encode())


class RoleHistory:
    """Starts of the server and the lines of its HA manager; each reading is a new observation of these lines only.

    EvidenceError when the log cannot be read.
    """

    def __init__(self, access: NodeAccess, witness: Witness) -> None:
        self._access = access
        self._witness = witness

    @property
    def current(self) -> Role:
        """The role now."""
        return current_role(self._events())

    @property
    def changes(self) -> tuple[RoleChange, ...]:
        """Every change of role that the log still holds, its rotated files included, by the suite's clock."""
        return role_changes(self._access.name, self._events(), node_clock(self._access, self._witness))

    def _events(self) -> list[LogEvent]:
        told = self._witness.ask(self._access.name, "HA role in the log", self._read, fresh=True)
        events = (event_of(one["head"], one["path"], one["line"]) for one in told)
        return [event for event in events if event is not None]

    def _read(self) -> Json:
        try:
            files = PlainFiles(self._access)
            paths = [*reversed(readable(rotated_files(self._access)).newest_first), LOG_PATH]
            return [line for path in paths for line in _lines(path, files.read_from(path, 0))]
        except OSError as problem:
            why = problem.strerror or str(problem)
            raise EvidenceError(
                f"{self._access.name} {LOG_PATH}: cannot be read ({why})", "let the user of this suite read it"
            ) from None


def _lines(path: str, data: bytes) -> Iterator[dict[str, str | int]]:
    """Whole lines that hold a needle. Only what stands around a hit is looked at: a log may be long."""
    place = number = 0
    for begin in sorted({data.rfind(b"\n", 0, at) + 1 for needle in _NEEDLES for at in _hits(data, needle)}):
        end = data.find(b"\n", begin)
        if end < 0:
            return
        number += data.count(b"\n", place, begin)
        place = begin
        yield {"head": decode(data[begin:end]).removesuffix("\r"), "path": path, "line": number + 1}


def _hits(data: bytes, needle: bytes) -> Iterator[int]:
    at = data.find(needle)
    while at >= 0:
        yield at
        at = data.find(needle, at + 1)
