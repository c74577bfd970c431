"""What is handed in as a home and is not one, or is hostile: one clear line each; and homes that are made of one."""

import os
import stat
import zipfile
from pathlib import Path

import pytest

from conformance.errors import ConformanceError
from conformance.pack import home
from conformance.pack.handed_home import open_home
from selftests.vendor_shaped import CARBON, SCRIPT, make, pack

HOME = ("das/repository/conf/carbon.xml", "")


def zip_of(*entries):
    """Makes a .zip of these names and contents."""

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
@pytest.mark.parametrize(
    ("name", "made", "told"),
    [
        ("none", lambda path: None, "no such file or folder"),
        ("empty", Path.mkdir, "no DAS home in it"),
        ("das.zip", text_file, "cannot be unpacked"),
        ("das.zip", damaged, "cannot be unpacked"),
        ("das.rar", text_file, r"neither a folder nor a \.zip"),
        ("pipe.zip", os.mkfifo, r"neither a folder nor a \.zip"),
        ("das.zip", zip_of(HOME, ("das2/repository/conf/carbon.xml", "")), r"2 DAS homes \(das, das2\), expected one"),
        ("das.zip", zip_of(HOME, (link("das/bin/x"), "/etc/passwd")), "holds the link das/bin/x"),
        ("das.zip", zip_of(HOME, HOME), "twice"),
    ],
)
def test_what_is_no_home_is_named_on_one_line(tmp_path, name, made, told):
    made(tmp_path / name)
    with pytest.raises(ConformanceError, match=told) as problem:
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

    assert list(handed.files("bin")) == [
        "bin/load-spark-env-vars.sh",
        "bin/org.wso2.carbon.bootstrap-4.4.9.jar",
        "bin/wso2server.sh",
    ]
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


@pytest.mark.parametrize(
    ("folder", "shared"),
    [("", True), ("patches", True), ("patches/patch0075", False), ("servicepacks/servicepack0001", False)],
)
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
