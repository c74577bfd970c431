"""The catalogue of requirements: the page's demands, from suites/catalogue.toml."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

from conformance.deployment.interface import Capability
from conformance.errors import ConformanceError
from conformance.files import handed_file, records

_ID = re.compile(r"[A-Z]+-\d\d")


class Level(str, Enum):
    """How binding a requirement is; `field` requirements come from reports of operators, not from the page."""

    MUST = "must"
    SHOULD = "should"
    INFO = "info"
    FIELD = "field"


#: Levels that decide whether a deployment obeys the page.
OF_THE_PAGE = (Level.MUST, Level.SHOULD)


class Kind(str, Enum):
    """How a requirement is judged, in the order of judging."""

    FILES = "files"
    DB = "db"
    LOG = "log"
    LIVE = "live"
    FAULT = "fault"


#: The capability that a target needs for a kind of requirements.
CAPABILITY_OF = {
    Kind.FILES: Capability.FILES,
    Kind.DB: Capability.DATABASE,
    Kind.LOG: Capability.LOG,
    Kind.LIVE: Capability.LIVE,
    Kind.FAULT: Capability.FAULT,
}


@dataclass(frozen=True)
class Requirement:
    """One sentence of the page that a deployment can obey or break.

    `page`: the vendor's own words, for finding the sentence on the page; without them, `not_on_page` says why.
    `follows`: requirements whose failure may cause this one's, on the same node or, with `across_nodes`, the other.
    """

    id: str
    level: Level
    kind: Kind
    sentence: str
    section: str
    proof: str
    breaks: str
    sabotage: str = ""
    repair: str = ""
    needs: tuple[Capability, ...] = ()
    follows: tuple[str, ...] = ()
    across_nodes: bool = False
    page: str = ""
    not_on_page: str = ""

    @property
    def capabilities(self) -> tuple[Capability, ...]:
        """All capabilities that a target needs for it."""
        return (CAPABILITY_OF[self.kind], *self.needs)


class Catalogue(Mapping[str, Requirement]):
    """All requirements by id, in the file's order."""

    def __init__(self, requirements: list[Requirement]) -> None:
        self._by_id = {requirement.id: requirement for requirement in requirements}

    def __getitem__(self, requirement_id: str) -> Requirement:
        return self._by_id[requirement_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)


def load(path: Path) -> Catalogue:
    """Read a catalogue file. ConformanceError names the file, the record and the problem."""
    try:
        return _parsed(path, handed_file.read(path))
    except OSError as problem:
        raise ConformanceError(f"{path}: {problem.strerror}", "put the catalogue back") from None


@lru_cache(maxsize=8)
def _parsed(path: Path, data: bytes) -> Catalogue:
    found = handed_file.toml(data, str(path), "correct the place").get("requirement", [])
    if not isinstance(found, list) or not found:
        raise ConformanceError(f"{path} holds no [[requirement]]", "put the catalogue back")
    requirements: list[Requirement] = []
    for number, record in enumerate(found, 1):
        requirement = _read(record, f"{path}: requirement {number}")
        if any(requirement.id == other.id for other in requirements):
            raise ConformanceError(f"{path}: {requirement.id} is there twice", "ids are stable and unique")
        requirements.append(requirement)
    catalogue = Catalogue(requirements)
    for requirement in requirements:
        if unknown := [one for one in requirement.follows if one not in catalogue or one == requirement.id]:
            raise ConformanceError(
                f"{path}: {requirement.id} follows {', '.join(unknown)}", "name other requirements of the catalogue"
            )
    return catalogue


def _read(record: Any, where: str) -> Requirement:
    if isinstance(record, dict) and isinstance(record.get("id"), str) and record["id"]:
        where = f"{where} ({record['id']})"
    requirement = records.read(Requirement, record, where)
    if not _ID.fullmatch(requirement.id):
        raise ConformanceError(f"{where}: {requirement.id!r} is not an id", "capital letters, a hyphen, two digits")
    if requirement.page and requirement.not_on_page:
        raise ConformanceError(f"{where}: has both 'page' and 'not_on_page'", "keep the one that is true")
    if requirement.level is not Level.INFO and not requirement.sabotage.strip():
        raise ConformanceError(f"{where}: sabotage is missing", "say which change must turn it red")
    return requirement
