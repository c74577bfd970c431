"""The first screen: does it conform, what must be decided by whom, what was not judged."""

from typing import Any

import pytest

from reports import answers
from selftests.stored_signoffs import signoff


def decided(run: dict[str, Any]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.who, one.text, one.ids) for one in answers.decisions(run)]


def test_a_run_in_which_all_passed_leaves_nothing_to_decide():
    run = signoff()
    assert answers.decisions(run) == answers.not_judged(run) == []
    assert answers.judged(run) == (3, 3)
    assert answers.conforms(run).startswith("Yes.")


@pytest.mark.parametrize(("verdicts", "who", "ids"), [
    ({"CLU-01": "fail"}, "Operator", ("CLU-01",)),
    ({"CLU-01": "error"}, "Who runs the suite", ("CLU-01",)),
    ({"FO-11": "fail"}, "Acceptance", ("FO-11",)),
    ({"FO-11": "error"}, "Acceptance", ("FO-11",)),
])  # fmt: skip
def test_each_verdict_is_for_who_can_do_something_about_it(verdicts, who, ids):
    run = signoff({"CLU-01": "pass", "FO-11": "pass", "FO-14": "pass"} | verdicts)
    assert [(one[0], one[2]) for one in decided(run)] == [(who, ids)]


def test_causes_are_repaired_and_what_follows_is_only_counted():
    run = signoff({"CLU-01": "fail", "FO-11": "pass", "FO-14": "fail"}, result="DOES NOT CONFORM")
    run["requirements"]["FO-14"]["follows_from"] = ["CLU-01"]
    text = "Repair the failures, or have them waived (1 more follows from these)"
    assert decided(run) == [("Operator", text, ("CLU-01",))]
    assert answers.conforms(run).startswith("No.")


def test_a_waiver_in_force_names_its_owner_and_one_that_expired_is_to_be_renewed():
    held = {"id": "CLU-01", "state": "in force", "owner": "Ada", "expires": "2026-12-31", "reason": "x", "days_left": 9}
    old = held | {"id": "FO-14", "state": "expired", "owner": "Bob"}
    run = signoff(waivers=[held, old, held | {"state": "unused"}])
    assert decided(run) == [
        ("Bob", "The waiver is expired: renew it, or repair", ("FO-14",)),
        ("Ada", "Answers for what is waived, until 2026-12-31", ("CLU-01",)),
    ]


def test_what_was_not_judged_is_grouped_by_reason_in_plain_words():
    run = signoff({}, result="PARTIAL")
    unseen = {"CLU-01": "no log", "FO-11": "not selected in this run: a", "FO-14": "not selected in this run"}
    for name, message in unseen.items():
        run["requirements"][name]["message"] = message
    reasons = [(one.text, one.ids) for one in answers.not_judged(run)]
    assert reasons == [("Not selected in this run", ("FO-11", "FO-14")), ("no log", ("CLU-01",))]
    assert decided(run) == [("Acceptance", "Accept that 3 requirements were not judged, or ask for the rest", ())]
    run = signoff({}, result="PARTIAL")
    run["requirements"]["CLU-01"]["message"] = "target snapshot:x cannot do: fault, artifacts, write; leave --read-only"
    text = "This target does not have nodes that may be killed, the suite's test streams and leave to write"
    assert ((text, ("CLU-01",))) in [(one.text, one.ids) for one in answers.not_judged(run)]


def test_patches_of_a_repair_are_to_be_looked_at_and_their_questions_answered():
    run = signoff(repair={"patches": [{}], "questions": [{"decides": True}, {"decides": False}, {"decides": True}]})
    text = "Look at the patches that repair this, and answer 2 questions"
    assert decided(run) == [("Operator", text, ())]
    assert decided(signoff(repair={"patches": [], "questions": [{"decides": True}]})) == []


def test_names_and_findings_beyond_the_page_are_decided_too():
    run = signoff()
    run["requirements"]["CLU-01"]["deviations"] = ["node1: other name"]
    run["requirements"]["OPS-01"] = run["requirements"]["FO-14"] | {"level": "field", "verdict": "fail"}
    assert [(who, ids) for who, _, ids in decided(run)] == [("Acceptance", ("CLU-01",)), ("Operator", ("OPS-01",))]
    assert answers.judged(run) == (3, 3)
