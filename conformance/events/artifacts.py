"""The lab's event artifacts: HTTP and Thrift streams, their receivers and sinks, a plan and its publisher.

Element names and values are those that the product's deployers read (docs/product/event-receiver.md#artifacts; the
publisher's come from its jar).
"""

from collections.abc import Mapping
from pathlib import Path

from lxml import etree

from conformance.data_bridge.bundle import Stream
from conformance.node.home.input_adapters import DUPLICATED

INPUT_STREAM = "LabIn"
OUTPUT_STREAM = "LabOut"
VERSION = "1.0.0"
RECEIVER = "LabHttp"
#: A receiver whose clients send to both nodes. While it is deployed, a returning node does not get the active node's
#: state (docs/product/event-sync.md#duplicated-receivers), so `artifacts` omits it: it is deployed for one test only.
TWICE = "LabTwice"
#: Type of the adapter that takes wso2events from the data bridge. Of the types with that flag, only this is in DAS.
WSO2EVENT = "wso2event"
PLAN = "LabSum"
PUBLISHER = "LabLog"
#: The publisher's mark in the log, which the adapter writes whether or not the property is set.
UNIQUE_ID = PUBLISHER
#: The sink's table: the stream's name in upper case, as the record store hashes it.
TABLE = "LABIN"
#: The table of the stream for Thrift clients. No plan reads it, so these clients do not change a window.
WIRE_TABLE = "LABWIRE"
#: Events in the plan's window: the state that must survive a failover.
WINDOW = 10

#: Folder of hot-deployed artifacts below a home.
DEPLOYMENT = "repository/deployment/server"

_INPUT = {"id": "STRING", "seq": "INT", "value": "LONG"}
_OUTPUT = {**_INPUT, "total": "LONG", "events": "LONG"}
_WHAT = "conformance lab"
LAB_IN = Stream(INPUT_STREAM, VERSION, _INPUT, _WHAT)
LAB_OUT = Stream(OUTPUT_STREAM, VERSION, _OUTPUT, _WHAT)
#: The stream for Thrift clients; its receiver has the same name.
LAB_WIRE = Stream("LabWire", VERSION, _INPUT, _WHAT)

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
    """All artifacts, path below the home to text. They are the same on both nodes, so they contain no address."""
    streams = {f"{DEPLOYMENT}/eventstreams/{one.name}_{one.version}.json": one for one in (LAB_IN, LAB_OUT, LAB_WIRE)}
    return {
        **{path: stream.definition() for path, stream in streams.items()},
        receiver_path(RECEIVER): _receiver(
            RECEIVER, "http", "json", LAB_IN, {"transports": "all", "basicAuthEnabled": "true"}
        ),
        receiver_path(LAB_WIRE.name): _receiver(LAB_WIRE.name, WSO2EVENT, WSO2EVENT, LAB_WIRE, {DUPLICATED: "false"}),
        f"{DEPLOYMENT}/executionplans/{PLAN}.siddhiql": _PLAN,
        f"{DEPLOYMENT}/eventpublishers/{PUBLISHER}.xml": _publisher(),
        f"{DEPLOYMENT}/eventsink/{TABLE}.xml": _sink(LAB_IN),
        f"{DEPLOYMENT}/eventsink/{WIRE_TABLE}.xml": _sink(LAB_WIRE),
    }


def receiver_path(name: str) -> str:
    """Where a receiver is deployed, relative to the home."""
    return f"{DEPLOYMENT}/eventreceivers/{name}.xml"


def duplicated_receiver() -> str:
    """The receiver TWICE, which takes events for the plan's stream from the data bridge."""
    return _receiver(TWICE, WSO2EVENT, WSO2EVENT, LAB_IN, {DUPLICATED: "true"})


def write(home: Path) -> None:
    """Write the artifacts into a home. Both nodes get the same, as the page demands."""
    for path, text in artifacts().items():
        target = home / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def _receiver(name: str, adapter: str, mapping: str, stream: Stream, properties: Mapping[str, str]) -> str:
    root = _configuration("eventReceiver", name, "http://wso2.org/carbon/eventreceiver")
    source = _child(root, "from", eventAdapterType=adapter)
    for key, value in properties.items():
        _child(source, "property", name=key).text = value
    _child(root, "mapping", customMapping="disable", type=mapping)
    _child(root, "to", streamName=stream.name, version=stream.version)
    return _text(root)


def _publisher() -> str:
    root = _configuration("eventPublisher", PUBLISHER, "http://wso2.org/carbon/eventpublisher")
    _child(root, "from", streamName=OUTPUT_STREAM, version=VERSION)
    _child(root, "mapping", customMapping="disable", type="json")
    target = _child(root, "to", eventAdapterType="logger")
    _child(target, "property", name="uniqueId").text = UNIQUE_ID
    return _text(root)


def _sink(stream: Stream) -> str:
    root = etree.Element("EventStoreConfiguration")
    schema = etree.SubElement(root, "TableSchema")
    for name, kind in stream.attributes.items():
        column = etree.SubElement(schema, "ColumnDefinition")
        etree.SubElement(column, "Name").text = name
        for switch in ("EnableIndexing", "IsPrimaryKey", "EnableScoreParam", "IsFacet"):
            etree.SubElement(column, switch).text = "false"
        etree.SubElement(column, "Type").text = "INTEGER" if kind == "INT" else kind
    source = etree.SubElement(root, "Source")
    etree.SubElement(source, "StreamId").text = stream.id
    etree.SubElement(root, "MergeSchema").text = "false"
    etree.SubElement(root, "RecordStoreName").text = "EVENT_STORE"
    return _text(root)


def _configuration(element: str, name: str, namespace: str) -> etree._Element:
    # Statistics need the metrics service of the vendor's pack; the execution plan does the tracing.
    return etree.fromstring(f'<{element} xmlns="{namespace}" name="{name}" statistics="disable" trace="disable"/>')


def _child(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{etree.QName(parent).namespace}}}{tag}", attributes)


def _text(root: etree._Element) -> str:
    return etree.tostring(root, pretty_print=True, encoding="unicode")
