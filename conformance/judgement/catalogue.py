"""The catalogue of requirements: the page's demands, from suites/catalogue.toml."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

import tomli

from conformance.deployment.interface import Capability
from conformance.errors import ConformanceError

_ID = re.compile(r"[A-Z]+-\d\d")
_TEXTS = ("id", "level", "kind", "sentence", "section", "proof", "breaks")
_KNOWN = {*_TEXTS, "page", "not_on_page", "sabotage", "needs", "repair", "follows", "across_nodes"}


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
    `follows`: requirements whose failure may cause this one's, on the same node or, with `across_nodes`, also on the
    other.
    """

    id: str
    level: Level
    kind: Kind
    sentence: str
    section: str
    proof: str
    sabotage: str = ""
    breaks: str = ""
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
        return _parsed(path, path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise ConformanceError(f"{path}: {problem.strerror}", "put the catalogue back") from None
    except (tomli.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise ConformanceError(f"{path} is not TOML: {problem}", "correct the place") from None


@lru_cache(maxsize=8)
def _parsed(path: Path, text: str) -> Catalogue:
    records = tomli.loads(text).get("requirement", [])
    if not isinstance(records, list) or not records:
        raise ConformanceError(f"{path} holds no [[requirement]]", "put the catalogue back")
    requirements: list[Requirement] = []
    for number, record in enumerate(records, 1):
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
    if not isinstance(record, dict):
        raise ConformanceError(f"{where}: is not a table", "write [[requirement]] and its fields")
    if isinstance(record.get("id"), str) and record["id"]:
        where = f"{where} ({record['id']})"
    _check_fields(record, where)
    requirement = Requirement(
        id=record["id"],
        level=_member(Level, record["level"], where),
        kind=_member(Kind, record["kind"], where),
        sentence=record["sentence"],
        section=record["section"],
        proof=record["proof"],
        sabotage=record.get("sabotage", ""),
        breaks=record["breaks"],
        repair=record.get("repair", ""),
        needs=tuple(_member(Capability, need, where) for need in record.get("needs", [])),
        follows=tuple(record.get("follows", [])),
        across_nodes=record.get("across_nodes", False),
        page=record.get("page", ""),
        not_on_page=record.get("not_on_page", ""),
    )
    if requirement.page and requirement.not_on_page:
        raise ConformanceError(f"{where}: has both 'page' and 'not_on_page'", "keep the one that is true")
    if requirement.level is not Level.INFO and not requirement.sabotage.strip():
        raise ConformanceError(f"{where}: field 'sabotage' is missing", "say which change must turn it red")
    return requirement


def _check_fields(record: dict[str, Any], where: str) -> None:
    for field in _TEXTS:
        if not isinstance(record.get(field), str) or not record[field].strip():
            raise ConformanceError(f"{where}: field {field!r} is missing or no text", "write it")
    for field in ("sabotage", "repair", "page", "not_on_page"):
        if not isinstance(record.get(field, ""), str):
            raise ConformanceError(f"{where}: field {field!r} is not a text", "write it")
    for field in ("needs", "follows"):
        if not isinstance(record.get(field, []), list) or not all(
            isinstance(one, str) for one in record.get(field, [])
        ):
            raise ConformanceError(f"{where}: field {field!r} is not a list of texts", "write it in brackets")
    if not isinstance(record.get("across_nodes", False), bool):
        raise ConformanceError(
            f"{where}: field 'across_nodes' is neither true nor false", "write true, or leave it out"
        )
    if unknown := set(record) - _KNOWN:
        known = ", ".join(sorted(_KNOWN))
        raise ConformanceError(f"{where}: unknown field {', '.join(sorted(unknown))}", f"use {known}")
    if not _ID.fullmatch(record["id"]):
        raise ConformanceError(f"{where}: {record['id']!r} is not an id", "capital letters, a hyphen, two digits")


def _member(enum: type[Any], text: str, where: str) -> Any:
    try:
        return enum(text)
    except ValueError:
        known = ", ".join(member.value for member in enum)
        raise ConformanceError(f"{where}: unknown {enum.__name__.lower()} {text!r}", f"use one of {known}") from None
