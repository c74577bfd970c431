"""Artifacts: the lab's, where the product's deployers look, and C-Apps, looked into within bounds."""

import io
import json
import re
import zipfile

import pytest

from conformance.__main__ import main
from conformance.events import artifacts
from conformance.node.home import artifacts as home_artifacts
from conformance.node.home.artifacts import definitions_in_app, receivers_in_app
from selftests.fake_node import FakeAccess
from selftests.good_homes import receiver

PATH = "repository/deployment/server/carbonapps/A.car"


def test_every_artifact_lies_in_its_deployers_folder_the_same_on_both_nodes(tmp_path):
    assert main(["artifacts", str(tmp_path)]) == 0
    root = tmp_path / artifacts.DEPLOYMENT
    assert sorted(str(path.relative_to(root)) for path in root.rglob("*.*")) == [
        "eventpublishers/LabLog.xml",
        "eventreceivers/LabHttp.xml",
        "eventreceivers/LabWire.xml",
        "eventsink/LABIN.xml",
        "eventsink/LABWIRE.xml",
        "eventstreams/LabIn_1.0.0.json",
        "eventstreams/LabOut_1.0.0.json",
        "eventstreams/LabWire_1.0.0.json",
        "executionplans/LabSum.siddhiql",
    ]
    for home in ("one", "two"):
        artifacts.write(tmp_path / home)
    one, two = (sorted((tmp_path / home).rglob("*.*")) for home in ("one", "two"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert main(["artifacts", str(tmp_path / "file")]) == 1
    assert "/repository/deployment/server/eventstreams: Not a directory - name a folder of" in capsys.readouterr().err


IN = [("id", "STRING"), ("seq", "INT"), ("value", "LONG")]
SWITCHES = "".join(f"<{one}>false</{one}>" for one in ("EnableIndexing", "IsPrimaryKey", "EnableScoreParam", "IsFacet"))
COLUMNS = "".join(
    f"<ColumnDefinition><Name>{name}</Name>{SWITCHES}<Type>{kind}</Type></ColumnDefinition>"
    for name, kind in (("id", "STRING"), ("seq", "INTEGER"), ("value", "LONG"))
)
QUIET = 'statistics="disable" trace="disable"'
RECEIVER = (
    f'<eventReceiver xmlns="http://wso2.org/carbon/eventreceiver" name="{{}}" {QUIET}><from eventAdapterType="{{}}">'
    '{}</from><mapping customMapping="disable" type="{}"/><to streamName="{}" version="1.0.0"/></eventReceiver>'
)
HTTP = '<property name="transports">all</property><property name="basicAuthEnabled">true</property>'
TWICE = '<property name="events.duplicated.in.cluster">{}</property>'


def stream(name, attributes):
    definition = {"name": name, "version": "1.0.0", "nickName": "", "description": "conformance lab"}
    return definition | {"payloadData": [{"name": one, "type": kind} for one, kind in attributes]}


def sink(name):
    return (
        f"<EventStoreConfiguration><TableSchema>{COLUMNS}</TableSchema><Source><StreamId>{name}:1.0.0</StreamId></Source>"
        "<MergeSchema>false</MergeSchema><RecordStoreName>EVENT_STORE</RecordStoreName></EventStoreConfiguration>"
    )


#: By file: what the product's deployers read, without the blanks between elements.
ARTIFACTS = {
    "LabIn_1.0.0.json": stream("LabIn", IN),
    "LabWire_1.0.0.json": stream("LabWire", IN),
    "LabOut_1.0.0.json": stream("LabOut", [*IN, ("total", "LONG"), ("events", "LONG")]),
    "LabHttp.xml": RECEIVER.format("LabHttp", "http", HTTP, "json", "LabIn"),
    "LabWire.xml": RECEIVER.format("LabWire", "wso2event", TWICE.format("false"), "wso2event", "LabWire"),
    "LabTwice.xml": RECEIVER.format("LabTwice", "wso2event", TWICE.format("true"), "wso2event", "LabIn"),
    "LabLog.xml": f'<eventPublisher xmlns="http://wso2.org/carbon/eventpublisher" name="LabLog" {QUIET}>'
    '<from streamName="LabOut" version="1.0.0"/><mapping customMapping="disable" type="json"/>'
    '<to eventAdapterType="logger"><property name="uniqueId">LabLog</property></to></eventPublisher>',
    "LABIN.xml": sink("LabIn"),
    "LABWIRE.xml": sink("LabWire"),
}


def test_each_artifact_is_what_its_deployer_reads():
    texts = {path.rpartition("/")[2]: text for path, text in artifacts.artifacts().items()}
    plan, twice = texts.pop("LabSum.siddhiql"), artifacts.receiver_path(artifacts.TWICE).rpartition("/")[2]
    texts[twice] = artifacts.duplicated_receiver()
    read = {
        name: json.loads(text) if name.endswith("json") else re.sub(r">\s+<", "><", text.strip())
        for name, text in texts.items()
    }
    assert read == ARTIFACTS
    assert (artifacts.TABLE, artifacts.WIRE_TABLE) == ("LABIN", "LABWIRE")
    assert "@Plan:trace('true')" in plan
    assert "from labIn#window.length(10)\nselect id, seq, value, sum(value) as total, count() as events\n" in plan


def app(**files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name if "." in name else f"{name}.xml", content)
    return data.getvalue()


def read_app(data):
    return definitions_in_app(FakeAccess("node1", {PATH: data}), PATH)


def test_only_files_that_may_define_a_receiver_are_kept_in_any_encoding():
    found = read_app(app(stream="<eventStream/>", one=receiver(), note="eventReceiver", **{"two.txt": receiver()}))
    assert found["problem"] == ""
    assert sorted(found["definitions"]) == ["note.xml", "one.xml"]
    assert [one.name for one in receivers_in_app("node1", PATH, found["definitions"])] == ["Sensors"]
    text = '<?xml version="1.0" encoding="ISO-8859-1"?>' + receiver(name="caf\xe9")
    (one,) = receivers_in_app("node1", PATH, read_app(app(one=text.encode("latin-1")))["definitions"])
    assert one.name == "café"


def test_a_large_definition_is_read_only_in_part(monkeypatch):
    monkeypatch.setattr(home_artifacts, "LARGEST_DEFINITION", 100)
    found = read_app(app(bomb=receiver() + " " * 10_000_000))["definitions"]
    assert len(found["bomb.xml"]) == 100
    assert receivers_in_app("node1", PATH, found) == []


@pytest.mark.parametrize(("limit", "value", "known", "problem"), [
    ("LARGEST_APP", 10, 0, "is larger than"),
    ("LARGEST_APP", 9000, 0, ""),
    ("MOST_FILES", 1, 0, "2 files"),
    ("MOST_FILES", 2, 2, ""),
])  # fmt: skip
def test_an_app_is_opened_and_its_files_are_distinguished_within_the_bounds(monkeypatch, limit, value, known, problem):
    monkeypatch.setattr(home_artifacts, limit, value)
    data = app(one=receiver(), two=" " * 9001)
    assert len(home_artifacts.digests_in_app(FakeAccess("node1", {PATH: data}), PATH)) == known
    found = read_app(data)
    assert bool(found["definitions"]) is (found["problem"] == "") is (problem == "")
    assert problem in found["problem"]


@pytest.mark.parametrize("data", [
    b"", b"PK", b"\x00" * 100, app(one=receiver())[:-30], app(one=receiver()).replace(b"PK\x03\x04", b"PK\x03\x05"),
])  # fmt: skip
def test_what_is_no_whole_zip_file_is_reported(data):
    assert read_app(data)["problem"].startswith("cannot be opened")


def test_an_encrypted_app_is_reported():
    data = bytearray(app(one=receiver()))
    data[6] |= 1  # flag of the local header
    data[data.index(b"PK\x01\x02") + 8] |= 1  # and of the directory
    assert "encrypted" in read_app(bytes(data))["problem"]
