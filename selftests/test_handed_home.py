"""What somebody hands in as a home, and is none, or is hostile: one clear line each."""

import os
import stat
import zipfile
from pathlib import Path

import pytest

from conformance.errors import ConformanceError
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
