"""What is handed in: folders that are no homes, hostile files, and files that were left out; one clear line each."""

import os
import stat
import zipfile
from pathlib import Path
from unittest.mock import Mock

import pytest

from conformance.deployment.interface import NotCollected
from conformance.errors import ConformanceError
from conformance.files import handed_file
from conformance.judgement.requirement import NotAssessed
from conformance.node.home import memory
from conformance.node.home.shared_databases import Role
from conformance.pack import home
from conformance.pack.handed_home import open_home
from selftests import suite_runner
from selftests.home_paths import CARBON, MASTER, REGISTRY, SCRIPT, SPARK, USERS
from selftests.page_home import LOCAL_URL, PAGE, SERVER, PageCluster, datasource, datasources
from selftests.vendor_shaped import make, pack
from suites import test_datasources, test_hosts, test_registry_mount, test_user_store

HOME = ("das/repository/conf/carbon.xml", "")
STOCK = datasource("WSO2_CARBON_DB", LOCAL_URL, "jdbc/WSO2CarbonDB", "org.h2.Driver")


def zip_of(*entries):
    def make_zip(path):
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in entries:
                archive.writestr(name, content)

    return make_zip


def link(name):
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def damaged(path):
    pack(path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def text_file(path):
    path.write_text("hello")


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(("name", "made", "expected"), [
    ("none", lambda path: None, "no such file or folder"),
    ("empty", Path.mkdir, "no DAS home in it"),
    ("das.zip", text_file, "cannot be unpacked"),
    ("das.zip", damaged, "cannot be unpacked"),
    ("das.rar", text_file, r"neither a folder nor a \.zip"),
    ("pipe.zip", os.mkfifo, r"neither a folder nor a \.zip"),
    ("das.zip", zip_of(HOME, ("das2/repository/conf/carbon.xml", "")), r"2 DAS homes \(das, das2\), expected one"),
    ("das.zip", zip_of(HOME, (link("das/bin/x"), "/etc/passwd")), "holds the link das/bin/x"),
    ("das.zip", zip_of(HOME, HOME), "twice"),
])  # fmt: skip
def test_what_is_no_home_is_named_on_one_line(tmp_path, name, made, expected):
    made(tmp_path / name)
    with pytest.raises(ConformanceError, match=expected) as problem:
        open_home(tmp_path / name)
    assert str(tmp_path / name) in str(problem.value)
    assert "\n" not in str(problem.value)
    assert problem.value.remedy


def test_a_file_that_leads_out_of_a_folder_is_named(tmp_path):
    home = make(tmp_path / "home")
    (home / SCRIPT).unlink()
    (home / SCRIPT).symlink_to("/etc/passwd")
    handed = open_home(home)
    assert not handed.holds(SCRIPT)
    with pytest.raises(ConformanceError, match=r"home/bin/wso2server\.sh: cannot be read \(leads out of"):
        handed.read(SCRIPT)


def test_a_pipe_in_a_folder_is_refused_and_not_waited_for(tmp_path):
    home = make(tmp_path / "home")
    os.mkfifo(home / "bin/pipe.sh")
    with pytest.raises(ConformanceError, match=r"bin/pipe\.sh: cannot be read \(is no regular file\)"):
        open_home(home).copy("bin/pipe.sh", tmp_path / "copy")


def test_files_are_listed_in_order_and_a_missing_folder_holds_none(tmp_path):
    handed = open_home(pack(tmp_path / "das.zip"))
    jar = "bin/org.wso2.carbon.bootstrap-4.4.9.jar"
    assert list(handed.files("bin")) == ["bin/load-spark-env-vars.sh", jar, "bin/wso2server.sh"]
    assert list(handed.files("samples")) == []
    assert handed.where.endswith("das.zip/wso2das-3.1.0")
    assert b"<ServerKey>DAS" in handed.read(CARBON)


@pytest.fixture
def template(tmp_path):
    for name in ("dropins/a.jar", "conf/carbon.xml"):
        path = tmp_path / "template" / name
        path.parent.mkdir(parents=True)
        path.write_text("stock")
    return tmp_path / "template"


@pytest.mark.parametrize(("folder", "shared"), [
    ("", True), ("patches", True), ("patches/patch0075", False), ("servicepacks/servicepack0001", False),
])  # fmt: skip
def test_jars_are_shared_where_there_are_no_patches_and_everything_else_is_a_copy(template, tmp_path, folder, shared):
    (template / "repository/components" / folder).mkdir(parents=True)
    made = home.make(template, tmp_path / "node1")
    assert (made / "dropins/a.jar").samefile(template / "dropins/a.jar") is shared
    assert not (made / "conf/carbon.xml").samefile(template / "conf/carbon.xml")


def test_editing_a_home_leaves_the_template_alone_and_no_home_is_made_over_another(template, tmp_path):
    made = home.make(template, tmp_path / "node1")
    (made / "conf/carbon.xml").write_text("edited")
    assert (template / "conf/carbon.xml").read_text() == "stock"
    with pytest.raises(ConformanceError, match="node1"):
        home.make(template, tmp_path / "node1")


@pytest.mark.parametrize("text", [
    "a = ", "a = " + "[" * 500, ".".join("a" * 1500) + " = 1", "a = " + "9" * 5000, "a = {b = " * 500, "\x00", "\ud800",
])  # fmt: skip
def test_what_is_no_toml_is_one_short_line(text):
    problem = r"^x\.toml is not (?:TOML|text in UTF-8 \(byte 1\) - save it as)"
    with pytest.raises(ConformanceError, match=problem) as refused:
        handed_file.toml(text.encode("utf-8", "surrogatepass"), "x.toml", "correct it")
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 300


def test_a_byte_order_mark_is_taken():
    assert handed_file.toml(b"\xef\xbb\xbfa = 1", "x.toml", "") == {"a": 1}


def test_pipes_devices_and_large_files_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(b"x" * 1024 * 1024)
    assert len(handed_file.read(tmp_path / "large")) == 1024 * 1024
    with (tmp_path / "large").open("ab") as file:
        file.write(b"x")
    problems = {"large": "is larger than 1024 KiB", "": "Is a directory", "none": "No such file"}
    problems["a\0b"] = "embedded null byte"
    for name in ("pipe", "large", "", "none", "a\0b", "/dev/zero"):
        with pytest.raises(OSError, match=problems.get(name, "is no regular file")):
            handed_file.read(tmp_path / name)


@pytest.mark.parametrize("text", ["a\nb", "\x1b[31mred", "\u202eabc", "x" * 100_000, "\ud800"])
def test_what_a_message_repeats_is_printable_and_short(text):
    shown = handed_file.shown(text)
    assert shown.isprintable()
    assert len(shown) < 200


def handed_in(*paths, **changed):
    """A cluster of which only these files are known; `changed` gives some of them another content on both nodes."""
    cluster = PageCluster()
    for access in cluster.accesses:
        access.partial = True
        access.files = {path: access.files[path] for path in paths} | changed
    return cluster.view


@pytest.mark.parametrize(("path", "text", "found", "known"), [
    (SCRIPT, b'JVM_MEM_OPTS="-Xmx1024m"\n', "node1 bin/wso2server.sh:1 -Xmx1024m: found '1024m', expected at least "
     "4096 MiB\n", "spark.executor.memory not known"),
    (SPARK, b"spark.executor.memory 1g\nspark.worker.memory 2g\n", "found '1g', expected at least 2048 MiB",
     "configured: Carbon -Xmx not known"),
])  # fmt: skip
def test_a_start_script_or_spark_settings_alone_show_what_is_small(path, text, found, known):
    view = handed_in(path, **{path: text})
    message = suite_runner.failing(test_hosts, view, recommended=memory.PAGE)["PRE-01"][0]
    assert found in message
    assert known in message


def test_a_datasource_file_alone_shows_that_nothing_in_it_is_shared():
    failures = suite_runner.failing(test_datasources, handed_in(**{MASTER: datasources(STOCK).encode()}))
    assert set(failures) == {"DS-01", "DS-02"}
    assert "found 'WSO2_CARBON_DB', expected WSO2UM_DB with JNDI name jdbc/WSO2UM_DB" in failures["DS-01"][0]
    assert len(failures["DS-01"]) == 2


def test_a_driver_is_not_missed_where_the_folder_of_libraries_was_not_handed_in(monkeypatch):
    node = handed_in(MASTER).first
    monkeypatch.setattr(node.access, "listing", Mock(side_effect=[NotCollected("lib"), []]))
    with pytest.raises(NotAssessed):
        node.lacks_driver("com.mysql.jdbc.Driver")


def test_users_on_the_nodes_own_database_are_known_by_its_stock_name():
    users = PAGE[USERS].replace("jdbc/WSO2UM_DB", "jdbc/WSO2CarbonDB")
    view = handed_in(**{MASTER: datasources(STOCK).encode(), USERS: users.encode()})
    assert [node.shared.astray(Role.USERS) for node in view.nodes] == [True, True]


def test_what_only_the_absent_file_could_show_is_left_open_and_the_pages_names_are_judged_without_it():
    other = datasource("USERS", f"{SERVER}/userdb", "jdbc/Users")
    view = handed_in(**{MASTER: datasources(STOCK, other).encode()})
    assert suite_runner.failing(test_datasources, view) == {}
    reasons = suite_runner.left_open(test_datasources, view)["DS-01"]
    assert "node1 repository/conf/user-mgt.xml does not say here" in reasons[0]
    view = handed_in(MASTER)
    assert suite_runner.failing(test_datasources, view) == {}
    assert {"DS-01", "DS-02"} & set(suite_runner.left_open(test_datasources, view)) == set()


@pytest.mark.parametrize(("suite", "path"), [(test_user_store, USERS), (test_registry_mount, REGISTRY)])
def test_a_requirement_on_the_absent_file_itself_is_left_open(suite, path):
    reasons = suite_runner.left_open(suite, handed_in(MASTER))
    assert reasons
    assert all(f"{path}: is not among the files handed in" in texts[0] for texts in reasons.values())
