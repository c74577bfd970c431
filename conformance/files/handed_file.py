"""Reads files that a user names: only regular ones of limited size, so that a pipe or device cannot block a run."""

import errno
import os
import stat
from pathlib import Path
from typing import Any

import tomli

from conformance.errors import ConformanceError

#: Maximum bytes of a waivers file, inventory, topology, key or password file.
LARGEST = 1 << 20
#: Maximum characters of a foreign value in a message.
_SHOWN = 120


def read(path: Path) -> bytes:
    """Content of a file. OSError, also for an impossible name, a file that is not regular, and a large one."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except ValueError as problem:
        raise OSError(errno.EINVAL, str(problem), shown(str(path))) from None
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "is no regular file", str(path))
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise OSError(errno.EFBIG, f"is larger than {LARGEST >> 10} KiB", str(path))
    return data


def toml(data: bytes, where: str, remedy: str) -> dict[str, Any]:
    """The content of a TOML text, with or without a byte-order mark. ConformanceError names `where` and the problem."""
    try:
        return tomli.loads(data.decode("utf-8-sig"))
    except RecursionError:
        raise ConformanceError(f"{where} is not TOML that can be read: nested too deep", remedy) from None
    except UnicodeDecodeError as problem:
        raise ConformanceError(f"{where} is not text in UTF-8 (byte {problem.start + 1})", "save it as UTF-8") from None
    except ValueError as problem:
        # tomli's own error, or numbers with thousands of digits.
        raise ConformanceError(f"{where} is not TOML: {shown(str(problem))}", remedy) from None


def read_toml(path: Path, remedy: str) -> dict[str, Any]:
    """What a TOML file holds. ConformanceError names the file and what is wrong."""
    try:
        return toml(read(path), str(path), remedy)
    except OSError as problem:
        raise ConformanceError(f"{path}: {problem.strerror}", remedy) from None


def shown(text: str) -> str:
    """A foreign text for a message: printable, on one line, and shortened."""
    short = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text)} characters)"
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in short)


def shown_value(value: Any) -> str:
    """A foreign value for a message, as Python writes it."""
    try:
        return shown(repr(value))
    except (RecursionError, ValueError):
        return f"a {type(value).__name__} that is too deep or too long to show"
