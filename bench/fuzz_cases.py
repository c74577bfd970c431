"""Inputs that no one would write: the seeds, with pieces of hostile text put into them; what Hypothesis draws."""

import gzip
import io
import json
import os
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from conformance.evidence import bundle

#: Texts on which parsers have failed: numbers, marks, brackets and names without an end, invalid characters.
PIECES = (
    b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"\xe2\x80\xae", b"\x1b[31m", b"\r", b"\n", b"\t", b"\\\n", b" ", b"'", b'"',
    b"9", b"-1", b"1e999", b"NaN", b"0x10", b"(", b"[", b"{", b"<", b"${", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"&",
    b"&#0;", b"&lol;", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"<?xml version='1.0' encoding='idna'?>", b"<a>", b"</a>",
    b"<member/>", b"<password ", b'name="password" ', b"password=", b"<script>alert(1)</script>", b"../", b"/",
    b"-oA=b",
    b"TID: [-1234] [] [2026-11-22 21:58:10,000] ERROR {a.B} - ", b"\tat a.B.c(D.java:1)\n", b"Caused by: ", b"=", b":",
    b"export SPARK_LOCAL_IP=", b"jdbc:mysql://h:", b"address=(host=", b"a.", b"true", b"null", b"[]", b"{}", b"# ",
    b",",
)  # fmt: skip
#: How often "a/" fits into a name, for each format of tar.
LONGEST = {tarfile.USTAR_FORMAT: 120, tarfile.GNU_FORMAT: 60_000, tarfile.PAX_FORMAT: 60_000}
TIMES = (1, 1, 1, 2, 50, 5_000, 100_000)
VALUES = (None, True, -1, 10**400, 1e308, "", "\0", "\ud800", "</script>", "a" * 100_000, [], {}, [[[[[]]]]], {"a": {}})

_piece = st.tuples(st.sampled_from(PIECES), st.sampled_from(TIMES)).map(lambda pair: (pair[0] * pair[1])[:2_000_000])
#: Where in a text, as a part of its length, how much of it goes, and what comes into the place.
edits = st.lists(st.tuples(st.floats(0, 1), st.sampled_from([0, 0, 1, 7, 200, 10**9]), _piece), min_size=1, max_size=3)


@dataclass
class Seeds:
    """What is changed: files of pairs of homes, stored runs; waivers, a topology and an inventory by their names."""

    homes: tuple[Path, ...]
    runs: tuple[Path, ...]
    texts: dict[str, bytes] = field(default_factory=dict)


def edited(data: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    """The data with pieces of it replaced."""
    for place, gone, piece in changes:
        at = int(place * len(data))
        data = data[:at] + piece + data[at + gone :]
    return data


def files_of(folder: Path) -> list[str]:
    """Paths of the regular files in it."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def homes(seeds: Seeds, data: st.DataObject, work: Path) -> Path:
    """Two homes of which some files were changed, as a folder or as an archive that may be damaged."""
    place = work / "homes"
    shutil.copytree(data.draw(st.sampled_from(seeds.homes), "homes"), place)
    for name in data.draw(st.lists(st.sampled_from(files_of(place)), min_size=1, max_size=3, unique=True), "files"):
        path = place / name
        path.write_bytes(edited(path.read_bytes(), data.draw(edits, "edits")))
        _odd(path, data)
    if data.draw(st.booleans(), "topology"):
        topology = seeds.texts["topology.toml"]
        (place / "topology.toml").write_bytes(edited(topology, data.draw(edits, "topology edits")))
    kind = data.draw(st.sampled_from(("", "", "", "zip", "tar.gz")), "packed")
    return _packed(place, kind, data) if kind else place


def _odd(path: Path, data: st.DataObject) -> None:
    """Maybe something else in a file's place."""
    kind = data.draw(st.sampled_from(("", "", "", "", "link", "pipe", "folder", "gone", "name")), "in its place")
    if kind in ("link", "pipe", "folder", "gone"):
        path.unlink()
    if kind == "link":
        path.symlink_to(data.draw(st.sampled_from(("/etc/passwd", "..", path.name, "/dev/zero")), "target"))
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "name":
        path.rename(Path(os.fsdecode(os.fsencode(path.parent) + b"/B\xfc\x1b[31m\n.xml")))


def _packed(place: Path, kind: str, data: st.DataObject) -> Path:
    """An archive of a folder, of which some bytes were changed before or after it was packed."""
    made = place.parent / f"homes.{kind}"
    if kind == "zip":
        raw = io.BytesIO()
        with zipfile.ZipFile(raw, "w", data.draw(st.sampled_from((0, 8, 12, 14)), "method")) as archive:
            for name in files_of(place):
                archive.write(place / name, os.fsencode(name).decode("utf-8", "backslashreplace"))
        made.write_bytes(edited(raw.getvalue(), data.draw(st.just([]) | edits, "bytes")))
        return made
    tar_format = data.draw(st.sampled_from(list(LONGEST)), "format")
    entry = tarfile.TarInfo(
        data.draw(st.text(max_size=5) | st.just("a/" * LONGEST[tar_format]), "name").replace("\0", "")
    )
    entry.type = data.draw(st.sampled_from((b"0", b"1", b"2", b"3", b"6", b"S", b"x", b"g", b"L", b"K")), "type")
    raw = with_entry(place, tar_format, entry, data.draw(_piece, "content"))
    made.write_bytes(gzip.compress(edited(raw, data.draw(st.just([]) | edits, "bytes")), 1))
    return made


def with_entry(folder: Path, tar_format: int, entry: tarfile.TarInfo, content: bytes) -> bytes:
    """A tar archive of a folder with one more entry."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tar_format) as tar:
        tar.add(folder, ".")
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    return raw.getvalue()


def run(seeds: Seeds, data: st.DataObject, work: Path) -> Path:
    """A stored run of which a value or some bytes were changed, maybe sealed again."""
    place = work / "run"
    shutil.copytree(data.draw(st.sampled_from(seeds.runs), "run"), place)
    names = [
        "signoff.json",
        "manifest.json",
        "evidence/verdicts.jsonl",
        "evidence/observations.jsonl",
        *files_of(place),
    ]
    path = place / data.draw(st.sampled_from(names), "file")
    if path.suffix in (".json", ".jsonl") and data.draw(st.booleans(), "a value"):
        path.write_text(_other_value(path.read_text(), path.suffix == ".jsonl", data))
    else:
        path.write_bytes(edited(path.read_bytes(), data.draw(edits, "edits")))
    if path.name != "manifest.json":
        _odd(path, data)
        if data.draw(st.booleans(), "sealed again"):
            _sealed(place)
    return place


def _sealed(place: Path) -> None:
    # A pipe or an endless device would never be read to its end, and a folder is no file.
    plain = all(path.is_file() and not path.is_symlink() for path in place.rglob("*") if not path.is_dir())
    if plain and (place / "signoff.json").is_file():
        with suppress(OSError):
            bundle.seal(place)


def _other_value(text: str, lines: bool, data: st.DataObject) -> str:
    parsed: Any = [json.loads(line) for line in text.splitlines()] if lines else json.loads(text)
    at: Any = parsed
    for _ in range(data.draw(st.integers(1, 6), "depth")):
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        key = data.draw(st.sampled_from(keys), "key") if keys else None
        if key is None:
            break
        if not isinstance(at[key], dict | list) or not at[key]:
            at[key] = data.draw(st.sampled_from(VALUES), "value")
            break
        at = at[key]
    else:
        at.clear()
    return "".join(json.dumps(one) + "\n" for one in parsed) if lines else json.dumps(parsed)


def text(name: str) -> Callable[[Seeds, st.DataObject, Path], Path]:
    """Makes a changed copy of the text of that name."""

    def made(seeds: Seeds, data: st.DataObject, work: Path) -> Path:
        path = work / name
        path.write_bytes(edited(seeds.texts[name], data.draw(edits, "edits")))
        return path

    return made
