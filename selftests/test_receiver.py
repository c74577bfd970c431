"""The event receiver: its client, its places as the vendor's client spells them, and the input adapters of a node."""

import pytest
import requests

from conformance.data_bridge import receiver_urls
from conformance.data_bridge.receiver_urls import Group, Spread, groups
from conformance.errors import ConformanceError, EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.services.admin import AdminServices
from conformance.node.services.receiver import EventReceiver
from conformance.node.services.soap import ServiceMissing
from selftests.fake_http import Reply, session
from selftests.test_soap import envelope

A, B, IPV6 = ("a", 7611), ("b", 7612), ("2001:db8::1", 7611)
NIL = 'xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:nil="true"'


def test_an_event_goes_out_in_the_default_json_mapping():
    http = session(Reply(200))
    receiver = EventReceiver(http, "LabHttp")
    receiver.post({"id": "a", "seq": 1})
    assert receiver.node == "node1"
    _, url, options = http._transport.asked[0]
    assert url.endswith("/endpoints/LabHttp")
    assert options["json"] == {"event": {"payloadData": {"id": "a", "seq": 1}}}


@pytest.mark.parametrize("status", [200, 401, 403, 404, 500])
def test_the_status_is_given_as_it_came(status):
    assert EventReceiver(session(Reply(status)), "LabHttp").post({}).status == status


@pytest.mark.parametrize("problem", [requests.ConnectionError("refused"), requests.ReadTimeout("slow")])
def test_no_answer_is_reported_and_not_raised(problem):
    answer = EventReceiver(session(problem), "LabHttp").post({})
    assert answer.status == 0
    assert "node1 POST https://198.51.100.11:9443/endpoints/LabHttp" in answer.problem


@pytest.mark.parametrize(("status", "offered"), [(200, True), (302, False), (404, False)])
def test_an_endpoint_that_no_one_serves_is_not_offered(status, offered):
    http = session(Reply(status))
    assert EventReceiver(http, "LabHttp").offered() is offered
    assert http._transport.asked[0][0] == "OPTIONS"


@pytest.mark.parametrize("status", [201, 301, 401, 403, 500])
def test_any_other_answer_says_nothing_of_an_endpoint(status):
    with pytest.raises(EvidenceError, match="expected 200, 302 or 404"):
        EventReceiver(session(Reply(status)), "LabHttp").offered()


@pytest.mark.parametrize(("urls", "expected"), [
    ("tcp://a:7611", [Group(Spread.ONE, (A,))]),
    ("tcp://a:7611, tcp://b:7612", [Group(Spread.LOAD_BALANCED, (A, B))]),
    ("{tcp://a:7611,tcp://b:7612}", [Group(Spread.LOAD_BALANCED, (A, B))]),
    ("{tcp://a:7611|tcp://b:7612}", [Group(Spread.FAIL_OVER, (A, B))]),
    ("tcp://a:7611|tcp://b:7612", [Group(Spread.FAIL_OVER, (A, B))]),
    ("{tcp://a:7611},{tcp://b:7612}", [Group(Spread.ONE, (A,)), Group(Spread.ONE, (B,))]),
    ("{tcp://[2001:db8::1]:7611|tcp://b:7612}", [Group(Spread.FAIL_OVER, (IPV6, B))]),
    ("{ tcp://a:7611|tcp://b:7612 }, {tcp://a:7611}", [Group(Spread.FAIL_OVER, (A, B)), Group(Spread.ONE, (A,))]),
])  # fmt: skip
def test_groups_are_those_of_the_vendors_client(urls, expected):
    assert list(groups(urls)) == expected


@pytest.mark.parametrize(("urls", "expected"), [
    ("{tcp://a:1|tcp://b:2,tcp://c:3}", "either load-balanced"),
    ("{tcp://a:1},tcp://b:2", "outside of braces"),
    *((urls, "write tcp://HOST:PORT") for urls in (
        "", "{}", "ssl://a:7711", "tcp://a", "tcp://2001:db8::1:7611", "tcp://a:0", "tcp://a:70000",
        "tcp://a:1,,tcp://b:2", "{tcp://a:1|",
    )),
])  # fmt: skip
def test_what_the_vendors_client_refuses_or_drops_is_reported(urls, expected):
    with pytest.raises(ConformanceError, match=expected):
        groups(urls)


def test_what_is_spelled_is_read_back():
    assert groups(receiver_urls.fail_over([A, B])) == (Group(Spread.FAIL_OVER, (A, B)),)
    assert groups(receiver_urls.load_balanced([A, B])) == (Group(Spread.LOAD_BALANCED, (A, B)),)
    assert groups(receiver_urls.each([A, B])) == (Group(Spread.ONE, (A,)), Group(Spread.ONE, (B,)))
    assert groups(receiver_urls.fail_over([IPV6, B])) == (Group(Spread.FAIL_OVER, (IPV6, B)),)


def types(*returns: str) -> list[str]:
    body = f"<n:getAllInputAdapterTypesResponse xmlns:n='u'>{''.join(returns)}</n:getAllInputAdapterTypesResponse>"
    witness = Witness.silent()
    return AdminServices(session(Reply(200, envelope(body))), witness).adapter_types()


@pytest.mark.parametrize(("returns", "listed"), [
    (["<n:return>wso2event</n:return>", "<n:return>http</n:return>"], ["http", "wso2event"]),
    *(([one], []) for one in ("", f"<n:return {NIL}/>", "<n:return/>")),
])  # fmt: skip
def test_types_are_those_of_the_answer_in_order_of_name(returns, listed):
    assert types(*returns) == listed


def test_a_node_without_the_service_says_so():
    reason = "The service cannot be found for the endpoint reference (EPR) x"
    fault = f"<s:Fault><faultstring>{reason}</faultstring></s:Fault>"
    admin = AdminServices(session(Reply(500, envelope(fault))), Witness.silent())
    with pytest.raises(ServiceMissing, match="EventReceiverAdminService"):
        admin.adapter_types()
