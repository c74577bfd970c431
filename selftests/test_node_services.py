"""What a node offers, at its own address and with the right account; HTTP that breaks or gives another answer."""

from pathlib import Path

import pytest
import requests

from conformance.deadlines import Deadline
from conformance.deployment.spec import ClusterSpec, DatabaseSpec, NodeSpec
from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.judgement.requirement import NotAssessed
from conformance.node import node as node_nouns
from conformance.node.node import Node
from conformance.node.services import http_session
from conformance.node.services.http_session import HttpSession
from conformance.secret import Secret
from selftests.fake_http import FakeTransport, Reply, session
from selftests.fake_node import FakeAccess

NODES = tuple(NodeSpec(f"node{n}", f"198.51.100.1{n}", Path("/opt/das"), f"id{n}") for n in (1, 2))
CLUSTER = ClusterSpec(NODES, DatabaseSpec("198.51.100.13", 3306, "das", Secret("db-secret")), Secret("adm-secret"))


ACCOUNT = ("admin", "adm-secret")
SHORT = Deadline("short", 2, "selftest")


@pytest.mark.parametrize(("noun", "expected"), [
    (lambda node: node.unauthenticated._new_session()._auth, None),
    (lambda node: node.anonymous._http._auth, None),
    (lambda node: node.new_console()._new_session()._auth, None),
    (lambda node: node.admin._http._auth, ACCOUNT),
    (lambda node: node.analytics._admin._http._auth, ACCOUNT),
    (lambda node: node.receiver("R")._http.base_url, "http://198.51.100.11:9763/"),
    (lambda node: node.spark_ui._http.base_url, "http://198.51.100.11:9763/"),
    (lambda node: node.admin._http.base_url, "https://198.51.100.11:9443/"),
    (lambda node: node.console._new_session().base_url, "https://198.51.100.11:9443/"),
    (lambda node: node.browser._url, "https://198.51.100.11:9443/carbon/"),
    (lambda node: node.host.of_both(), ""),
    (repr, "<node1 at 198.51.100.11>"),
])  # fmt: skip
def test_each_noun_goes_to_the_nodes_own_address_as_whom_it_should(noun, expected):
    assert noun(Node(FakeAccess.good("node1"), Witness.silent(), CLUSTER)) == expected


@pytest.mark.parametrize("noun", ["admin", "anonymous", "analytics", "console", "browser", "unauthenticated"])
def test_a_console_below_a_context_of_its_own_is_not_assessed(monkeypatch, noun):
    below = CLUSTER.nodes[0]._replace(context="das")
    monkeypatch.setattr(FakeAccess, "spec", property(lambda self: below))
    with pytest.raises(NotAssessed, match=r"node1: .*carbon\.xml has WebContextRoot 'das'"):
        getattr(Node(FakeAccess.good("node1"), Witness.silent(), CLUSTER), noun)


def test_a_host_of_ipv6_is_connected_to_without_its_brackets_and_each_time_again():
    access, tries = FakeAccess.good("node1"), iter((1, 2))
    access.connect = lambda host, port: f"{host} {port} {next(tries)}"
    node = Node(access, Witness.silent())
    found = [node.reaches("[2001:db8::12]", 4000) for _ in range(2)]
    assert found == ["2001:db8::12 4000 1", "2001:db8::12 4000 2"]


@pytest.mark.parametrize(("answer", "up"), [(Reply(404), True), (requests.ConnectionError("refused"), False)])
def test_a_node_answers_if_it_answers_anything(monkeypatch, answer, up):
    monkeypatch.setattr(node_nouns, "HttpSession", lambda name, url: session(answer, node=name, base=url))
    assert Node(FakeAccess.good("node1"), Witness.silent()).answers() is up


def test_queries_that_hang_are_explained_by_worker_and_log(monkeypatch):
    monkeypatch.setattr(node_nouns, "why_it_hangs", lambda name, ui, log: f"{name}: {type(ui).__name__}")
    node = Node(FakeAccess.good("node1"), Witness.silent(), CLUSTER)
    assert (node.analytics._why(), node.console._why()) == ("node1: SparkUi",) * 2


def test_without_an_account_nothing_is_asked():
    with pytest.raises(EvidenceError, match="node1: no administrator's account is known"):
        _ = Node(FakeAccess.good("node1"), Witness.silent()).admin


def test_an_answer_holds_status_headers_and_body():
    answer = session(Reply(200, '{"a": 1}', {"Location": "/x"})).get("json")
    assert (answer.status, answer.location, answer.json()) == (200, "/x", {"a": 1})


def test_every_call_has_a_time_out_and_follows_no_redirect():
    transport = FakeTransport(lambda *_: Reply())
    HttpSession("node1", "https://h:9443", transport=transport).get("page", deadline=SHORT)
    HttpSession("node1", "https://h:9443", transport=transport).get("http://other:1/x", deadline=SHORT)
    (method, url, options), (_, other, _) = transport.asked
    assert other == "http://other:1/x"
    assert (method, url) == ("GET", "https://h:9443/page")
    assert options["timeout"] == SHORT.limit
    assert (options["allow_redirects"], options["verify"], options["stream"]) == (False, False, True)
    assert not transport.trust_env


@pytest.mark.parametrize(("problem", "expected"), [
    (requests.ReadTimeout("slow"), "no answer within 2 s"),
    (requests.ConnectTimeout("slow"), "no answer within 2 s"),
    (requests.exceptions.SSLError("bad certificate"), r"TLS failed \(bad certificate\).*check the port"),
    (ValueError("odd"), "odd - check the address of the node"),
    (requests.ConnectionError("[Errno 111] Connection refused"), "Connection refused.*check that the node runs"),
])  # fmt: skip
def test_a_node_that_does_not_answer_is_an_evidence_error_with_node_url_and_limit_or_remedy(problem, expected):
    with pytest.raises(EvidenceError, match=f"node1 POST https://198.51.100.11:9443/slow: .*{expected}"):
        session(problem).post("slow", deadline=SHORT)


def test_a_trickling_answer_ends_at_the_limit(monkeypatch):
    now = iter(range(100))
    monkeypatch.setattr(http_session.time, "monotonic", lambda: float(next(now)))
    with pytest.raises(EvidenceError, match="no answer within 2 s"):
        session(Reply(chunks=[b"x"] * 50)).get("trickle", deadline=SHORT)


def test_an_endless_answer_is_cut_off(monkeypatch):
    monkeypatch.setattr(http_session, "LARGEST_ANSWER", 10)
    with pytest.raises(EvidenceError, match="larger than 10 bytes"):
        session(Reply(chunks=[b"12345"] * 3)).get("endless")


@pytest.mark.parametrize("body", ["", "<html>login</html>", '{"cut": ', b"\xff\xfe"])
def test_malformed_json_is_an_evidence_error_that_shows_what_came(body):
    with pytest.raises(EvidenceError, match="expected JSON, found"):
        session(Reply(200, body)).get("json").json()
