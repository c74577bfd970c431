"""Spark's master and worker pages, in the form of Spark 1.6 (docs/product/spark.md#pages), and pages that are none."""

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.spark.ui import SparkUi, master_view, worker_view
from selftests.fake_http import Reply, session
from selftests.test_console import CLUSTER

URL = "http://198.51.100.11:8081/"
APP = "app-20261122215854-0000"
ROW = f"""<tr><td><a href="app?appId={APP}">{APP}</a></td>
  <td><a href="http://198.51.100.11:4040">CarbonAnalytics</a></td></tr>"""


def page(status: str = "ALIVE", rows: str = ROW) -> str:
    return f"""<html><body><h3>Spark Master at spark://198.51.100.11:7077</h3><ul class="unstyled">
      <li><strong>URL:</strong> spark://198.51.100.11:7077</li>
      <li><strong>Alive Workers:</strong> 2</li>
      <li><strong>Status:</strong> {status}</li></ul><table>{rows}</table></body></html>"""


def told(status: str = "ALIVE", state: str = "RUNNING") -> dict[str, Any]:
    workers = [{"id": "worker-1", "state": "ALIVE"}, {"id": "worker-0", "state": "DEAD"}]
    apps = [{"id": APP, "name": "CarbonAnalytics", "state": state}]
    return {"status": status, "workers": workers, "activeapps": apps}


def test_a_master_with_worker_and_application_serves():
    view = master_view("node1", URL, told(), page())
    assert [view.serves_with(count) for count in (0, 1, 2)] == [True, True, False]
    assert view.workers == ("worker-1",)
    assert view.applications[0].url == "http://198.51.100.11:4040"


def test_a_waiting_application_does_not_serve():
    view = master_view("node1", URL, told(state="WAITING"), page())
    assert (view.serves, view.serves_with(1)) == (False, False)


def test_a_standby_serves_nothing():
    view = master_view("node1", URL, {"status": "STANDBY", "workers": [], "activeapps": []}, page("STANDBY", ""))
    assert (view.status, view.page_status, view.serves) == ("STANDBY", "STANDBY", False)


def test_page_and_json_are_kept_apart():
    view = master_view("node1", URL, told("RECOVERING"), page("ALIVE"))
    assert (view.status, view.page_status) == ("RECOVERING", "ALIVE")


@pytest.mark.parametrize(
    ("view", "answer", "text", "problem"),
    [
        *(
            (master_view, answer, page(), r"node1 http://198\.51\.100\.11:8081/")
            for answer in ({}, [], None, "x", {"status": "ALIVE"}, {"status": "UP", "workers": [], "activeapps": []})
        ),
        *(
            (master_view, told(), text, "expected")
            for text in ("", "   ", "<html><body>Tomcat</body></html>", "<li><strong>Status:</strong> FINE</li>")
        ),
        *(
            (worker_view, answer, "<h4>Running Executors (0)</h4>", "a Spark worker's JSON")
            for answer in ({}, None, {"executors": [{}], "finishedexecutors": []})
        ),
        (worker_view, {"executors": [], "finishedexecutors": []}, "<html><p>other</p></html>", "Running Executors"),
    ],
)
def test_json_or_a_page_of_something_else_is_an_evidence_error(view, answer, text, problem):
    with pytest.raises(EvidenceError, match=problem):
        view("node1", URL, answer, text)


def test_a_worker_names_its_running_and_finished_executors():
    executors = {"executors": [{"appid": APP, "id": 1}], "finishedexecutors": [{"appid": APP, "id": 0}]}
    view = worker_view("node1", URL, executors, "<html><h4> Running Executors (1) </h4></html>")
    assert (view.running, view.finished) == ((f"{APP}/1",), (f"{APP}/0",))


def ui(tmp_path: Path, *replies: Reply) -> SparkUi:
    http = session(*replies, base="http://198.51.100.11:9763")
    return SparkUi(CLUSTER.nodes[0], http, Witness.recording(tmp_path))


@pytest.mark.parametrize(
    "moved", [[], [Reply(301, "", {"Location": f"{URL}json/"})], [Reply(302, "", {"Location": URL})]]
)
def test_both_forms_of_a_page_are_asked_for_and_a_redirect_is_followed(tmp_path, moved):
    asked = ui(tmp_path, *moved, Reply(200, json.dumps(told())), Reply(200, page()))
    assert asked.master().serves
    urls = [url for _, url, _ in asked._http._transport.asked]
    assert (urls[0], urls[-1]) == (f"{URL}json", URL)


@pytest.mark.parametrize("status", [201, 302, 404, 500])
def test_a_page_that_is_not_there_is_an_evidence_error(tmp_path, status):
    with pytest.raises(EvidenceError, match="expected HTTP 200"):
        ui(tmp_path, Reply(status, "")).worker()
