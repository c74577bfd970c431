"""Spark 1.6's pages (docs/product/spark.md#pages): of a master, a worker, an application, and other answers."""

import json
import re
from functools import partial
from typing import Any
from unittest.mock import Mock

import pytest

from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.checks import class_path_entries
from conformance.node.home.java_properties import JavaProperties
from conformance.node.home.spark_defaults import SparkDefaults
from conformance.node.spark import application as spark_application
from conformance.node.spark import application as ui_of_application
from conformance.node.spark.application import ApplicationUi, Environment, environment
from conformance.node.spark.ui import Application, SparkUi, master_view, worker_view
from selftests.fake_http import Reply, session
from selftests.fake_node import FakeAccess
from selftests.test_console import CLUSTER

URL = "http://198.51.100.11:8081/"
APP = "app-20261122215854-0000"
ROW = f"""<tr><td><a href="app?appId={APP}">{APP}</a></td>
  <td><a href="http://198.51.100.11:4040">CarbonAnalytics</a></td></tr>"""
TABS = "".join(f"<li><a href='/{tab.lower()}/'>{tab}</a></li>" for tab in ("Jobs", "Stages", "Storage", "Environment"))
FRONT = f"<title>CarbonAnalytics - Spark Jobs</title><ul class='nav'>{TABS}<li><a href='/x/'>Executors</a></li></ul>"
DRIVER = "http://198.51.100.11:4040"


def page(status: str = "ALIVE", rows: str = ROW) -> str:
    return f"""<html><body><h3>Spark Master at spark://198.51.100.11:7077</h3><ul class="unstyled">
      <li><strong>URL:</strong> spark://198.51.100.11:7077</li>
      <li><strong>Alive Workers:</strong> 2</li>
      <li><strong>Status:</strong> {status}</li></ul><table>{rows}</table></body></html>"""


def master(status: str = "ALIVE", state: str = "RUNNING") -> dict[str, Any]:
    workers = [{"id": "worker-1", "state": "ALIVE"}, {"id": "worker-0", "state": "DEAD"}]
    apps = [{"id": APP, "name": "CarbonAnalytics", "state": state}]
    return {"status": status, "workers": workers, "activeapps": apps}


def test_a_master_with_worker_and_application_serves():
    view = master_view("node1", URL, master(), page())
    assert [view.serves_with(count) for count in (0, 1, 2)] == [True, True, False]
    assert view.workers == ("worker-1",)
    assert view.applications[0].url == "http://198.51.100.11:4040"


@pytest.mark.parametrize(("status", "worker", "state"), [
    ("RECOVERING", "ALIVE", "RUNNING"), ("ALIVE", "DEAD", "RUNNING"), ("ALIVE", "ALIVE", "WAITING"),
])  # fmt: skip
def test_a_master_without_one_of_these_does_not_serve(status, worker, state):
    answer = master(status, state) | {"workers": [{"id": "worker-1", "state": worker}]}
    view = master_view("node1", URL, answer, page(status))
    assert (view.serves, view.serves_with(0)) == (False, False)


@pytest.mark.parametrize("rows", ["", f'<tr><td><a href="app?appId={APP}">{APP}</a></td></tr>'])
def test_an_application_without_a_link_has_no_url(rows):
    assert master_view("node1", URL, master(), page(rows=rows)).applications[0].url == ""


def test_a_standby_serves_nothing_and_page_and_json_are_kept_apart():
    view = master_view("node1", URL, {"status": "STANDBY", "workers": [], "activeapps": []}, page("ALIVE", ""))
    assert (view.status, view.page_status, view.serves) == ("STANDBY", "ALIVE", False)


@pytest.mark.parametrize(("view", "answer", "text", "problem"), [
    *(
        (master_view, answer, page(), r"node1 http://198\.51\.100\.11:8081/")
        for answer in ({}, [], None, "x", {"status": "ALIVE"}, {"status": "UP", "workers": [], "activeapps": []})
    ),
    *(
        (master_view, master(), text, "expected")
        for text in ("", "   ", "<html><body>Tomcat</body></html>", "<li><strong>Status:</strong> FINE</li>")
    ),
    *(
        (worker_view, answer, "<h4>Running Executors (0)</h4>", "a Spark worker's JSON")
        for answer in ({}, None, {"executors": [{}], "finishedexecutors": []})
    ),
    (worker_view, {"executors": [], "finishedexecutors": []}, "<html><p>other</p></html>", "Running Executors"),
])  # fmt: skip
def test_json_or_a_page_of_something_else_is_an_evidence_error(view, answer, text, problem):
    with pytest.raises(EvidenceError, match=problem):
        view("node1", URL, answer, text)


def test_a_worker_names_its_running_and_finished_executors():
    executors = {"executors": [{"appid": APP, "id": 1}], "finishedexecutors": [{"appid": APP, "id": 0}]}
    view = worker_view("node1", URL, executors, "<html><h4> Running Executors (1) </h4></html>")
    assert (view.running, view.finished) == ((f"{APP}/1",), (f"{APP}/0",))


def ui(*replies: Reply) -> SparkUi:
    http = session(*replies, base="http://198.51.100.11:9763")
    return SparkUi(CLUSTER.nodes[0], http, Witness.silent())


@pytest.mark.parametrize(
    ("location", "there"), [("", f"{URL}json"), (f"{URL}json/", f"{URL}json/"), (URL, URL), ("/json/", f"{URL}json/")]
)
def test_both_forms_of_a_page_are_asked_for_and_a_redirect_is_followed(location, there):
    moved = [Reply(302, "", {"Location": location})] if location else []
    asked = ui(*moved, Reply(200, json.dumps(master())), Reply(200, page()))
    assert asked.master().serves
    urls = [url for _, url, _ in asked._http._transport.asked]
    assert (urls[0], urls[-2], urls[-1]) == (f"{URL}json", there, URL)


def test_master_and_worker_are_asked_at_their_own_ports_each_time():
    executors = {"executors": [{"appid": APP, "id": 1}], "finishedexecutors": []}
    worker = Reply(200, json.dumps(executors)), Reply(200, "<h4>Running Executors (1)</h4>")
    asked = ui(*worker * 2, *(Reply(200, json.dumps(master())), Reply(200, page())) * 2)
    assert [asked.worker().running for _ in range(2)] == [(f"{APP}/1",)] * 2
    assert [asked.master().serves for _ in range(2)] == [True] * 2
    urls = [url for _, url, _ in asked._http._transport.asked]
    own = ["http://198.51.100.11:11500/json", "http://198.51.100.11:11500/"]
    assert urls == [*own * 2, *[f"{URL}json", URL] * 2]


@pytest.mark.parametrize(("status", "location"), [(201, ""), (302, ""), (303, URL), (404, ""), (500, "")])
def test_a_page_that_is_not_there_is_an_evidence_error(status, location):
    with pytest.raises(EvidenceError, match=rf"\(HTTP {status}\): expected HTTP 200"):
        ui(Reply(status, "", {"Location": location}), Reply(200, "{}")).worker()


def table(heading: str, rows: dict[str, str]) -> str:
    body = "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in rows.items())
    return f"<h4>{heading}</h4><table><thead><tr><th>a</th></tr></thead><tbody>{body}</tbody></table>"


def environment_tab(properties: dict[str, str], resources: tuple[str, ...] = ()) -> str:
    classes = dict.fromkeys(resources, "System Classpath")
    return table("Spark Properties", properties) + table("Classpath Entries", classes)


def application(front: str, url: str = DRIVER) -> ApplicationUi:
    witness = Witness.silent()
    made = ApplicationUi("node1", Application("app-1", "CarbonAnalytics", "RUNNING", url), witness)
    made._page = lambda question, where: front  # type: ignore[method-assign]
    return made


def unlike(text: str, shown: dict[str, str], offset: int = 0) -> list[str]:
    defaults = SparkDefaults(JavaProperties("node1", SparkDefaults.PATH, text))
    return spark_application.unlike(defaults, offset, Environment(DRIVER, shown, ()))


@pytest.mark.parametrize(("front", "url", "expected"), [
    (FRONT, DRIVER, "^$"),
    (FRONT, "", "shows no link to its UI"),
    *(
        (FRONT.replace(f">{tab}<", ">Else<"), DRIVER, f"lacks the tabs '{tab}'")
        for tab in ("Jobs", "Stages", "Storage", "Environment", "Executors")
    ),
    (FRONT.replace("CarbonAnalytics", "Other"), DRIVER, "has title 'Other - Spark Jobs'"),
])  # fmt: skip
def test_a_ui_that_does_not_work_has_a_problem(front, url, expected):
    assert re.search(expected, application(front, url).problem)


@pytest.mark.parametrize(("replies", "expected"), [
    ([Reply(200, FRONT)], ""),
    *(([Reply(status, "", {"Location": f"{DRIVER}/jobs/"}), Reply(200, FRONT)], "") for status in (301, 302)),
    ([Reply(302, "", {"Location": "/jobs/"}), Reply(200, FRONT)], ""),
    ([Reply(303, FRONT, {"Location": f"{DRIVER}/jobs/"}), Reply(200, FRONT)], "(HTTP 303): expected HTTP 200"),
    ([Reply(302, FRONT)], "(HTTP 302): expected HTTP 200"),
    ([Reply(200)], "expected an HTML page"),
])  # fmt: skip
def test_a_ui_is_read_where_its_link_leads(monkeypatch, replies, expected):
    monkeypatch.setattr(ui_of_application, "HttpSession", lambda node, url: session(*replies, node=node, base=url))
    made = Application("app-1", "CarbonAnalytics", "RUNNING", DRIVER)
    problem = ApplicationUi("node1", made, Witness.silent()).problem
    assert expected in problem
    assert bool(problem) == bool(expected)


def test_the_environment_tab_is_asked_for(monkeypatch):
    http = session(*[Reply(200, environment_tab({"spark.app.name": "C"}))] * 2, base=DRIVER)
    monkeypatch.setattr(ui_of_application, "HttpSession", lambda node, url: http)
    made = ApplicationUi("node1", Application("app-1", "C", "RUNNING", f"{DRIVER}/"), Witness.silent())
    for count in (1, 2):
        assert made.environment.properties == {"spark.app.name": "C"}
        assert [url for _, url, _ in http._transport.asked] == [f"{DRIVER}/environment/"] * count


def test_a_link_that_no_one_answers_is_a_problem():
    made = ApplicationUi("node1", Application("app-1", "C", "RUNNING", "http://127.0.0.1:1/"), Witness.silent())
    assert "no connection" in made.problem


def test_a_link_whose_host_only_others_know_is_no_failure():
    made = Application("app-1", "C", "RUNNING", "http://das1.invalid:4040")
    with pytest.raises(EvidenceError, match=r"das1\.invalid:4040: this machine cannot resolve .*hosts file"):
        _ = ApplicationUi("node1", made, Witness.silent()).problem


def test_the_environment_gives_properties_and_class_path():
    found = environment("node1", DRIVER, environment_tab({"spark.app.name": "CarbonAnalytics"}, ("/das/a.jar",)))
    assert (found.properties, found.class_path) == ({"spark.app.name": "CarbonAnalytics"}, ("/das/a.jar",))


@pytest.mark.parametrize("text", ["", "<p>nothing</p>", table("Spark Properties", {})])
def test_an_environment_without_its_tables_is_no_evidence(text):
    with pytest.raises(EvidenceError, match="node1: expected"):
        environment("node1", DRIVER, text)


@pytest.mark.parametrize(("text", "shown", "offset"), [
    ("spark.executor.memory 512m", {"spark.executor.memory": "512m"}, 0),
    ("carbon.spark.master.count 2", {"carbon.spark.master.count": "2"}, 0),
    ("spark.ui.port 4040", {"spark.ui.port": "4041"}, 1),
    ("spark.ui.port x", {"spark.ui.port": "x"}, 1),
    ("carbon.x.port 1\nspark.worker.cores 2", {"carbon.x.port": "1", "spark.worker.cores": "2"}, 1),
    ("spark.master spark://a:1", {"spark.master": "spark://a:1,b:1"}, 0),
    ("spark.executor.extraClassPath /x.jar", {"spark.executor.extraClassPath": "/a.jar:/x.jar:/b.jar"}, 0),
    ("spark.local.dir", {"spark.app.id": "app-1"}, 0),
])  # fmt: skip
def test_what_is_configured_and_completed_is_alike(text, shown, offset):
    assert unlike(text, shown, offset) == []


@pytest.mark.parametrize(("text", "shown", "expected"), [
    ("spark.executor.memory 512m", {"spark.executor.memory": "1g"}, "found '512m', but .* shows '1g'"),
    ("spark.executor.memory 512m", {}, "shows nothing; restart the node"),
    ("spark.ui.port 4040", {"spark.ui.port": "4055"}, "spark-defaults.conf:1 .*'4040', but .* shows '4055'"),
    ("spark.executor.extraClassPath /x.jar", {"spark.executor.extraClassPath": "/a.jar"}, "found '/x.jar'"),
])  # fmt: skip
def test_what_is_configured_and_not_in_force_is_reported(text, shown, expected):
    assert re.search(expected, unlike(text, shown)[0])


def test_the_class_path_is_every_absolute_path_once():
    shown = {"spark.executor.extraClassPath": "/a.jar::/b.jar", "spark.driver.extraClassPath": "/a.jar:relative.jar"}
    assert spark_application.class_path(Environment("", shown, ("/c.jar", "/b.jar"))) == ["/a.jar", "/b.jar", "/c.jar"]


def listing(access, path):
    if path == "/gone":
        raise FileNotFoundError(path)
    return FakeAccess.listing(access, path)


def test_entries_that_are_not_there_are_named_and_each_folder_is_read_once():
    class Node1:
        name = "node1"
        access = FakeAccess("node1", {"/das/lib/a.jar": b"", "/das/conf/x": b""})
        access.listing = Mock(side_effect=partial(listing, access))

        class witness:
            ask = staticmethod(lambda subject, question, answer: answer())

    gone = ["/das/lib/b.jar", "/gone/c.jar", "/gone/d.jar", "/das/a/*"]
    assert class_path_entries.missing(Node1, ["/das/lib/a.jar", "/das/conf", "/das/lib/*", "/", *gone]) == gone
    assert Node1.access.listing.call_count == len(["/das/lib", "/gone", "/das", "/"])
