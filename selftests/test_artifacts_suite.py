"""Each artifact requirement passes on healthy deployments and fails on its smallest breakage, and only it."""

import io
import json
import re
import zipfile

import pytest

from conformance.errors import EvidenceError
from selftests.good_homes import RECEIVER, SERVER, STREAM, receiver
from selftests.home_paths import CARBON
from selftests.suite_runner import failing, left_open
from suites import test_artifacts as suite

READ = "the name 'events.duplicated.in.cluster'"
APP = f"{SERVER}/carbonapps/Sensors_1.0.0.car"
ON = ("<Enabled>false", "<Enabled>true")
URL = "http://svn.example.com/das/"
COMMITS = ("<AutoCommit>false", "<AutoCommit>true")


def car(files, *, name="Sensors_1.0.0/Receiver.xml"):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(zipfile.ZipInfo("artifacts.xml"), "<artifacts/>")
        for number, content in enumerate(files):
            archive.writestr(zipfile.ZipInfo(f"{number}/{name}"), content)
    return data.getvalue()


def deployed(homes, files, second=None):
    homes.write("node1", files).write("node2", files if second is None else second)
    return homes.cluster()


def test_the_same_artifacts_on_both_nodes_pass(homes):
    cluster = homes.cluster()
    assert failing(suite, cluster) == {}
    assert left_open(suite, cluster) == {"DEP-01": [
        "the deployment synchronizer over svn is off on both nodes", "no C-App is deployed on either node"
    ]}  # fmt: skip


def again(data, **changed):
    """The same C-App packed again, on another day and in another order, some of it `changed`."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("0/", "")
        for name in reversed(old.namelist()):
            new.writestr(zipfile.ZipInfo(name, (2026, 11, 2, 3, 4, 6)), changed.get(name, old.read(name)))
    return packed.getvalue()


SENSORS = car([receiver()])


def test_a_c_app_that_was_packed_again_is_the_same_beside_files_that_are_none(homes):
    beside = {f"{SERVER}/carbonapps/.svn": "", f"{APP}.bak": ""}
    assert failing(suite, deployed(homes, {APP: SENSORS}, {APP: SENSORS, **beside})) == {}
    assert failing(suite, deployed(homes, {APP: SENSORS}, {APP: again(SENSORS), **beside})) == {}


@pytest.mark.parametrize(("first", "second"), [
    (SENSORS, again(SENSORS, **{"artifacts.xml": "<other/>"})),
    (SENSORS, b"no zip"),
    (SENSORS, b""),
    (b"no zip", b"no zip "),
    (b"PK\x05\x06", b"PK\x05\x06 "),
], ids=["other", "no zip", "empty", "neither is a zip", "neither can be opened"])  # fmt: skip
def test_another_c_app_fails(homes, first, second):
    messages = failing(suite, deployed(homes, {APP: first}, {APP: second}))
    assert messages["DEP-01"][0].startswith(f"{APP}: differs between node1 and node2")


@pytest.mark.parametrize(("path", "expected"), [
    (f"{SERVER}/eventpublishers/Log.xml", "node1 .*Log.xml: is not on node2"),
    (f"{SERVER}/eventsink/SENSORS.xml", "SENSORS.xml: is not on node2"),
    ("repository/tenants/5/eventstreams/Own_1.0.0.json", "tenants/5/.*is not on node2"),
])  # fmt: skip
def test_an_artifact_on_one_node_only_fails(homes, path, expected):
    homes.write("node1", {path: "{}"})
    (homes.home("node2") / path).unlink(missing_ok=True)
    messages = failing(suite, homes.cluster())
    assert set(messages) == {"DEP-02"}
    assert re.search(expected, messages["DEP-02"][0])


@pytest.mark.parametrize(("path", "text"), [
    (STREAM, '{"name": "Other"}'), (RECEIVER, receiver(adapter="kafka")), (STREAM, "{"), (STREAM, "[" * 100_000),
])  # fmt: skip
def test_an_artifact_that_says_something_else_fails(homes, path, text):
    messages = failing(suite, homes.write("node2", {path: text}).cluster())
    assert set(messages) == {"DEP-02"}
    assert f"{path}: differs between node1 and node2" in messages["DEP-02"][0]


@pytest.mark.parametrize(("path", "change"), [
    (STREAM, lambda text: json.dumps(dict(reversed(json.loads(text).items())), indent=4) + "\r\n"),
    (RECEIVER,
     lambda text: text.replace('name="Sensors" statistics="disable"', "statistics='disable'\n name='Sensors'")),
    (RECEIVER, lambda text: f"<!-- ours -->{text}<!-- too --><?and this?>"),
    (RECEIVER, lambda text: "\ufeff" + text.replace("<from", "<?no?><!-- ours -->\n <from").replace("\n", "\r\n")),
    (RECEIVER, lambda text: f'<?xml version="1.0" encoding="ISO-8859-1"?>\n{text}'),
])  # fmt: skip
def test_the_same_artifact_in_another_form_passes(homes, path, change):
    text = (homes.home("node1") / path).read_text()
    assert failing(suite, homes.write("node2", {path: change(text)}).cluster()) == {}


def test_an_artifact_that_is_no_xml_is_compared_as_it_is_and_an_error_where_it_must_be_read(homes):
    sink = f"{SERVER}/eventsink/SENSORS.xml"
    assert set(failing(suite, deployed(homes, {sink: "<a"}, {sink: "<b"}))) == {"DEP-02"}
    with pytest.raises(EvidenceError, match=r"node1 .*Sensors\.xml:1: is not well-formed XML"):
        failing(suite, deployed(homes, {RECEIVER: "<a"}))


def test_without_any_artifact_there_is_nothing_to_judge(homes):
    homes.both(lambda name: [(homes.home(name) / path).unlink() for path in (STREAM, RECEIVER)])
    cluster = homes.cluster()
    assert failing(suite, cluster) == {}
    assert set(left_open(suite, cluster)) == {"DEP-01", "DEP-02", "EP-10"}


def named(name, value="true", adapter="wso2event", **more):
    return receiver(adapter=adapter, duplicated=value, **more).replace("events.duplicated.in.cluster", name)


@pytest.mark.parametrize(("text", "expected"), [
    *(
        (receiver(adapter=name, duplicated="true"), f"found 'true', but adapter '{name}' .*always forwards")
        for name in ("http", "soap", "email", "websocket-local")
    ),
    (receiver(adapter="file-tail", duplicated="true"), "but adapter 'file-tail' .*input-event-adapters.xml only"),
    (receiver(adapter="mqtt", duplicated="false"), "found 'false', but adapter 'mqtt' .*never forwards"),
    (receiver(adapter="jms", duplicated="true", destination="queue"), "but adapter 'jms' .*always forwards"),
    (receiver(adapter="jms", duplicated="false", destination="topic"), "but adapter 'jms' .*never forwards"),
    *(
        (named(name), rf"\[@name='{name}'\]: found 'true', expected {READ}.* forwards events: a client that sends")
        for name in (
            "event.duplicated.in.cluster", "events.duplicate.in.cluster", "events.duplicated.in.cluster ",
            "Events.Duplicated.In.Cluster", "eventsDuplicatedInCluster", "events.dupilcated.in.cluster",
            "events.duplicated.in.clsuter", "sending.events.duplicated.in.cluster",
        )
    ),
    (receiver(adapter="jms", destination="topic").replace("DestinationType", "destinationType"),
     "expected the name 'transport.jms.DestinationType': adapter 'jms' reads no property of this"),
])  # fmt: skip
def test_a_mark_without_effect_fails_alone(homes, text, expected):
    messages = failing(suite, deployed(homes, {RECEIVER: text}))
    assert set(messages) == {"EP-10"}
    assert re.search(rf"node1 .*Sensors.xml:2 /eventReceiver.*{expected}", messages["EP-10"][0])


@pytest.mark.parametrize("text", [
    *(receiver(adapter=name, duplicated="true") for name in ("wso2event", "kafka", "websocket", "mqtt")),
    *(receiver(adapter="http", **mark) for mark in ({}, {"duplicated": "false"})),
    receiver(adapter="jms", duplicated="true", destination="Topic"),
    receiver(duplicated="TRUE"),
    receiver(adapter="our-own", duplicated="false"),
    # Nothing is lost by these names.
    named("receiving.events.duplicated.in.cluster", "false"),
    named("receiving.events.duplicated.in.cluster", adapter="mqtt"),
    named("is.blocking"),
    named("events.in.cluster"),
    named("transport.jms.destinationType", "topic", "wso2event"),
    named("x" * 100_000),
    receiver(duplicated="true")
    .replace("</from>", '<property name="event.duplicated.in.cluster">true</property></from>'),
], ids=range(16))  # fmt: skip
def test_a_mark_that_says_what_the_adapter_does_passes(homes, text):
    cluster = deployed(homes, {RECEIVER: text})
    assert failing(suite, cluster) == {}
    assert "EP-10" not in left_open(suite, cluster)


@pytest.mark.parametrize("name", ["events.duplicated.in.cluster", "event.duplicated.in.cluster"])
def test_a_mark_on_an_adapter_that_no_one_knows_is_not_assessed(homes, name):
    cluster = deployed(homes, {RECEIVER: named(name, adapter="our-own")})
    assert failing(suite, cluster) == {}
    assert "adapter type 'our-own' is not an adapter of the product" in left_open(suite, cluster)["EP-10"][0]


@pytest.mark.parametrize(("first", "second", "broken"), [
    (receiver(duplicated="true"), receiver(duplicated="false"), {"DEP-02", "EP-10"}),
    (receiver(), receiver(duplicated="true"), {"DEP-02", "EP-10"}),
    (receiver(duplicated="true"), receiver(duplicated="TRUE"), {"DEP-02"}),
    (receiver(), receiver(duplicated="false"), {"DEP-02"}),
    (receiver("One", duplicated="true"), receiver("Two"), {"DEP-02"}),
])  # fmt: skip
def test_receivers_that_both_nodes_have_state_the_same(homes, first, second, broken):
    messages = failing(suite, deployed(homes, {RECEIVER: first}, {RECEIVER: second}))
    assert set(messages) == broken
    assert all("node2" in one and "expected that of node1" in one for one in messages.get("EP-10", ()))


def test_receivers_of_c_apps_are_judged_too(homes):
    messages = failing(suite, deployed(homes, {APP: car([receiver("InApp", "http", duplicated="true")])}))
    assert set(messages) == {"EP-10"}
    assert f"node1 {APP}!0/Sensors_1.0.0/Receiver.xml:2" in messages["EP-10"][0]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no zip", car([receiver(adapter="http")])[:-60]])
def test_a_c_app_that_cannot_be_opened_is_reported(homes, data):
    cluster = deployed(homes, {APP: data})
    assert failing(suite, cluster) == {}
    assert f"node1 {APP}: cannot be opened" in left_open(suite, cluster)["EP-10"][0]


@pytest.mark.parametrize(
    "text", ["<eventReceiver", "<!DOCTYPE a [<!ENTITY e 'eventReceiver'>]><a>&e;</a>", "eventReceiver\xff"]
)
def test_what_is_no_receiver_in_a_c_app_is_passed_over(homes, text):
    assert failing(suite, deployed(homes, {APP: car([text.encode("latin-1")])})) == {}


@pytest.mark.parametrize(("first", "second"), [
    ([COMMITS], [("das/<", "das<")]), ([], [COMMITS, ("Checkout>true", "Checkout>false")]),
], ids=["one repository", "who commits need not check out"])  # fmt: skip
def test_a_synchronizer_on_both_nodes_passes_whatever_c_apps_they_hold(homes, first, second):
    homes.change("node1", CARBON, ON, *first).change("node2", CARBON, ON, *second)
    assert failing(suite, homes.write("node1", {APP: car([])}).cluster()) == {}


@pytest.mark.parametrize(("first", "second", "expected"), [
    ([ON, COMMITS], [ON, ("svn</", "registry</")], "node2 .*RepositoryType: found 'registry'"),
    ([ON, COMMITS], [ON, COMMITS], "one node of the two commits"),
    ([ON], [ON], "one node of the two commits"),
    ([ON, COMMITS], [], "node2 .*Enabled: found 'false', expected the synchronizer over svn on"),
    ([ON, COMMITS], [ON, (URL, "http://b/")], "node2 .*SvnUrl: found 'http://b', expected that of .*/das'"),
    ([ON, COMMITS, (URL, "")], [ON, (URL, " ")], "node2 .*SvnUrl: found '', expected that of"),
    ([ON, ("Checkout>true", "Checkout>false")], [ON, COMMITS], "node1 .*AutoCheckout: found 'false'"),
    ([ON, COMMITS], [ON, ("Checkout>true", "Checkout>false")], "node2 .*AutoCheckout: found 'false', expected 'true'"),
])  # fmt: skip
def test_a_synchronizer_that_does_not_serve_both_fails(homes, first, second, expected):
    messages = failing(suite, homes.change("node1", CARBON, *first).change("node2", CARBON, *second).cluster())
    assert set(messages) == {"DEP-01"}
    assert re.search(expected, messages["DEP-01"][0])
