import zipfile

import pytest

from conformance.errors import ConformanceError
from conformance.pack import vendor

CARBON = (
    "<Server xmlns='http://wso2.org/projects/carbon/carbon.xml'><ServerKey>{}</ServerKey><Version>{}</Version></Server>"
)


def pack(path, key="DAS", version="3.1.0", without=""):
    files = {mark: "" for mark in vendor._MARKS if mark != without and mark != "repository/components"}
    if "repository/conf/carbon.xml" in files:
        files["repository/conf/carbon.xml"] = CARBON.format(key, version)
    files["repository/components/plugins/org.wso2.carbon.core_4.4.9.jar"] = ""
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"wso2das-3.1.0/{name}", text)
    return path


def test_a_das_zip_is_accepted(tmp_path):
    assert vendor.check(pack(tmp_path / "das.zip")) == "wso2das-3.1.0"


@pytest.mark.parametrize(("key", "version"), [("DAS", "3.0.1"), ("ESB", "3.1.0")])
def test_another_product_or_version_is_told(tmp_path, key, version):
    with pytest.raises(ConformanceError, match=rf"is {key} {version}, not DAS 3\.1\.0"):
        vendor.check(pack(tmp_path / "das.zip", key, version))


def test_a_zip_that_is_no_das_home_names_what_is_missing(tmp_path):
    with pytest.raises(ConformanceError, match=r"no DAS home, bin/wso2server\.sh is missing"):
        vendor.check(pack(tmp_path / "das.zip", without="bin/wso2server.sh"))


def test_a_file_that_is_no_zip_is_told(tmp_path):
    (tmp_path / "das.zip").write_text("hello")

    with pytest.raises(ConformanceError, match="not a readable zip"):
        vendor.check(tmp_path / "das.zip")


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(ConformanceError, match="no such file"):
        vendor.check(tmp_path / "none.zip")


def test_malformed_carbon_xml_is_told_with_its_place():
    with pytest.raises(ConformanceError, match=r"z!carbon\.xml: "):
        vendor.server_identity(b"<Server><Version>", "z!carbon.xml")


def test_entities_in_carbon_xml_are_not_followed():
    text = b'<!DOCTYPE Server [<!ENTITY v SYSTEM "file:///etc/passwd">]><Server><Version>&v;</Version></Server>'

    assert vendor.server_identity(text, "x") == ("(no ServerKey)", "")
