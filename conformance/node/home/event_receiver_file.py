"""A deployed event receiver: its adapter, and whether its events come to both nodes anyway (page: step 3.3)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from conformance.located import Located
from conformance.node.home.input_adapters import DUPLICATED, JMS_DESTINATION_TYPE, contradiction, is_known
from conformance.node.home.xml_source import XmlSource

_ROOT = "eventReceiver"


class ReceiverFile:
    """The definition of one receiver, from a file of its own or from a C-App."""

    def __init__(self, source: XmlSource) -> None:
        self._source = source

    @cached_property
    def name(self) -> Located:
        """The receiver's name."""
        return self._source.attribute(self._source.root, "name")

    @cached_property
    def adapter(self) -> Located:
        """Type of its input adapter."""
        source = self._source.first("from")
        if source is None:
            return self._source.absent("from/@eventAdapterType")
        return self._source.attribute(source, "eventAdapterType")

    @cached_property
    def stated(self) -> Located:
        """The property as written; absent means false."""
        return self._property(DUPLICATED, "false")

    @property
    def is_stated(self) -> bool:
        """The stated value as the adapters read it: "true" in any case, without blanks."""
        return self.stated.lower() == "true"

    @property
    def unsure(self) -> str:
        """Why nobody can say whether the property is in force, for the report; "" where it is clear."""
        if not self.is_stated or is_known(self.adapter):
            return ""
        return f"{self.stated.where}: adapter type {self.adapter.told()} is none of the product's; ask whoever made it"

    @property
    def misplaced(self) -> str:
        """Why the property is not in force as stated, for the operator; "" if it is, or nobody knows."""
        if not self.stated.present:
            return ""
        does = contradiction(self.adapter, self.is_stated, self._property(JMS_DESTINATION_TYPE, ""))
        found = f"{self.stated.where}: found {self.stated.told()}, but adapter {self.adapter.told()}"
        return f"{found} does not take {DUPLICATED} from its receivers: it {does}" if does else ""

    def _property(self, name: str, default: str) -> Located:
        """As the product reads it: the last of one name, not trimmed."""
        named = [one for one in self._source.all("from/property") if one.get("name") == name]
        if named:
            return self._source.text_of(named[-1])
        return self._source.absent(f"from/property[@name={name!r}]", default=default)


def is_receiver(source: XmlSource) -> bool:
    """Whether an XML file defines an event receiver."""
    return str(source.root.tag).rpartition("}")[2] == _ROOT


def disagreements(first: Iterable[ReceiverFile], second: Iterable[ReceiverFile]) -> list[str]:
    """Receivers that both nodes have but state differently, for the operator."""
    others = {str(receiver.name): receiver for receiver in second}
    pairs = [(one, others[one.name]) for one in first if one.name in others]
    return [
        f"{two.stated.where}: found {two.stated.told()}, expected that of {one.stated.where}: {one.stated.told()}"
        for one, two in pairs
        if one.is_stated != two.is_stated
    ]
