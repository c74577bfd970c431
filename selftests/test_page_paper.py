"""The page as it is printed and signed, and what it shows of an answer."""

import hashlib
import json
import re
from datetime import datetime, timezone
from pathlib import Path

import pytest
from lxml import html

from reports.page.excerpt import LENGTH, elements, lines
from reports.page.run_files import RunFiles
from reports.page.search_terms import SearchTerms
from reports.page.timeline import SHOWN
from selftests import failover_texts
from selftests.home_paths import MASTER
from selftests.page_home import PAGE
from selftests.test_page import CATALOGUE, page, signoff

SIGNOFF = b'{"run_id": "r1"}'
#: The words of this requirement stand behind a long comment, where a head of the file would not show them.
COMMENT = "<!-- domain\n" + "licence WSO2UM_DB\n" * 50 + "-->\n"


def kept(*, signed: bool, logs: Path = Path("/nowhere")) -> RunFiles:
    return RunFiles(lambda name: SIGNOFF if name == "signoff.json" else b"", logs, signed=signed)


def test_the_sheet_has_each_requirement_with_its_verdict_and_the_first_line_of_its_message():
    signed_off = signoff()
    signed_off["requirements"]["CLU-01"] |= {"verdict": "fail", "message": "no agent\nsecond line"}
    rows = html.document_fromstring(page(signed_off)).xpath("//section[@class='sheet']//td[@class='id']/..")
    (row,) = [" ".join(one.text_content().split()) for one in rows if "CLU-01" in one.text_content()]
    assert len(rows) == len(CATALOGUE)
    assert "CLU-01must✗ fail" in row.replace("\xa0", " ")
    assert row.endswith("no agent")


def test_the_signatures_stand_under_result_run_and_the_hash_of_what_is_signed_and_how_it_is_checked():
    shown = html.document_fromstring(page(signoff(), kept=kept(signed=True)))
    text = shown.get_element_by_id("signatures").text_content()
    assert all(one in text for one in ("CONFORMS", "r1", hashlib.sha256(SIGNOFF).hexdigest()))
    assert "unsigned" not in text
    said = "reports verify RUN --key PUBLIC.pem on this run's folder proves that nothing was changed since"
    assert said in shown.text_content()
    text = html.document_fromstring(page(signoff(), kept=kept(signed=False))).text_content()
    assert text.count("unsigned: anyone could have changed it and sealed it again") == 2
    assert ".tox/conformance/bin/python -m reports verify RUN on this run's folder proves that its files belong" in text
    assert "--target replay:RUN" in text


@pytest.mark.parametrize("run_id", ['x"}</style><script>', "a\\", "a\nb"])
def test_the_foot_of_each_sheet_names_the_run_and_ends_nowhere_else(run_id):
    text = page(signoff(run_id=run_id))
    (foot,) = re.findall(r"@page\{@bottom-left\{content:(.*?)\}\}</style>", text)
    assert re.fullmatch(r'"run [\w .·-]*(\\[0-9a-f]+ [\w .·-]*)+"', foot)
    assert len(html.document_fromstring(text).xpath("//script")) == 1


def test_paper_shows_what_the_filter_hides_and_what_is_shut():
    style = html.document_fromstring(page(signoff())).findtext(".//style")
    paper = style[style.index("@media print") :]
    assert "details.requirement[hidden],.group[hidden]{display:block!important}" in paper
    assert "details::details-content{content-visibility:visible;display:block" in paper
    assert "counter(page)" in paper


def test_a_waiver_that_fails_the_run_says_so():
    waiver = {"id": "DB-01", "reason": "known", "owner": "operations", "state": "expired"}
    waivers = [waiver | {"expires": "2026-01-01", "days_left": -26}]
    text = html.document_fromstring(page(signoff(waivers=waivers))).text_content()
    assert "✗ expired: fails the run" in text
    assert "2026-01-01 (26 days ago)" in text


def test_a_timeline_that_is_cut_says_so(tmp_path):
    parsed = json.loads(json.dumps(failover_texts.record(failover_texts.good()).summary()))
    log = tmp_path / "node1/repository/logs/wso2carbon.log"
    log.parent.mkdir(parents=True)
    at = datetime.fromtimestamp(parsed["fault"]["at_wall"] + 1, timezone.utc)
    line = f"TID: [-1234] [] [{at:%Y-%m-%d %H:%M:%S},000] ERROR {{org.wso2.X}} -  broken {{org.wso2.X}}\n"
    log.write_text(line * (SHOWN + 1))
    text = page(signoff(failovers=[parsed]), kept=kept(signed=False, logs=tmp_path))
    assert f"Not more than the first {SHOWN} lines are shown" in text


def words(requirement_id: str) -> SearchTerms:
    one = CATALOGUE[requirement_id]
    return SearchTerms([one.sentence, one.repair, one.sabotage])


def test_a_requirement_shows_the_line_that_it_speaks_of_and_its_number_or_the_log_line_that_it_quotes():
    clip = lines(COMMENT + PAGE[MASTER], words("DS-01"))
    assert "60: <datasource><name>WSO2UM_DB</name><jndiConfig><name>jdbc/WSO2UM_DB</name>" in clip.text
    assert clip.of == "lines 58 to 62 of 69"
    log = "\n".join(["TID: Registry"] * 20 + ["INFO - Configured Registry in 63ms"] + ["TID: other"] * 20)
    assert "21: INFO - Configured Registry in 63ms" in lines(log, words("LOG-01")).text


def test_a_plain_word_counts_only_as_the_name_of_a_setting_and_lines_as_the_product_counts_them():
    text = 'the domain of this\n\n\n\n<parameter name="domain">wso2</parameter>'
    clip = lines(text, SearchTerms(["Both nodes have the same domain."]))
    assert clip.text.endswith('5: <parameter name="domain">wso2</parameter>')
    clip = lines("a\x85b\u2028c\r\nname WSO2UM_DB\n", SearchTerms(["WSO2UM_DB"]))
    assert clip.text.split("\n")[1] == "2: name WSO2UM_DB"


@pytest.mark.parametrize(
    "line", ["my_domain=", "domain", "the domain =", '"domains"', "WSO2UM_DB2", "/domainWSO2UM_DB"]
)
def test_a_word_within_another_one_or_within_a_sentence_is_not_meant(line):
    text = f"first\n{line}\n"
    assert lines(text, SearchTerms(["the domain of WSO2UM_DB"])) == lines(text, SearchTerms([]))
    assert SearchTerms(["domain of `a b`"]).best("x\n a b\n") == 1


@pytest.mark.parametrize(
    "line", ["domain=", "\t domain x", "</domain>", "'domain'", "(WSO2UM_DB)", "é/domain/WSO2UM_DB"]
)
def test_a_word_is_meant_where_it_names_something(line):
    assert SearchTerms(["the domain of WSO2UM_DB"]).best(f"domain\n{line}\n") == 1


@pytest.mark.parametrize("text", ["", "\n\n", "<!-- never ends", "\x00\x85\u2028", "x" * 10**6])
def test_a_text_without_any_word_shows_its_beginning(text):
    clip = lines(text, SearchTerms([]))
    assert len(clip.text) <= LENGTH


def test_json_is_cut_between_elements_and_says_how_many_are_left_out_unless_it_is_short():
    rows = [[f"REG_TABLE_{number}", "latin1"] for number in range(100)]
    clip = elements([*rows, ["userdb", "utf8"]], SearchTerms(["the database userdb of users, or UserDB: `userdb`"]))
    shown, _, more = clip.text.rpartition(", … ")
    assert json.loads(shown + "]")[-1] == ["userdb", "utf8"]
    assert int(more.removesuffix(" more]")) == 101 - len(json.loads(shown + "]"))
    assert elements({"b": 1, "a": None}, SearchTerms([])) == elements({"a": None, "b": 1}, SearchTerms(["a"]))
    assert elements({"b": 1, "a": None}, SearchTerms([])).of == ""


@pytest.mark.parametrize("answer", [["x" * 10**5], {"a": {"b": [10**4000, "\n" * 10**5]}}, [[["y"] * 10**4]] * 99])
def test_json_with_huge_elements_stays_short(answer):
    assert len(elements(answer, SearchTerms([])).text) < 2 * LENGTH
