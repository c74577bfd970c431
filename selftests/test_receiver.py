"""The event receiver's client: what was accepted, refused, or never answered."""

import pytest
import requests

from conformance.errors import EvidenceError
from conformance.node.services.receiver import EventReceiver
from selftests.fake_http import Reply, session


def test_an_event_goes_out_in_the_default_json_mapping():
    http = session(Reply(200))
    EventReceiver(http, "LabHttp").post({"id": "a", "seq": 1})
    _, url, options = http._transport.asked[0]
    assert url.endswith("/endpoints/LabHttp")
    assert options["json"] == {"event": {"payloadData": {"id": "a", "seq": 1}}}


@pytest.mark.parametrize("status", [200, 401, 403, 404, 500])
def test_the_status_is_told_as_it_came(status):
    assert EventReceiver(session(Reply(status)), "LabHttp").post({}).status == status


@pytest.mark.parametrize("problem", [requests.ConnectionError("refused"), requests.ReadTimeout("slow")])
def test_no_answer_is_told_and_not_raised(problem):
    told = EventReceiver(session(problem), "LabHttp").post({})
    assert told.status == 0
    assert "node1 POST https://198.51.100.11:9443/endpoints/LabHttp" in told.problem


@pytest.mark.parametrize(("status", "offered"), [(200, True), (302, False), (404, False)])
def test_an_endpoint_that_nobody_serves_is_not_offered(status, offered):
    http = session(Reply(status))
    assert EventReceiver(http, "LabHttp").offered() is offered
    assert http._transport.asked[0][0] == "OPTIONS"


@pytest.mark.parametrize("status", [201, 301, 401, 403, 500])
def test_any_other_answer_says_nothing_of_an_endpoint(status):
    with pytest.raises(EvidenceError, match="expected 200, 302 or 404"):
        EventReceiver(session(Reply(status)), "LabHttp").offered()
