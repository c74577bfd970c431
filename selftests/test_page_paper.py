"""signoff.html as it is printed and signed."""

import hashlib
import json
import re
from datetime import datetime, timezone
from pathlib import Path

import pytest
from lxml import html

from reports.page.kept import Kept
from reports.page.timeline import SHOWN
from selftests import failover_texts
from selftests.test_page import CATALOGUE, page, signoff

SIGNOFF = b'{"run_id": "r1"}'


def kept(*, signed: bool, logs: Path = Path("/nowhere")) -> Kept:
    return Kept(lambda name: SIGNOFF if name == "signoff.json" else b"", logs, signed=signed)


def test_the_sheet_has_each_requirement_with_its_verdict_and_the_first_line_of_its_message():
    told = signoff()
    told["requirements"]["CLU-01"] |= {"verdict": "fail", "message": "no agent\nsecond line"}
    rows = html.document_fromstring(page(told)).xpath("//section[@class='sheet']//td[@class='id']/..")
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
    assert text.count("unsigned: anyone who resealed it could have changed it") == 2
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
    told = json.loads(json.dumps(failover_texts.record(failover_texts.good()).summary()))
    log = tmp_path / "node1/repository/logs/wso2carbon.log"
    log.parent.mkdir(parents=True)
    at = datetime.fromtimestamp(told["fault"]["at_wall"] + 1, timezone.utc)
    line = f"TID: [-1234] [] [{at:%Y-%m-%d %H:%M:%S},000] ERROR {{org.wso2.X}} -  broken {{org.wso2.X}}\n"
    log.write_text(line * (SHOWN + 1))
    text = page(signoff(failovers=[told]), kept=kept(signed=False, logs=tmp_path))
    assert f"Not more than the first {SHOWN} lines are shown" in text
