"""event-processor.xml: the mode that runs, and the HA mode's hosts and ports in force."""

import re
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

from lxml import etree

from conformance.judgement.located import DIGIT, WHOLE, Located, LocatedInt
from conformance.node.home.own_host import canonical
from conformance.node.home.persistence import Persistence
from conformance.node.home.stated import UNREPLACED, is_property
from conformance.node.home.xml_source import XmlSource

_PUBLISHER = (
    "publisherTcpSendBufferSize",
    "publisherCharSet",
    "publisherBufferSize",
    "publisherConnectionStatusCheckInterval",
)
_QUEUES = ("receiverQueueSize", "receiverQueueMaxSizeMb", "publisherQueueSize", "publisherQueueMaxSizeMb")
#: Elements that every node needs, elements by role, and the part whose port a role opens.
_ALWAYS = ("checkMemberUpdateInterval", "management/tryStateChangeInterval", "management/stateSyncRetryInterval")
_BY_ROLE = {
    "worker": tuple(f"eventSync/{name}" for name in (*_PUBLISHER, *_QUEUES)),
    "presenter": tuple(f"presentation/{name}" for name in _PUBLISHER),
}
_PARTS = {"worker": "eventSync", "presenter": "presentation"}
#: The only mandatory element that is not a number, and the size of the publisher's ring buffer.
_TEXT, _POWER_OF_TWO = "publisherCharSet", "publisherBufferSize"
_LARGEST, _LARGEST_PORT = 2**31 - 1, 2**16 - 1


class Flaw(NamedTuple):
    """A value that is missing or unreadable for the parser: its path in the HA mode, and what is expected."""

    steps: str
    value: Located
    wanted: str


def flaws(source: XmlSource, ha: etree._Element) -> list[Flaw]:
    """Values of the HA mode `ha` that are missing or unreadable for the parser, each with its place."""
    switches = {role: source.attribute_at(f"nodeType/{role}", "enable", ha) for role in _BY_ROLE}
    roles = [role for role, switch in switches.items() if switch.lower() == "true"]
    needed = [*_ALWAYS, *(steps for role in roles for steps in _BY_ROLE[role])]
    ports = [f"{part}/port" for part in ("management", *(_PARTS[role] for role in roles))]
    found = [
        *(Flaw(f"nodeType/{role}/@enable", one, _switch_wanted(one)) for role, one in switches.items()),
        *(Flaw(steps, value, _wanted(value, steps)) for steps in needed for value in [source.text(steps, ha)]),
        *(Flaw(steps, port, _port_wanted(port)) for steps in ports for port in [source.text(steps, ha)]),
    ]
    return [one for one in found if one.wanted]


def _switch_wanted(switch: Located) -> str:
    return "" if switch.lower() in ("true", "false") else "'true' or 'false', without blanks around it"


def _wanted(value: Located, steps: str) -> str:
    """What is expected instead; "" if the value is good."""
    name = steps.rpartition("/")[2]
    if name == _TEXT:
        return "" if value.strip() else "the name of a character set, such as UTF-8"
    number = _number(value)
    if not 0 < number <= _LARGEST:
        return "a whole number above 0, without blanks around it"
    if name == _POWER_OF_TWO and number & (number - 1):
        return "a power of two, which the publisher's ring buffer demands"
    return ""


def _port_wanted(port: Located) -> str:
    """A port may be absent, as there is a default. The product silently replaces an unreadable one."""
    if not port.present or 0 < _number(port) <= _LARGEST_PORT:
        return ""
    note = f"a ${{..}} is {UNREPLACED} here, which" if is_property(port) else "the product"
    return f"a port, without blanks around it ({note} takes its default instead)"


def _number(value: Located) -> int:
    """The number as the product reads it, without blanks; 0 if it is not a number."""
    return int(value) if re.fullmatch(rf"\+?{DIGIT}{{1,10}}", value) else 0


HA = "HA"
#: The product's default if no mode is enabled.
NO_MODE = "SingleNode"
#: The product's ports if none is configured or readable; the stock management port is 10005.
DEFAULT_PORTS = {"eventSync": "11224", "management": "11324", "presentation": "11000"}


class Endpoint(NamedTuple):
    """A host as written (not trimmed), its port without the offset, and a function that returns the offset."""

    host: Located
    plain_port: LocatedInt
    offset: Callable[[], int]

    @property
    def port(self) -> LocatedInt:
        """The port in force. AssertionError or NotAssessed if carbon.xml does not give the offset."""
        moved = max(0, self.offset())  # the HA code ignores a negative offset
        return LocatedInt(self.plain_port + moved, self.plain_port.where)

    @property
    def address(self) -> str:
        """`host:port`, as the log writes it."""
        return f"{self.host}:{int(self.port)}"


class Mode(NamedTuple):
    """One mode of the file: its name as written, and whether it is enabled."""

    name: str
    enabled: bool


class EventProcessor:
    """Processing mode of one node. Values of the HA mode raise AssertionError if the file has none."""

    PATH = "repository/conf/event-processor.xml"

    def __init__(self, source: XmlSource, offset: Callable[[], int]) -> None:
        """`offset` returns carbon.xml's offset; called only for ports in force."""
        self._source = source
        self._offset = offset
        self._modes = source.all("mode")

    @cached_property
    def mode(self) -> Located:
        """Name of the mode that runs: the first enabled one in the file; "HA" regardless of its case.

        AssertionError if the product would reject the file before it reaches an enabled mode.
        """
        for mode in self._modes:
            name, enabled = (self._source.attribute(mode, key) for key in ("name", "enable"))
            for needed in (name, enabled):
                if not needed.present:
                    raise AssertionError(f"{needed.where}: found nothing; the product refuses a mode without it")
            if _is_true(enabled):
                return Located(HA, name.where) if name.upper() == HA else name
        return self._source.absent("mode[@enable='true']", default=NO_MODE)

    @cached_property
    def problems_of_other_modes(self) -> list[str]:
        """One line for each enabled mode other than HA."""
        others = [mode for mode in self._modes if mode.get("name", "").upper() != HA]
        wrong = [switch for mode in others if _is_true(switch := self._source.attribute(mode, "enable"))]
        return [f"{switch.found}, expected 'false': only the mode HA may be enabled" for switch in wrong]

    @cached_property
    def worker(self) -> Located:
        """Whether this node processes events, as written."""
        return self._source.attribute_at("nodeType/worker", "enable", self._ha)

    @cached_property
    def presenter(self) -> Located:
        """Whether this node shows dashboards, as written."""
        return self._source.attribute_at("nodeType/presenter", "enable", self._ha)

    @property
    def is_worker(self) -> bool:
        """Whether the setting is "true" in any case, without blanks, as the product reads it."""
        return _is_true(self.worker)

    @property
    def is_presenter(self) -> bool:
        """Whether the setting is "true" in any case, without blanks, as the product reads it."""
        return _is_true(self.presenter)

    @cached_property
    def event_sync(self) -> Endpoint:
        """Where this node receives the events of its peer; stock port 11224."""
        return self._endpoint("eventSync")

    @cached_property
    def management(self) -> Endpoint:
        """Where this node offers its state to a passive peer; stock port 10005."""
        return self._endpoint("management")

    @property
    def shared_port(self) -> str:
        """Report, for the operator, that event sync and management of this node share an address; "" if not."""
        sync, management = self.event_sync, self.management
        if sync.plain_port != management.plain_port or canonical(sync.host) != canonical(management.host):
            return ""
        found = f"{management.plain_port.where}: found {int(management.plain_port)}"
        return (
            f"{found}, expected another port than that of event sync at {sync.plain_port.where}: one cannot be opened"
        )

    @cached_property
    def presentation(self) -> Endpoint:
        """Where a presenter's dashboards receive the active node's output; stock port 11000."""
        return self._endpoint("presentation")

    @property
    def has_ha(self) -> bool:
        """Whether the file has an HA mode, enabled or not."""
        return any(mode.get("name", "").upper() == HA for mode in self._modes)

    @property
    def persistence(self) -> Persistence:
        """How the HA mode saves its state, in files or in a database."""
        return Persistence(self._source, self._ha)

    @property
    def shortcomings(self) -> list[str]:
        """What the HA mode's parser would reject, for the operator."""
        return [f"{one.value.found}, expected {one.wanted}" for one in self.flaws]

    @property
    def flaws(self) -> list[Flaw]:
        """The shortcomings, each with its place."""
        return flaws(self._source, self._ha)

    @property
    def modes(self) -> list[Mode]:
        """Every mode in document order."""
        return [Mode(one.get("name") or "", (one.get("enable") or "").lower() == "true") for one in self._modes]

    def has(self, steps: str) -> bool:
        """Whether the HA mode has an element at this path."""
        return self._source.first(steps, self._ha) is not None

    def value(self, steps: str) -> Located:
        """The value at this path in the HA mode; an attribute has "@" before its name."""
        place, _, name = steps.rpartition("/@")
        return self._source.attribute_at(place, name, self._ha) if place else self._source.text(steps, self._ha)

    def interval(self, path: str) -> int:
        """An interval of the HA mode in milliseconds, "management/tryStateChangeInterval". AssertionError if none."""
        return int(self._source.text(path, self._ha).int_())

    @cached_property
    def _ha(self) -> etree._Element:
        """The HA mode: the first enabled one, or else the first."""
        found = [mode for mode in self._modes if mode.get("name", "").upper() == HA]
        if not found:
            place = self._source.absent(f"mode[@name={HA!r}]").where
            raise AssertionError(f"{place}: found no HA mode, expected one (page: Required configurations, step 3.1)")
        return next((mode for mode in found if mode.get("enable", "").lower() == "true"), found[0])

    def _endpoint(self, name: str) -> Endpoint:
        default = DEFAULT_PORTS[name]
        written = self._source.text(f"{name}/port", self._ha, default=default)
        port = LocatedInt(int(written if WHOLE.fullmatch(written) else default), written.where)
        return Endpoint(self._source.text(f"{name}/hostName", self._ha), port, self._offset)


def _is_true(value: Located) -> bool:
    return str(value).lower() == "true"
