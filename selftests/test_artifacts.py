"""The lab's artifacts: files where the product's deployers look, all naming the same streams."""

import json

from lxml import etree

from conformance.events import artifacts
from selftests.test_console import CLUSTER


def test_every_artifact_lies_in_its_deployers_folder_the_same_on_both_nodes(tmp_path):
    artifacts.write(tmp_path, CLUSTER)
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
        artifacts.write(tmp_path / home, CLUSTER)
    one, two = (sorted((tmp_path / home).rglob("*.*")) for home in ("one", "two"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_receiver_and_publisher_name_existing_streams_and_the_plan_is_traced():
    texts = artifacts.artifacts()
    streams = {json.loads(text)["name"] for path, text in texts.items() if path.endswith(".json")}
    named = {
        texts[f"repository/deployment/server/{path}"]
        for path in ("eventreceivers/LabHttp.xml", "eventreceivers/LabWire.xml", "eventpublishers/LabLog.xml")
    }
    found = {etree.fromstring(text).xpath("string(//@streamName)") for text in named}
    assert found == streams
    plan = artifacts.artifacts()["repository/deployment/server/executionplans/LabSum.siddhiql"]
    assert "@Plan:trace('true')" in plan
    assert f"#window.length({artifacts.WINDOW})" in plan


def test_a_sink_has_its_streams_table_and_each_attribute_in_the_stores_type():
    sink = etree.fromstring(artifacts.artifacts()["repository/deployment/server/eventsink/LABIN.xml"])
    assert sink.findtext("Source/StreamId").partition(":")[0].replace(".", "_").upper() == artifacts.TABLE
    columns = {one.findtext("Name"): one.findtext("Type") for one in sink.iterfind(".//ColumnDefinition")}
    assert columns == {"id": "STRING", "seq": "INTEGER", "value": "LONG"}
    assert {one.text for one in sink.iter("EnableIndexing", "IsPrimaryKey", "EnableScoreParam", "IsFacet")} == {"false"}
    assert (sink.findtext("RecordStoreName"), sink.findtext("MergeSchema")) == ("EVENT_STORE", "false")
