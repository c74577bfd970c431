"""Converts dataclasses that an observation stores completely to JSON and back, by the types of their fields."""

import types
from collections.abc import Mapping
from dataclasses import fields
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

_Self = TypeVar("_Self", bound="Recorded")


class Recorded:
    """Base of a dataclass of plain values, enums, paths, tuples, mappings, and objects that have these two methods."""

    def as_json(self) -> dict[str, Any]:
        """Return the recorded form, which `from_json` reads."""
        return {one.name: _plain(getattr(self, one.name)) for one in fields(self)}  # type: ignore[arg-type]

    @classmethod
    def from_json(cls: type[_Self], recorded: Mapping[str, Any]) -> _Self:
        """Make the object from its recorded form."""
        hints = get_type_hints(cls)
        return cls(**{name: _made(hints[name], value) for name, value in recorded.items()})


def _plain(value: Any) -> Any:
    if hasattr(value, "as_json"):
        return value.as_json()
    if isinstance(value, Enum | Path):
        return value.value if isinstance(value, Enum) else str(value)
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, tuple | list) else value


def _made(hint: Any, value: Any) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return None if value is None else _made(inner[0], value)
    if origin is tuple:
        return tuple(_made(inner[0], one) for one in value)
    if origin is Mapping:
        return {name: _made(inner[1], one) for name, one in value.items()}
    if hasattr(hint, "from_json"):
        return hint.from_json(value)
    return hint(value) if isinstance(hint, type) and issubclass(hint, Enum | Path) else value
