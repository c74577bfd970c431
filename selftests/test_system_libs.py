from pathlib import Path

import pytest

from conformance.errors import ConformanceError
from conformance.targets.embedded import mysql_binaries


class FakeApt:
    """Runs apt-get and dpkg as far as files go: package name -> library file that it holds."""

    def __init__(self, packages, update=0):
        self.packages = packages
        self.update = update
        self.ran = []

    def __call__(self, command, folder):
        self.ran.append(command)
        if "update" in command:
            return self.update, "Reading package lists...\nE: Could not resolve the host\n"
        if "download" in command:
            name = command[-1]
            if name in self.packages:
                (folder / f"{name}_1_amd64.deb").touch()
                return 0, ""
            return 100, f"E: Unable to locate package {name}"
        archive, target = Path(command[2]), Path(command[3])
        library = target / "usr/lib" / self.packages[archive.name.partition("_")[0]]
        library.parent.mkdir(parents=True, exist_ok=True)
        library.write_text("elf")
        return 0, ""


@pytest.fixture
def needed(tmp_path, monkeypatch):
    def libraries(apt, loads=lambda _: False):
        monkeypatch.setattr(mysql_binaries, "_loads", loads)
        monkeypatch.setattr(mysql_binaries, "_run", apt)
        return mysql_binaries.needed_libraries(tmp_path)

    return libraries


def test_a_system_that_has_all_needs_nothing(needed):
    assert needed(FakeApt({}), lambda _: True) is None


@pytest.mark.parametrize(
    "packages", [{"libaio1": "libaio.so.1.0.1"}, {"libaio1t64": "libaio.so.1t64.0.2", "libaio1": "wrong"}]
)
def test_the_library_is_put_under_the_name_that_the_server_asks_for(needed, packages):
    folder = needed(FakeApt(packages), lambda name: name != "libaio.so.1")
    assert [path.name for path in folder.iterdir()] == ["libaio.so.1"]


def test_lists_and_archives_lie_in_the_private_folder_and_nothing_is_fetched_again(needed, tmp_path):
    apt = FakeApt({"libaio1": "libaio.so.1.0.1", "libnuma1": "libnuma.so.1.0.0"})
    needed(apt)
    assert f"Dir::State={tmp_path / 'apt'}" in apt.ran[0]
    assert sum("update" in command for command in apt.ran) == 1
    apt.ran.clear()
    needed(apt)
    assert apt.ran == []


@pytest.mark.parametrize(("apt", "expected"), [
    *((apt, r"libaio\.so\.1.*Debian, Ubuntu: libaio1t64 or libaio1") for apt in (FakeApt({}), FakeApt({}, update=100))),
    (lambda command, _: (127, f"{command[0]} is not there"), "apt-get is not there.*Fedora, RHEL: libaio"),
], ids=["no such package", "no update", "no apt"])  # fmt: skip
def test_where_it_cannot_be_had_the_packages_are_named(needed, apt, expected):
    with pytest.raises(ConformanceError, match=expected):
        needed(apt)
