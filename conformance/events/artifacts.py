"""The lab's event artifacts: one stream in, a stateful plan, one stream out, a receiver, a publisher and a sink.

Element names and values as the product's deployers read them (docs/product/event-receiver.md#artifacts; the
publisher's from its jar).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from lxml import etree

from conformance.cluster import ClusterSpec
from conformance.node.home.input_adapters import DUPLICATED

INPUT_STREAM = "LabIn"
OUTPUT_STREAM = "LabOut"
VERSION = "1.0.0"
RECEIVER = "LabHttp"
#: A receiver whose client sends to both nodes. A deployed one keeps a returning node from the active's state
#: (docs/product/event-sync.md#duplicated-receivers), so it is none of `artifacts`: it is there only while it is judged.
TWICE = "LabHttpTwice"
PLAN = "LabSum"
PUBLISHER = "LabLog"
#: The logger publisher's mark in the log: what the adapter writes with and without that property.
UNIQUE_ID = PUBLISHER
#: The sink's table: the stream's name in upper case, as the record store hashes it.
TABLE = "LABIN"
#: Events in the plan's window: the state that a failover must carry over.
WINDOW = 10

#: Folder of hot-deployed artifacts below a home.
DEPLOYMENT = "repository/deployment/server"

_INPUT = {"id": "STRING", "seq": "INT", "value": "LONG"}
_OUTPUT = {**_INPUT, "total": "LONG", "events": "LONG"}

_PLAN = f"""@Plan:name('{PLAN}')
@Plan:description('Sum and count over the last {WINDOW} events: state that must survive a failover')
@Plan:trace('true')
@Plan:statistics('false')

@Import('{INPUT_STREAM}:{VERSION}')
define stream labIn (id string, seq int, value long);

@Export('{OUTPUT_STREAM}:{VERSION}')
define stream labOut (id string, seq int, value long, total long, events long);

@info(name = 'lastEvents')
from labIn#window.length({WINDOW})
select id, seq, value, sum(value) as total, count() as events
insert into labOut;
"""


def artifacts() -> dict[str, str]:
    """Every artifact: path below the home to text; the same on both nodes, so that no address is in it."""
    return {
        f"{DEPLOYMENT}/eventstreams/{INPUT_STREAM}_{VERSION}.json": _stream(INPUT_STREAM, _INPUT),
        f"{DEPLOYMENT}/eventstreams/{OUTPUT_STREAM}_{VERSION}.json": _stream(OUTPUT_STREAM, _OUTPUT),
        receiver_path(RECEIVER): _receiver(RECEIVER, "http"),
        f"{DEPLOYMENT}/executionplans/{PLAN}.siddhiql": _PLAN,
        f"{DEPLOYMENT}/eventpublishers/{PUBLISHER}.xml": _publisher(),
        f"{DEPLOYMENT}/eventsink/{TABLE}.xml": _sink(),
    }


def receiver_path(name: str) -> str:
    """Where a receiver is deployed, relative to the home."""
    return f"{DEPLOYMENT}/eventreceivers/{name}.xml"


def duplicated_receiver() -> str:
    """The receiver TWICE, of the lab's own adapter type: the product's http type does not take the flag."""
    return _receiver(TWICE, "lab-http-duplicated", {DUPLICATED: "true"})


def write(home: Path, cluster: ClusterSpec) -> None:
    """Put the artifacts into a home. Both nodes of `cluster` get the same, as the page demands of artifacts."""
    assert len(cluster.nodes) == 2, "the artifacts must be written into both homes alike"
    for path, text in artifacts().items():
        target = home / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def _stream(name: str, attributes: Mapping[str, str]) -> str:
    definition = {
        "name": name,
        "version": VERSION,
        "nickName": "",
        "description": "conformance lab",
        "payloadData": [{"name": attribute, "type": kind} for attribute, kind in attributes.items()],
    }
    return json.dumps(definition, indent=2) + "\n"


def _receiver(name: str, adapter: str, more: Mapping[str, str] = MappingProxyType({})) -> str:
    root = _configuration("eventReceiver", name, "http://wso2.org/carbon/eventreceiver")
    source = _child(root, "from", eventAdapterType=adapter)
    for key, value in {"transports": "all", "basicAuthEnabled": "true", **more}.items():
        _child(source, "property", name=key).text = value
    _child(root, "mapping", customMapping="disable", type="json")
    _child(root, "to", streamName=INPUT_STREAM, version=VERSION)
    return _text(root)


def _publisher() -> str:
    root = _configuration("eventPublisher", PUBLISHER, "http://wso2.org/carbon/eventpublisher")
    _child(root, "from", streamName=OUTPUT_STREAM, version=VERSION)
    _child(root, "mapping", customMapping="disable", type="json")
    target = _child(root, "to", eventAdapterType="logger")
    _child(target, "property", name="uniqueId").text = UNIQUE_ID
    return _text(root)


def _sink() -> str:
    root = etree.Element("EventStoreConfiguration")
    schema = etree.SubElement(root, "TableSchema")
    for name, kind in _INPUT.items():
        column = etree.SubElement(schema, "ColumnDefinition")
        etree.SubElement(column, "Name").text = name
        for switch in ("EnableIndexing", "IsPrimaryKey", "EnableScoreParam", "IsFacet"):
            etree.SubElement(column, switch).text = "false"
        etree.SubElement(column, "Type").text = "INTEGER" if kind == "INT" else kind
    source = etree.SubElement(root, "Source")
    etree.SubElement(source, "StreamId").text = f"{INPUT_STREAM}:{VERSION}"
    etree.SubElement(root, "MergeSchema").text = "false"
    etree.SubElement(root, "RecordStoreName").text = "EVENT_STORE"
    return _text(root)


def _configuration(element: str, name: str, namespace: str) -> etree._Element:
    # Statistics need the metrics service of the vendor's pack; tracing is the execution plan's.
    return etree.fromstring(f'<{element} xmlns="{namespace}" name="{name}" statistics="disable" trace="disable"/>')


def _child(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{etree.QName(parent).namespace}}}{tag}", attributes)


def _text(root: etree._Element) -> str:
    return etree.tostring(root, pretty_print=True, encoding="unicode")
