"""What somebody hands in as a home, and is none, or is hostile: one clear line each."""

from __future__ import annotations

import os
import stat
import zipfile

import pytest

from conformance.errors import ConformanceError
from conformance.pack.handed_home import open_home
from selftests.vendor_shaped import CARBON, SCRIPT, make, pack


def zipped(path, *entries):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


def link(name):
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def damaged(path):
    pack(path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    return path


def named_pipe(path):
    os.mkfifo(path)
    return path


def missing(path):
    return path


def empty_folder(path):
    path.mkdir()
    return path


def text_file(path):
    path.write_text("hello")
    return path


def two_homes(path):
    return zipped(path, ("das1/repository/conf/carbon.xml", ""), ("das2/repository/conf/carbon.xml", ""))


def with_a_link(path):
    return zipped(path, ("das/repository/conf/carbon.xml", ""), (link("das/repository/conf/x"), "/etc/passwd"))


def that_leads_out(path):
    return zipped(path, ("das/repository/conf/carbon.xml", ""), ("das/../../x", ""))


def absolute(path):
    return zipped(path, ("das/repository/conf/carbon.xml", ""), ("/etc/x", ""))


def with_a_drive(path):
    return zipped(path, ("das/repository/conf/carbon.xml", ""), ("C:\\x", ""))


def a_name_twice(path):
    with pytest.warns(UserWarning, match="Duplicate name"):
        return zipped(path, *[("das/repository/conf/carbon.xml", "")] * 2)


@pytest.mark.parametrize(
    ("name", "made", "told"),
    [
        ("none", missing, "no such file or folder"),
        ("empty", empty_folder, "no DAS home in it"),
        ("das.zip", text_file, "cannot be unpacked"),
        ("das.zip", damaged, "cannot be unpacked"),
        ("das.rar", text_file, r"neither a folder nor a \.zip"),
        ("pipe.zip", named_pipe, r"neither a folder nor a \.zip"),
        ("das.zip", two_homes, r"2 DAS homes \(das1, das2\), expected one"),
        ("das.zip", with_a_link, "holds the link das/repository/conf/x"),
        ("das.zip", that_leads_out, "which leads out of it"),
        ("das.zip", absolute, "holds the absolute name '/etc/x'"),
        ("das.zip", with_a_drive, "holds the absolute name"),
        ("das.zip", a_name_twice, "twice"),
    ],
)
def test_what_is_no_home_is_named_on_one_line(tmp_path, name, made, told):
    with pytest.raises(ConformanceError, match=told) as problem:
        open_home(made(tmp_path / name))

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
