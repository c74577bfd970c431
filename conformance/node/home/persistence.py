"""The persistence of the HA mode: whether and where execution plans save their state."""

from functools import cached_property

from lxml import etree

from conformance.judgement.located import JAVA_BLANKS, Located, whole
from conformance.node.home.xml_source import XmlSource

STORES = "org.wso2.carbon.event.processor.core.internal.persistence"
FILE_STORE = f"{STORES}.FileSystemPersistenceStore"
DATABASE_STORE = f"{STORES}.DBPersistenceStore"
LOCATION = "persistenceLocation"
#: The stock file's folder.
DEFAULT_LOCATION = "cep_persistence"
#: Settings that the product's stores need; those of other stores are unknown.
_NEEDS = {FILE_STORE: (LOCATION,), DATABASE_STORE: ("DataSource", "TableName")}


class Persistence:
    """One node's persistence block in the HA mode; blocks in other modes are ignored."""

    def __init__(self, source: XmlSource, ha: etree._Element) -> None:
        self._source = source
        self._ha = ha

    @cached_property
    def enabled(self) -> Located:
        """The switch as written; the missing value if there is no block or no switch."""
        return self._source.attribute_at("persistence", "enable", self._ha)

    @property
    def is_on(self) -> bool:
        """Whether the setting is "true" in any case, without blanks, as the product reads it."""
        return self.enabled.lower() == "true"

    @property
    def interval(self) -> Located:
        """Minutes between two saves."""
        return self._source.text("persistence/persistenceIntervalInMinutes", self._ha)

    @property
    def pool(self) -> Located:
        """Number of threads that save."""
        return self._source.text("persistence/persisterSchedulerPoolSize", self._ha)

    @cached_property
    def store(self) -> Located:
        """Class of the store."""
        return self._source.attribute_at("persistence/persister", "class", self._ha)

    def store_setting(self, key: str) -> Located:
        """A setting of the store."""
        return self._source.text_named("persistence/persister/property", key, self._ha, key="key")

    @property
    def location(self) -> str:
        """Folder of the state files; the stock folder by default."""
        return self.store_setting(LOCATION).strip() or DEFAULT_LOCATION

    @property
    def problem(self) -> str:
        """What is missing or invalid, for the operator; "" if nothing is."""
        if self.enabled.lower() not in ("true", "false"):
            why = "the page calls it on by default, but without this block the product keeps no state"
            return f"{self.enabled.found}, expected 'true' or 'false' ({why})"
        return self._incomplete() if self.is_on else ""

    @property
    def settings(self) -> list[Located]:
        """Settings that must be equal on both nodes; only the switch if it is off."""
        needed = [self.store_setting(key) for key in _NEEDS.get(self.store, ())]
        return [self.enabled, *((self.interval, self.pool, self.store, *needed) if self.is_on else ())]

    def _incomplete(self) -> str:
        for value in (self.interval, self.pool):
            if not is_number(value):
                wanted = "a whole number above 0, without blanks around it"
                return f"{value.found}, expected {wanted}"
        for value in (self.store, *(self.store_setting(key) for key in _NEEDS.get(self.store, ()))):
            if not value.strip():
                return f"{value.found}, expected it to be given"
        return ""


def is_number(value: str) -> bool:
    """Whether the value can be an interval or a size: a whole number above 0."""
    return value == value.strip(JAVA_BLANKS) and 0 < (whole(value) or 0) < 10**9


def differing(first: Persistence, second: Persistence) -> tuple[Located, Located] | None:
    """The first setting in which two nodes differ; None if there is none."""
    pairs = zip(first.settings, second.settings, strict=False)
    return next(((one, two) for one, two in pairs if _meaning(one) != _meaning(two)), None)


def difference(first: Persistence, second: Persistence) -> str:
    """The first difference for the operator; "" if there is none."""
    if (pair := differing(first, second)) is None:
        return ""
    one, two = pair
    return f"{two.found}, expected that of {one.with_place}"


def _meaning(value: Located) -> str:
    """The value without differences in spelling of switches, numbers and paths."""
    text = value.strip()
    if text.lower() in ("true", "false"):
        return text.lower()
    number = whole(text)
    return text.rstrip("/") or str(text) if number is None else str(number)
