"""The UI of an application and its Environment tab, against the files and the nodes."""

from pathlib import Path

import pytest

from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.checks import class_path_entries
from conformance.node.home.java_properties import JavaProperties
from conformance.node.home.spark_defaults import SparkDefaults
from conformance.node.spark import parameters as spark_parameters
from conformance.node.spark.application import ApplicationUi, Environment, environment
from conformance.node.spark.ui import Application
from selftests.fake_node import FakeAccess

TABS = "".join(f"<li><a href='/{tab.lower()}/'>{tab}</a></li>" for tab in ("Jobs", "Stages", "Storage", "Environment"))
FRONT = f"<title>CarbonAnalytics - Spark Jobs</title><ul class='nav'>{TABS}<li><a href='/x/'>Executors</a></li></ul>"
URL = "http://198.51.100.11:4040"


def table(heading: str, rows: dict[str, str]) -> str:
    body = "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in rows.items())
    return f"<h4>{heading}</h4><table><thead><tr><th>a</th></tr></thead><tbody>{body}</tbody></table>"


def page(properties: dict[str, str], resources: tuple[str, ...] = ()) -> str:
    return table("Spark Properties", properties) + table(
        "Classpath Entries", dict.fromkeys(resources, "System Classpath")
    )


def application(tmp_path: Path, front: str, url: str = URL) -> ApplicationUi:
    """An application whose front page was answered so."""
    witness = Witness.recording(tmp_path)
    made = ApplicationUi("node1", Application("app-1", "CarbonAnalytics", "RUNNING", url), witness)
    made._page = lambda question, where: front  # type: ignore[method-assign]
    return made


def unlike(text: str, shown: dict[str, str], offset: int = 0) -> list[str]:
    defaults = SparkDefaults(JavaProperties("node1", SparkDefaults.PATH, text))
    return spark_parameters.unlike(defaults, offset, Environment(URL, shown, ()))


def test_a_working_ui_has_no_problem(tmp_path):
    assert application(tmp_path, FRONT).problem == ""


@pytest.mark.parametrize(
    ("front", "url", "told"),
    [
        (FRONT, "", "shows no link to its UI"),
        *(
            (FRONT.replace(f">{tab}<", ">Else<"), URL, f"lacks the tabs '{tab}'")
            for tab in ("Jobs", "Stages", "Storage", "Environment", "Executors")
        ),
        (FRONT.replace("CarbonAnalytics", "Other"), URL, "has title 'Other - Spark Jobs'"),
    ],
)
def test_a_ui_that_does_not_work_is_told(tmp_path, front, url, told):
    with pytest.raises(AssertionError, match=told):
        assert not application(tmp_path, front, url).problem, application(tmp_path, front, url).problem


def test_a_link_that_nobody_answers_is_a_problem(tmp_path):
    made = ApplicationUi(
        "node1", Application("app-1", "C", "RUNNING", "http://127.0.0.1:1/"), Witness.recording(tmp_path)
    )
    assert "no connection" in made.problem


def test_the_environment_gives_properties_and_class_path():
    found = environment("node1", URL, page({"spark.app.name": "CarbonAnalytics"}, ("/das/a.jar",)))
    assert (found.properties, found.class_path) == ({"spark.app.name": "CarbonAnalytics"}, ("/das/a.jar",))


@pytest.mark.parametrize("text", ["", "<p>nothing</p>", table("Spark Properties", {})])
def test_an_environment_without_its_tables_is_no_evidence(text):
    with pytest.raises(EvidenceError, match="node1: expected"):
        environment("node1", URL, text)


@pytest.mark.parametrize(
    ("text", "shown", "offset"),
    [
        ("spark.executor.memory 512m", {"spark.executor.memory": "512m"}, 0),
        ("carbon.spark.master.count 2", {"carbon.spark.master.count": "2"}, 0),
        ("spark.ui.port 4040", {"spark.ui.port": "4041"}, 1),
        ("spark.master spark://a:1", {"spark.master": "spark://a:1,b:1"}, 0),
        ("spark.executor.extraClassPath /x.jar", {"spark.executor.extraClassPath": "/a.jar:/x.jar:/b.jar"}, 0),
        ("", {"spark.app.id": "app-1"}, 0),
    ],
)
def test_what_is_configured_and_completed_is_alike(text, shown, offset):
    assert unlike(text, shown, offset) == []


@pytest.mark.parametrize(
    ("text", "shown", "told"),
    [
        ("spark.executor.memory 512m", {"spark.executor.memory": "1g"}, "found '512m', but .* shows '1g'"),
        ("spark.executor.memory 512m", {}, "shows nothing; restart the node"),
        ("spark.ui.port 4040", {"spark.ui.port": "4055"}, "spark-defaults.conf:1 .*'4040', but .* shows '4055'"),
        ("spark.executor.extraClassPath /x.jar", {"spark.executor.extraClassPath": "/a.jar"}, "found '/x.jar'"),
    ],
)
def test_what_is_configured_and_not_in_force_is_told(text, shown, told):
    with pytest.raises(AssertionError, match=told):
        assert not unlike(text, shown), unlike(text, shown)[0]


def test_the_class_path_is_every_absolute_path_once():
    shown = {"spark.executor.extraClassPath": "/a.jar::/b.jar", "spark.driver.extraClassPath": "/a.jar:relative.jar"}
    assert spark_parameters.class_path(Environment(URL, shown, ("/c.jar", "/b.jar"))) == ["/a.jar", "/b.jar", "/c.jar"]


def test_entries_that_are_not_there_are_named():
    class Told:
        name = "node1"
        access = FakeAccess("node1", {"/das/lib/a.jar": b"", "/das/conf/x": b""})

        class witness:
            ask = staticmethod(lambda subject, question, answer: answer())

    entries = ["/das/lib/a.jar", "/das/lib/b.jar", "/gone/c.jar"]
    assert class_path_entries.missing(Told, entries) == ["/das/lib/b.jar", "/gone/c.jar"]
