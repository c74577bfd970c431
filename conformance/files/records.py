"""Reads tables of a TOML file as dataclasses; checks each field's type, and for missing and unknown fields."""

import re
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

from conformance.errors import ConformanceError
from conformance.files.handed_file import shown, shown_value
from conformance.text.secret_names import names_a_secret

Record = TypeVar("Record")

#: Longest text in characters, because messages repeat it.
LONGEST = 1024
_WORDS = {bool: "true or false", int: "a whole number", str: "a text", date: "a day: 2027-01-31"}


class _Place(NamedTuple):
    """The place of a value, for messages."""

    where: str
    key: str
    remedy: str

    def below(self, name: str) -> "_Place":
        """Return the place of a value in the table at this place."""
        return self._replace(key=f"{self.key}.{shown(name)}")

    def wrong(self, value: Any, expected: str) -> ConformanceError:
        """Return the error for a wrong value; it shows only the type of a possible password."""
        hidden = names_a_secret(self.key) or self.key.startswith("password")
        found = type(value).__name__ if hidden else shown_value(value)
        return ConformanceError(f"{self.where}: {self.key} is {found}", f"expected {expected}")


def read(kind: type[Record], table: Any, where: str, remedy: str = "correct it", **given: Any) -> Record:
    """Return the record; `given`: fields from elsewhere. ConformanceError names `where`, the field and what is wrong.

    A text without a default must not be empty.
    """
    hints, needed = _fields(kind)
    known = [name for name in hints if name not in given]
    if not isinstance(table, Mapping):
        raise ConformanceError(f"{where}: is not a table", remedy)
    if unknown := sorted(set(table) - set(known)):
        raise ConformanceError(f"{where}: unknown key {shown(', '.join(unknown))}", f"use {', '.join(sorted(known))}")
    for name in known:
        if name in needed and (name not in table or (hints[name] is str and not str(table[name]).strip())):
            raise ConformanceError(f"{where}: {name} is missing", remedy)
    values = {name: _read(hints[name], value, _Place(where, name, remedy)) for name, value in table.items()}
    return kind(**values, **given)


def _fields(kind: type[Any]) -> tuple[dict[str, Any], frozenset[str]]:
    """Return types by field name, and the names of fields without a default."""
    made = fields(kind)
    hints = get_type_hints(kind)
    needed = (one.name for one in made if one.default is MISSING and one.default_factory is MISSING)
    return {one.name: hints[one.name] for one in made}, frozenset(needed)


def _read(hint: Any, value: Any, place: _Place) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if hint is Any or (is_dataclass(value) and type(value) is hint):
        return value
    if origin in (Union, types.UnionType):
        return _read(inner[0], value, place)
    if origin is tuple:
        return _several(inner[0], value, place)
    if origin is Mapping:
        if not isinstance(value, Mapping):
            raise place.wrong(value, "a table")
        return {name: _read(inner[1], one, place.below(name)) for name, one in value.items()}
    if origin is re.Pattern:
        return _expression(value, place)
    if isinstance(hint, type) and is_dataclass(hint):
        return read(hint, value, f"{place.where}: [{place.key}]", place.remedy)
    return _one(hint, value, place)


def _one(hint: type[Any], value: Any, place: _Place) -> Any:
    if issubclass(hint, Enum):
        try:
            return hint(value)
        except ValueError:
            known = ", ".join(str(one.value) for one in hint)
            what = f"{place.where}: unknown {hint.__name__.lower()} {shown_value(value)}"
            raise ConformanceError(what, f"use one of {known}") from None
    # In Python a datetime is a date and True is an int, therefore compare the types themselves.
    if type(value) is not hint:
        raise place.wrong(value, _WORDS[hint])
    if isinstance(value, str) and len(value) > LONGEST:
        raise ConformanceError(f"{place.where}: {place.key} has {len(value)} characters", f"take at most {LONGEST}")
    return value


def _several(hint: Any, value: Any, place: _Place) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise place.wrong(value, "a list of texts")
    if hint is not str:
        return tuple(_read(hint, one, place) for one in value)
    if not all(isinstance(one, str) and 0 < len(one.strip()) <= LONGEST for one in value):
        raise place.wrong(value, f"a list of texts of at most {LONGEST} characters")
    return tuple(one.strip() for one in value)


def _expression(value: Any, place: _Place) -> re.Pattern[str]:
    try:
        return re.compile(value)
    except (re.error, TypeError) as problem:
        what = f"{place.where}: {place.key} is not a regular expression ({problem})"
        raise ConformanceError(what, "correct it") from None
