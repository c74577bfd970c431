"""C-Apps are looked into within bounds, whatever they hold."""

import io
import zipfile

import pytest

from conformance.node.home import carbon_app
from conformance.node.home.carbon_app import looked_into, receivers
from selftests.fake_node import FakeAccess
from selftests.good_homes import receiver

PATH = "repository/deployment/server/carbonapps/A.car"


def app(**files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.xml", content)
    return data.getvalue()


def told(data):
    return looked_into(FakeAccess("node1", {PATH: data}), PATH)


def test_only_files_that_may_define_a_receiver_are_kept_in_any_encoding():
    found = told(app(stream="<eventStream/>", one=receiver(), note="eventReceiver"))

    assert found["problem"] == ""
    assert sorted(found["definitions"]) == ["note.xml", "one.xml"]
    assert [one.name for one in receivers("node1", PATH, found["definitions"])] == ["Sensors"]
    text = '<?xml version="1.0" encoding="ISO-8859-1"?>' + receiver(name="caf\xe9")

    (one,) = receivers("node1", PATH, told(app(one=text.encode("latin-1")))["definitions"])
    assert one.name == "café"


def test_a_large_definition_is_read_only_in_part(monkeypatch):
    monkeypatch.setattr(carbon_app, "LARGEST_DEFINITION", 100)

    found = told(app(bomb=receiver() + " " * 10_000_000))["definitions"]
    assert len(found["bomb.xml"]) == 100
    assert receivers("node1", PATH, found) == []


@pytest.mark.parametrize(
    ("limit", "value", "problem"), [("LARGEST_APP", 10, "is larger than"), ("MOST_FILES", 1, "2 files")]
)
def test_an_app_beyond_the_bounds_is_not_opened(monkeypatch, limit, value, problem):
    monkeypatch.setattr(carbon_app, limit, value)

    found = told(app(one=receiver(), two=receiver()))
    assert found["definitions"] == {}
    assert problem in found["problem"]


@pytest.mark.parametrize(
    "data",
    [b"", b"PK", b"\x00" * 100, app(one=receiver())[:-30], app(one=receiver()).replace(b"PK\x03\x04", b"PK\x03\x05")],
)
def test_what_is_no_whole_zip_file_is_told(data):
    assert told(data)["problem"].startswith("cannot be opened")


def test_an_encrypted_app_is_told():
    data = bytearray(app(one=receiver()))
    data[6] |= 1  # flag of the local header
    data[data.index(b"PK\x01\x02") + 8] |= 1  # and of the directory

    assert "encrypted" in told(bytes(data))["problem"]
