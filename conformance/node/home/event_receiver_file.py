"""A deployed event receiver: its adapter, and whether clients send its events to both nodes (page: step 3.3)."""

from collections.abc import Iterable
from functools import cached_property

from conformance.judgement.located import Located
from conformance.node.home import input_adapters as adapters
from conformance.node.home.xml_source import XmlSource

_ROOT = "eventReceiver"


class ReceiverFile:
    """The definition of one receiver, from its own file or a C-App."""

    def __init__(self, source: XmlSource) -> None:
        self._source = source

    @cached_property
    def name(self) -> Located:
        """The receiver's name."""
        return self._source.attribute(self._source.root, "name")

    @cached_property
    def adapter(self) -> Located:
        """Type of the receiver's input adapter."""
        return self._source.attribute_at("from", "eventAdapterType")

    @cached_property
    def stated(self) -> Located:
        """The property as written; if absent, false."""
        return self._property(adapters.DUPLICATED, "false")

    @property
    def is_stated(self) -> bool:
        """Whether the value is "true" in any case, without blanks, as the adapters read it."""
        return self.stated.lower() == "true"

    @property
    def unsure(self) -> str:
        """Why it is unknown whether the property is in force, for the report; "" if it is known."""
        named = [value for _, value in self._unread] or ([self.stated] if self.is_stated else [])
        if not named or adapters.is_known(self.adapter):
            return ""
        return (
            f"{named[0].where}: adapter type {self.adapter.describe()} is not an adapter of the product; ask its author"
        )

    @property
    def unread(self) -> list[str]:
        """Misnamed properties that no adapter reads, except those that ask for what it does anyway."""
        unread = self._unread if adapters.is_known(self.adapter) else []
        return [self._left_unread(right, value) for right, value in unread]

    @cached_property
    def _unread(self) -> list[tuple[str, Located]]:
        """The right names of misnamed properties, and their values."""
        named = [(str(one.get("name")), self._source.text_of(one)) for one in self._source.all("from/property")]
        wrong = [(adapters.meant(name, self.adapter), value) for name, value in named]
        return [(name, value) for name, value in wrong if name and self._contradicts(name, value)]

    def _contradicts(self, name: str, value: Located) -> bool:
        """Whether the adapter does something else than the property asks for."""
        wanted = "true" if name == adapters.DUPLICATED else "topic"
        return (value.strip().lower() == wanted) != self._in_force

    @property
    def _in_force(self) -> bool:
        return adapters.in_force(self.adapter, self.is_stated, self._property(adapters.JMS_DESTINATION_TYPE, ""))

    def _left_unread(self, right: str, value: Located) -> str:
        found = f"{value.found}, expected the name {right!r}: adapter {self.adapter.describe()}"
        if self._in_force:
            return f"{found} reads no property of this name, and the node does not forward events"
        twice = "a client that sends to both nodes gets each event processed twice"
        return f"{found} reads no property of this name, and the node forwards events: {twice}"

    @property
    def misplaced(self) -> str:
        """Why the property is not in force as stated, for the operator; "" if it is, or if that is unknown."""
        if not self.stated.present:
            return ""
        does = adapters.contradiction(self.adapter, self.is_stated, self._property(adapters.JMS_DESTINATION_TYPE, ""))
        found = f"{self.stated.found}, but adapter {self.adapter.describe()}"
        return f"{found} does not take {adapters.DUPLICATED} from its receivers: it {does}" if does else ""

    def _property(self, name: str, default: str) -> Located:
        """Return the value as the product reads it: the last of that name, not trimmed."""
        return self._source.text_named("from/property", name, default=default)


def is_receiver(source: XmlSource) -> bool:
    """Whether an XML file defines an event receiver."""
    return str(source.root.tag).rpartition("}")[2] == _ROOT


def disagreements(first: Iterable[ReceiverFile], second: Iterable[ReceiverFile]) -> list[str]:
    """Receivers that both nodes have but configure differently, for the operator."""
    others = {str(receiver.name): receiver for receiver in second}
    pairs = [(one, others[one.name]) for one in first if one.name in others]
    return [
        f"{two.stated.found}, expected that of {one.stated.with_place}"
        for one, two in pairs
        if one.is_stated != two.is_stated
    ]
