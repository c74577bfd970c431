"""signoff.html: what it shows, what it keeps out, and that it is the same each time."""

import json
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html

from conformance.evidence.observation import Observation, fingerprint
from conformance.judgement.catalogue import load
from conformance.node.clock import NodeClock
from conformance.node.log.follower import LOG_PATH
from reports import terminal
from reports.bands import svg
from reports.page.excerpt import LINE, excerpts
from reports.page.render import render
from reports.page.run_files import RunFiles
from reports.page.search_terms import SearchTerms
from reports.page.timeline import NodeLogs
from selftests import failover_texts, outage_texts
from selftests.fake_node import file_line
from selftests.test_outages_suite import OutageRecord

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = load(ROOT / "suites" / "catalogue.toml")
NOTHING = RunFiles(lambda _: b"", Path("/nonexistent"), signed=False)
WORDS = SearchTerms([])
HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e\x00" + "x" * 1_000_000


def observation(answer: object, number: int = 1, question: str = "log: repository/logs/wso2carbon.log") -> Observation:
    return Observation(f"o-{number:04d}", "", "node1", question, answer, 1.0, 1.0, fingerprint(answer), number)


def signoff(**changed: object) -> dict[str, object]:
    """A sign-off in which everything passed, and what is `changed`."""
    entry = {"level": "must", "kind": "log", "verdict": "pass", "message": "", "evidence": ["o-0001"], "seconds": 0.1}
    entry |= {"tests": [], "sabotage_proof": "can fail: proven by no-driver, driver-cut"}
    good = {"schema_version": "2.0", "run_id": "r1", "target": "embedded", "single_host": False, "started": 0.0}
    good |= {"finished": 60.0, "product": {"product": "DAS", "size": "lab"}, "result": "CONFORMS", "dirty": True}
    good |= {"machine": {"os": "Linux", "python": "3", "pytest": "9", "cpus": 2, "memory_bytes": 1}, "commit": "abc"}
    good |= {"clock_skew_seconds": {}, "counts": {"pass": 105}, "failovers": [], "time": {"total": 60.0}}
    good |= {"waivers": [], "argv": ["-c", "pyproject.toml", "--run-id", "r1"]}
    good |= {"requirements": {one: dict(entry) for one in CATALOGUE}}
    return good | changed


def page(report: dict[str, object], *observations: Observation, kept: RunFiles = NOTHING) -> str:
    return render(report, observations, CATALOGUE, kept)


def test_every_requirement_is_there_with_its_verdict_and_proof_and_nothing_comes_from_a_network():
    tree = html.document_fromstring(page(signoff(), observation("a line")))
    assert len(tree.xpath("//details[@class='requirement']")) == len(CATALOGUE)
    proof = "Seen to fail when broken on purpose: delete the jar on one node (sabotage: no-driver, driver-cut)."
    assert proof in tree.text_content()
    assert tree.findtext(".//h1") == "CONFORMS"
    places = [*tree.xpath("//@src"), *tree.xpath("//@href")]
    assert all(place.startswith(("#", "data:")) for place in places)


@pytest.mark.parametrize("verdict", ["fail", "error"])
def test_the_first_screen_names_the_run_and_what_it_costs_to_accept_a_recommendation(verdict):
    report = signoff()
    report["requirements"]["FO-13"] |= {"level": "should", "verdict": verdict, "message": "lost"}
    (header,) = html.document_fromstring(page(report)).xpath("//header")
    assert "Run r1 on target embedded" in header.text_content()
    assert "What that can cost: FO-13: An outage of the database loses events" in header.text_content()
    assert header.xpath(".//li/a[@href='#FO-13']")


def test_what_is_open_comes_first_and_is_grouped_by_reason():
    signed_off = signoff(result="DOES NOT CONFORM")
    for name in ("CLU-01", "CLU-02"):
        signed_off["requirements"][name] |= {"verdict": "not-assessed", "message": "not built"}
    signed_off["requirements"]["FO-01"] |= {"verdict": "fail", "message": "promoted: never came"}
    causes = html.document_fromstring(page(signed_off)).xpath("//section[@id='open']/article")
    assert [len(one.xpath(".//a")) for one in causes] == [1, 2]
    assert "promoted: never came" in causes[0].text_content()


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "<-05>5"])
def test_the_timeline_is_the_same_in_every_zone(tmp_path, monkeypatch, zone):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    summary = failover_texts.record(failover_texts.good()).summary()
    for name, at in (("node1", "2026-11-23 06:58:25,500"), ("node2", "2026-11-22 21:58:24,400")):
        path = tmp_path / name / LOG_PATH
        path.parent.mkdir(parents=True)
        path.write_text(file_line("ha|Became CEP HA Active Member", at) + "\n")
    repaired = "das.conformance.lab.mastermap.MasterMapRepair|Spark master map: a now names b"
    with path.open("a") as log:
        log.write(file_line(repaired, "2026-11-22 21:00:00,000") + "\n")
    logs = NodeLogs(tmp_path)
    assert logs.masters_repaired == 1
    lines = logs.around(summary, {"node1": NodeClock(32400, 0.5, 0.01), "node2": None})
    monkeypatch.undo()
    time.tzset()
    assert [(line.node, round(line.seconds, 3)) for line in lines] == [("node2", 0.4), ("node1", 1.0)]


def test_clocks_are_reported_with_their_uncertainty_and_none_is_claimed():
    signed_off = signoff(clock_skew_seconds={"node1": NodeClock(32400, -0.5, 0.02).as_json(), "node2": None})
    assert "node1 UTC+09:00, 0.500 s behind (± 0.020 s); node2 not measured" in page(signed_off)
    assert all("<dt>Clocks</dt><dd>not measured</dd>" in page(signoff(clock_skew_seconds=old)) for old in ({}, None))


@pytest.mark.parametrize("problem", ["", "nothing was sent over Thrift: node2 data bridge: no stream LabWire:1.0.0"])
def test_clients_over_thrift_stand_beside_the_other_events(problem):
    record = failover_texts.good() | ({"clients": [], "no_clients": problem} if problem else {})
    summary = json.loads(json.dumps(failover_texts.record(record).summary()))
    asked = replace(observation({}, question="failover there"), asked_by=["FO-01", "FO-99"])
    shown = html.document_fromstring(page(signoff(failovers=[summary]), asked))
    text = " ".join(" ".join(shown.itertext()).split())
    assert "Judged by FO-01 , FO-99 ." in text
    if problem:
        assert f"Clients over Thrift: {problem}." in text
    else:
        assert "Client over Thrift Sent Taken Arrived Lost Doubled Sent again Seconds without service" in text
        assert "{tcp://a:7611|tcp://b:7611} 20 20 20 0 0 0 0.10" in text


def test_a_survivor_that_its_spark_worker_took_down_and_the_repair_stand_in_report_and_terminal():
    exit_ = "node2 does not run: its Spark worker took the whole node down"
    repair = "before loss of the passive: both nodes were killed and started again"
    summary = failover_texts.record(failover_texts.good()).summary() | {"survivor_exit": exit_, "repairs": [repair]}
    parsed = signoff(failovers=[json.loads(json.dumps(summary))])

    shown = html.document_fromstring(page(parsed))

    first_screen = " ".join(shown.xpath("//header")[0].text_content().split())
    assert "did not come back by itself 1 time, and was repaired" in first_screen
    assert shown.xpath("//header//a[@href='#repairs']")
    assert repair in shown.get_element_by_id("facts").text_content()
    assert exit_ in [note.text for note in shown.xpath("//section[@id='fault-1']//p[@class='note']")]
    assert terminal._faults(parsed)[-1].endswith("; the cluster did not come back by itself 1 time")


def test_the_same_run_gives_the_same_bytes_and_one_that_broke_off_has_a_page_too():
    summary = OutageRecord.from_json(outage_texts.good()).summary()
    parsed = signoff(failovers=[json.loads(json.dumps(summary))])
    assert page(parsed, observation({"b": 1, "a": 2})) == page(parsed, observation({"b": 1, "a": 2}))
    broken_off = signoff(result="INCOMPLETE", product={}, commit=None)
    assert "unknown: the deployment was not reached" in page(broken_off)


def test_hostile_evidence_does_no_harm_and_stays_small():
    signed_off = signoff()
    signed_off["requirements"]["CLU-01"] |= {"verdict": "fail", "message": HOSTILE[:100]}
    text = page(signed_off, observation(HOSTILE))
    assert len(html.document_fromstring(text).xpath("//script")) == 1
    assert not re.search("[\x00\x1b\u202e]", text)
    assert len(text) < 3_000_000


def test_an_excerpt_is_clipped_around_the_line_that_the_message_names_and_shown_first_the_rest_counted():
    log = observation("\n".join(f"line {number}" for number in range(1, 100)))
    (one,), _ = excerpts(["o-0001"], {"o-0001": log}, "node1 repository/logs/wso2carbon.log:50 ERROR", WORDS)
    assert one.text.split("\n") == [f"{number}: line {number}" for number in range(48, 53)]
    known = {f"o-{n:04d}": observation("x" * 999, n, f"file {n}.xml") for n in range(1, 10)}
    shown, more = excerpts(known, known, "node1 9.xml:3: found 1", WORDS)
    assert (shown[0].id, more, len(shown[0].text)) == ("o-0009", 3, LINE + 5)


def test_what_decides_is_shown_before_what_it_was_made_from():
    asked = [("", "clock"), ("", "a.xml"), ("", "options"), ("t > cluster: failover", "Spark master UI")]
    asked += [("t > cluster: failover", "Spark master UI"), ("", "failover there"), ("t", "rows"), ("t", "rows")]
    known = {one.id: one for one in (observation("x", n, text) for n, (_, text) in enumerate(asked, 1))}
    for (scope, _), one in zip(asked, known.values(), strict=True):
        known[one.id] = replace(one, scope=scope, failed=one.id == "o-0004")
    words = SearchTerms(["a.xml"])

    assert [one.question for one in excerpts(known, known, "", words)[0]] == [
        "rows", "rows", "failover there", "options", "a.xml", "clock"
    ]  # fmt: skip
    assert excerpts(known, known, "", words, of_files=True)[0][0].question == "a.xml"


@pytest.mark.parametrize(("phases", "shown"), [
    ([{"name": "lost", "seconds": 0.5, "budget": 15.0, "found": "a:1"}, {}],
     "lost: 0.5 s, budget 15.0 s; a:1\nNone: never"),
    ([{"name": "promoted", "found": ""}], "promoted: never, budget None s; not seen"),
    ([1], '{"phases": [1]}'),
    ({"a": 1}, '{"phases": {"a": 1}}'),
])  # fmt: skip
def test_of_a_failover_its_phases_are_shown(phases, shown):
    (one,), _ = excerpts(["o-0001"], {"o-0001": observation({"phases": phases})}, "", WORDS)
    assert one.text.startswith(shown)


@pytest.mark.parametrize("picture", ["not base64!", "A" * 500_000, 7])
def test_what_is_no_picture_is_not_shown(picture):
    text = page(signoff(), observation({"screenshot_png": picture}))
    assert "data:image" not in text


def test_a_failover_is_a_picture_with_each_phase_and_node_that_says_in_words_what_both_were():
    recorded = failover_texts.record(failover_texts.good()).summary()
    text = svg(recorded)
    assert {phase["name"] for phase in recorded["phases"]} <= set(re.findall(r">([^<>]+)</text>", text))
    bars = re.findall(r"<title>([a-z]+) from", text)
    assert bars == ["active", "down", "passive", "passive", "active"], "node1, then node2"
    assert 'class="healed"' not in text
    label = re.findall(r'aria-label="([^"]*)"', text)[0]
    assert "node1: active, from 0.0 s down, from 30.0 s passive" in label
    assert "node2: passive, from 0.5 s active" in label
    never = failover_texts.good()
    failover_texts.set_phase(never, "promoted", None)
    assert ">never <tspan" in svg(failover_texts.record(never).summary())


def test_each_phase_shows_its_budget_and_one_that_goes_on_behind_the_picture_is_marked():
    failover = failover_texts.record(failover_texts.good()).summary()
    within, beyond = failover["phases"][0], failover["phases"][1]
    end = failover["ended_wall"] - failover["fault"]["at_wall"]
    within["budget"], beyond["budget"], failover["phases"] = end - 1, end + 1, [within, beyond]
    text = svg(failover)
    assert [f"of {one['budget']:g} s</tspan>" in text for one in failover["phases"]] == [True, True]
    ends = r'class="end" d="M[\d.]+ \d+v24"', r'd="M[\d.]+ \d+l6 7l-6 7"'
    assert [len(re.findall(one, text)) for one in ends] == [1, 1]


def test_an_outage_shows_when_it_was_healed_and_a_node_that_took_itself_down():
    recorded = OutageRecord.from_json(outage_texts.good()).summary()
    quiet = svg(recorded)
    assert quiet.count('class="healed"') == 2, "a line and the legend"
    assert "took itself down" not in quiet
    recorded["spans"][0]["end"], recorded["nodes"]["node1"]["pid_after"] = outage_texts.FAULT + 10, None
    assert re.search(r"<title>down from 10\.0 s to [\d.]+ s: node1 took itself down</title>", svg(recorded))


def test_lost_events_are_marked_in_the_seconds_in_which_they_were_sent():
    failover = failover_texts.record(failover_texts.good()).summary()
    failover["rates"] = [
        {"second": 0, "sent": 4, "accepted": 3, "put_out": 3, "stored": 1},
        {"second": 1, "sent": 4, "accepted": 4, "put_out": 4, "stored": 4},
    ]
    drawn = svg(failover)
    lost = re.findall(r'<rect class="lost"[^>]*height="([\d.]+)"><title>([^<]*)', drawn)
    assert lost == [("35.0", "second +0: 4 sent, 3 accepted, 1 stored, 2 lost")]
    assert '<text class="alarm"' in drawn
    assert ">2 lost</text>" in drawn
    assert "2 accepted events lost" in re.findall(r'aria-label="([^"]*)"', drawn)[0]
    failover["rates"][0]["stored"] = 3
    assert 'class="lost"' not in svg(failover)
    assert ">none lost</text>" in svg(failover)


def test_a_recommendation_that_is_not_met_is_nowhere_a_failure_beside_conforms():
    signed_off = signoff(counts={"fail": 1, "pass": 104})
    signed_off["requirements"]["FO-13"] |= {"verdict": "fail", "level": "should", "message": "stored: 7 of 9 missing"}
    tree = html.document_fromstring(page(signed_off))
    counts = [" ".join(one.text_content().split()) for one in tree.xpath("//ul[@class='counts']/li")]
    assert counts == ["1 △ recommendation not met (FO-13)", "104 ✓ pass"]
    assert tree.xpath("//section[@id='open']/h3/text()") == ["Recommendations not met"]
    red = "//*[contains(concat(' ', @class, ' '), ' fail ')]"
    assert [one for one in tree.xpath(red) if "pass" not in one.get("class")] == []


def test_what_follows_from_a_failure_is_folded_below_it():
    signed_off = signoff(result="DOES NOT CONFORM")
    signed_off["requirements"]["UM-01"] |= {"verdict": "fail", "message": "found H2"}
    signed_off["requirements"]["DS-01"] |= {"verdict": "fail", "message": "other name", "follows_from": ["UM-01"]}
    (cause,) = html.document_fromstring(page(signed_off)).xpath("//section[@id='open']/article")
    assert cause.xpath("./p[@class='what']/a/text()") == ["UM-01"]
    (folded,) = cause.xpath("./details")
    assert folded.findtext("summary") == "1 more follows from it"
    assert folded.get("open") is None
    assert "other name" in folded.text_content()


def test_of_what_is_beyond_the_page_only_findings_are_open():
    signed_off = signoff()
    signed_off["requirements"]["OPS-01"] |= {"level": "field", "verdict": "fail", "message": "each script runs twice"}
    signed_off["requirements"]["OPS-02"] |= {"level": "field"}
    (section,) = html.document_fromstring(page(signed_off)).xpath("//section[@id='beyond']")
    assert section.xpath("./article//a/text()") == ["OPS-01"]
    assert section.xpath("./details//a/text()") == ["OPS-02"]
