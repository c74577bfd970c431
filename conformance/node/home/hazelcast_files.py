"""Hazelcast's own files beside axis2.xml (docs/product/clustering.md#settings-of-hazelcast).

`hazelcast.properties` overrides the properties that the product sets; `hazelcast.xml` replaces the clustering section
of axis2.xml. The stock home has neither, so a missing file is normal.
"""

from functools import cached_property

from conformance.judgement.located import Located
from conformance.node.home.files import HomeFiles
from conformance.node.home.java_properties import JavaProperties
from conformance.node.home.xml_source import XmlSource

PROPERTIES = "repository/conf/hazelcast.properties"
OVERRIDE = "repository/conf/etc/hazelcast.xml"


class HazelcastXml:
    """The content of hazelcast.xml. Values are trimmed, as Hazelcast does."""

    def __init__(self, source: XmlSource) -> None:
        self.source = source

    @cached_property
    def place(self) -> Located:
        """The root element, for messages about the whole file."""
        return Located("", self.source.where(self.source.root))

    @cached_property
    def port(self) -> Located:
        """The first port that the member tries."""
        return self.source.text("network/port", default="5701").strip()

    @cached_property
    def members(self) -> tuple[Located, ...]:
        """Members of the TCP/IP join as written: `host` or `host:port`; empty if that join is off."""
        join = self.source.first("network/join/tcp-ip")
        if join is None or not self.source.attribute(join, "enabled", default="false").bool_():
            return ()
        alone = [*self.source.all("member", join), *self.source.all("member-list/member", join)]
        listed = [self.source.text_of(one) for one in alone]
        together = [self.source.text_of(one) for one in self.source.all("members", join)]
        parted = [Located(part, one.where) for one in together for part in str(one).split(",")]
        return tuple(stripped for one in (*listed, *parted) if (stripped := one.strip()))

    @cached_property
    def properties(self) -> dict[str, Located]:
        """Hazelcast's properties by name; of several with one name the last counts."""
        found = self.source.all("properties/property")
        return {(one.get("name") or "").strip(): self.source.text_of(one).strip() for one in found}


class HazelcastFiles:
    """Both files of one node."""

    def __init__(self, files: HomeFiles) -> None:
        self._files = files

    @property
    def properties(self) -> JavaProperties:
        """hazelcast.properties; empty if there is no such file."""
        text = self._files.lenient_text(PROPERTIES) if self._files.lists(PROPERTIES) else ""
        return JavaProperties(self._files.node, PROPERTIES, text)

    @property
    def override(self) -> HazelcastXml | None:
        """hazelcast.xml; None if there is no such file. EvidenceError if it is not XML."""
        return HazelcastXml(self._files.xml(OVERRIDE)) if self._files.lists(OVERRIDE) else None

    @property
    def overridden(self) -> str:
        """What replaces the clustering section of axis2.xml; "" if nothing does, or an old run did not look."""
        folder, _, _ = OVERRIDE.rpartition("/")
        if not self._files.can_list(folder) or not self._files.lists(OVERRIDE):
            return ""
        place = f"{self._files.node} {OVERRIDE}"
        return f"{place}: replaces the clustering section of axis2.xml, whose parameters are not read"
