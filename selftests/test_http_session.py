"""HTTP to a node: time-outs, broken connections, and answers that are not what was asked for."""

import pytest
import requests

from conformance.deadlines import Deadline
from conformance.errors import EvidenceError
from conformance.node.services import http_session
from conformance.node.services.http_session import HttpSession
from selftests.fake_http import FakeTransport, Reply, session

SHORT = Deadline("short", 2, "selftest")


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


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (requests.ReadTimeout("slow"), "no answer within 2 s"),
        (requests.ConnectTimeout("slow"), "no answer within 2 s"),
        (requests.exceptions.SSLError("bad certificate"), r"TLS failed \(bad certificate\).*check the port"),
        (ValueError("odd"), "odd - check the address of the node"),
        (requests.ConnectionError("[Errno 111] Connection refused"), "Connection refused.*check that the node runs"),
    ],
)
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
