"""Which files beside the log are parts of it, in which order, and how packed or converted ones are read."""

import bz2
import gzip
import lzma
import re
from pathlib import Path

import pytest

from conformance.errors import EvidenceError
from conformance.evidence.store import read_evidence
from conformance.evidence.witness import Witness
from conformance.node.log import plain_files
from conformance.node.log.carbon_log import NodeLog
from conformance.node.log.plain_files import PlainFiles
from conformance.node.log.rotation import LOG_FOLDER, LOG_PATH, beside_log, readable, rotated_files
from selftests.fake_node import FakeAccess, StillClock, file_line, file_log

START = file_log("core|Starting WSO2 Carbon...")


def node(**parts: str | bytes) -> FakeAccess:
    """A node with a log and these parts, by what follows the log's name."""
    files = {f"{LOG_PATH}{name}": text if isinstance(text, bytes) else text.encode() for name, text in parts.items()}
    return FakeAccess(files={LOG_PATH: file_log("ha|now").encode(), **files})


def log_of(access: FakeAccess, tmp_path: Path) -> NodeLog:
    return NodeLog(access, Witness.recording(tmp_path / "evidence"), StillClock())


@pytest.mark.parametrize(("names", "ordered"), [
    ([".1", ".10", ".2", ".9"], [".10", ".9", ".2", ".1"]),
    ([".2026-11-21", ".2025-12-30", ".2025-12-31"], [".2025-12-30", ".2025-12-31", ".2026-11-21"]),
    ([".2026-11-22.2", ".2026-11-22.10", ".2026-11-21.gz"], [".2026-11-21.gz", ".2026-11-22.2", ".2026-11-22.10"]),
    ([".2026-11-22.1", ".2026-11-22"], [".2026-11-22", ".2026-11-22.1"]),
    (["-20261122", "-20261121.gz"], ["-20261121.gz", "-20261122"]),
    (["-20261001", "-20260930"], ["-20260930", "-20261001"]),
    ([".2026-11-24", ".11-23-2026", "-20261122", ".2026-11-21"],
     [".2026-11-21", "-20261122", ".11-23-2026", ".2026-11-24"]),
    ([".1", ".2.gz", ".2026-11-22"], [".2026-11-22", ".2.gz", ".1"]),
    ([".1", ".1.gz"], [".1"]),
    ([".2026-11-22-09", ".2026-11-22-10"], [".2026-11-22-09", ".2026-11-22-10"]),
    ([".2026-11-22T10", ".2026-11-22_09-30"], [".2026-11-22_09-30", ".2026-11-22T10"]),
    (["_2026-11-22", ".2026.11.21", ".2026_11_20"], [".2026_11_20", ".2026.11.21", "_2026-11-22"]),
    (["-1795384704", "-1795298304.gz"], ["-1795298304.gz", "-1795384704"]),
    ([".bak", ".orig", ".swp", "~", " - Copy", ".1.bak", ".gz", ".old", ".2026-11-22~", ".1 - Copy", ".x.1"], []),
])  # fmt: skip
def test_parts_are_ordered_by_age_and_copies_are_none(names, ordered):
    access = node(**dict.fromkeys(names, ""))
    assert rotated_files(access) == [f"{LOG_PATH}{name}" for name in ordered]


def test_parts_with_the_day_before_the_ending_are_known():
    names = ["wso2carbon-11-22-2026.log", "wso2carbon-11-21-2026.log.gz", "wso2carbon-trace-messages.log", "audit.log"]
    names += ["wso2carbon_2026-11-20.log", "wso2carbon.old.log"]
    access = FakeAccess(files={f"{LOG_FOLDER}/{name}": b"" for name in names})
    assert beside_log(access)[0] == f"{LOG_FOLDER}/{names[5]}"
    assert rotated_files(access) == [f"{LOG_FOLDER}/{name}" for name in (names[4], names[1], names[0])]


@pytest.mark.parametrize(("names", "read", "missing"), [
    ([".1", ".2.zip", ".3"], [".1"], r"\.2\.zip is there, but is not read: unpack it"),
    ([".1", ".3"], [".1"], r"\.log\.2 is missing, so that .*\.3 is not read"),
    ([".2"], [], r"\.log\.1 is missing"),
    ([".2026-11-20", ".2026-11-22"], [".2026-11-22", ".2026-11-20"], "^$"),
    ([".1", ".bak"], [".1"], r"not read, as its name .* rotated part, such as wso2carbon\.log\.1: .*\.log\.bak$"),
])  # fmt: skip
def test_nothing_is_read_across_a_hole(names, read, missing):
    parts = readable(f"{LOG_PATH}{name}" for name in names)
    assert list(parts.newest_first) == [f"{LOG_PATH}{name}" for name in read]
    assert re.search(missing, parts.missing)


def test_a_start_in_a_part_with_a_high_number_is_found(tmp_path):
    parts = {f".{number}": file_log(f"ha|part {number}") for number in range(1, 10)}
    log = log_of(node(**parts, **{".10": START}, **{".11.bak": START}), tmp_path)
    log.note_start()
    messages = [event.message for event in log.deployment_start()]
    assert messages == ["Starting WSO2 Carbon...", *(f"part {number}" for number in range(9, 0, -1)), "now"]


def test_the_log_just_rotated_or_packed_under_its_own_name_is_read(tmp_path):
    packed = gzip.compress(START.encode())
    for number, parts in enumerate(({"": b"", ".2026-11-21": START}, {"": packed}, {"": b"", ".1": packed})):
        log = log_of(node(**parts), tmp_path / str(number))
        assert [event.message for event in log.starts()[0]] == ["Starting WSO2 Carbon..."]
        assert log.ends_whole()


@pytest.mark.parametrize(("packing", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)])
def test_a_start_in_a_packed_part_is_found_and_replayed(packing, pack, tmp_path):
    access = node(**{f".2026-11-21.{packing}": pack((file_log("ha|old") + START).encode())})
    log = log_of(access, tmp_path)
    log.note_start()
    lines = [str(event) for event in log.deployment_start()]
    assert lines[0].startswith(f"{LOG_PATH}.2026-11-21.{packing}:2 INFO")
    again = NodeLog(FakeAccess(), Witness.replaying(read_evidence(tmp_path / "evidence")), StillClock())
    assert [str(event) for event in again.deployment_start()] == lines


def test_all_starts_are_read_once_in_a_run(tmp_path):
    log = log_of(node(**{f".{number}": START + file_log(f"ha|part {number}") for number in (1, 2, 3)}), tmp_path)
    starts, asked = [start.events[1].message for start in log.starts()], read_evidence(tmp_path / "evidence")
    assert starts == ["part 3", "part 2", "part 1"]
    assert (len(log.starts()), read_evidence(tmp_path / "evidence")) == (3, asked)


@pytest.mark.parametrize(("packed", "text"), [
    (gzip.compress(START.encode())[:-9],
     r"\.gz: cannot be read \(is not a complete gzip, bzip2 or xz file\) - take it from the node"),
    *((part, "is not a complete gzip, bzip2 or xz file") for part in (b"no gzip", b"BZh9 cut", b"\xfd7zXZ\0 cut")),
    *(
        (pack(b"\n" * 5000), r"is larger than 0 MiB when unpacked\) - unpack it")
        for pack in (gzip.compress, bz2.compress)
    ),
    # What gzip makes holds the time: names that stay.
], ids=["cut", "no gzip", "cut bzip2", "cut xz", "too large", "too large bzip2"])  # fmt: skip
def test_a_part_that_cannot_be_unpacked_is_named(packed, text, tmp_path, monkeypatch):
    monkeypatch.setattr(plain_files, "GROWN", 4000)
    with pytest.raises(EvidenceError, match=text):
        log_of(node(**{".1.gz": packed}), tmp_path).now()


def test_a_part_or_a_copy_that_may_hold_the_start_and_is_not_read_is_named(tmp_path):
    with pytest.raises(EvidenceError, match=r"no start of the server .*\.log\.1\.zst is there, but is not read"):
        _ = log_of(node(**{".1.zst": b"x"}), tmp_path / "part").now().last_start
    with pytest.raises(EvidenceError, match=r"no start of the server .*: .*wso2carbon\.log\.gz - hand in the whole"):
        _ = log_of(node(**{".gz": b"x"}), tmp_path / "copy").now().last_start


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_what_another_system_wrote_is_converted(encoding, tmp_path):
    access = node()
    access.files[LOG_PATH] = (START + file_line("ha|café") + "\r\n").replace("\n", "\r\n").encode(encoding)
    log = log_of(access, tmp_path)
    log.note_start()

    assert [event.message for event in log.deployment_start()] == ["Starting WSO2 Carbon...", "café"]
    assert log.ends_whole()
    access.files[LOG_PATH] = (START + file_line("ha|one")).encode()
    assert log_of(access, tmp_path / "closed").ends_whole()
    access.files[LOG_PATH] = access.files[LOG_PATH][:-1]
    assert not log_of(access, tmp_path / "cut").ends_whole()


def test_a_plain_file_is_read_in_pieces():
    files = PlainFiles(FakeAccess(files={"log": b"0123456789", "log.gz": gzip.compress(b"0123456789")}))
    for path in ("log", "log.gz"):
        assert files.size(path) == 10
        assert [files.read_from(path, 3, length) for length in (0, 4, -1)] == [b"", b"3456", b"3456789"]
