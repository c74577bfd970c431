"""The witness: asks, keeps, cites, replays, and hands an answer on to each who asks."""

import hashlib
import json
import math
from pathlib import Path
from unittest.mock import Mock

import pytest

from conformance.errors import EvidenceError, NotSeen
from conformance.evidence import labs
from conformance.evidence.observation import Given, canonical
from conformance.evidence.store import INLINE_LIMIT, read_evidence
from conformance.evidence.witness import Witness
from conformance.secret import Secret
from conformance.text.masking import mask
from selftests.fake_clock import FakeClock


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    """A recording witness; the run's folder is tmp_path."""
    return Witness.recording(tmp_path / "evidence", FakeClock())


def never() -> str:
    """An answer that must not be asked for."""
    raise RuntimeError("asked the deployment")


def fails() -> str:
    """An answer that the deployment refuses."""
    raise OSError("node2 does not answer")


def test_a_question_is_asked_once_per_run_and_answered_as_a_replay_would(witness):
    first = witness.ask("node1", "text of a file", lambda: "content")
    assert witness.ask("node1", "text of a file", never) == first == "content"
    assert len(witness.observations()) == 1
    assert witness.ask("node1", "pair", lambda: {"b": (1, 2)}) == {"b": [1, 2]}
    # What one caller changes the next does not see.
    witness.ask("node1", "list", lambda: [1]).append(2)
    assert witness.ask("node1", "list", never) == [1]


@pytest.mark.parametrize("answer", [b"\x00", {"a": object()}, math.nan])
def test_an_answer_that_is_no_json_is_a_failure(witness, answer):
    with pytest.raises((TypeError, ValueError)):
        witness.ask("node1", "bytes", lambda: answer)
    assert witness.observations()[0].failed


def test_a_fresh_question_is_asked_each_time(witness):
    answers = iter([1, 2])
    with witness.scoped("failover"):
        assert [witness.ask("node1", "role", lambda: next(answers), fresh=True) for _ in range(2)] == [1, 2]
    assert [(o.scope, o.number) for o in witness.observations()] == [("failover", 1), ("failover", 2)]


def test_what_is_asked_is_on_disk_at_once_with_time_and_hash(witness, tmp_path):
    witness.ask("node1", "role", lambda: "active")
    (line,) = (tmp_path / "evidence" / "observations.jsonl").read_text().splitlines()
    written = json.loads(line)
    assert (written["id"], written["at_monotonic"], written["answer"]) == ("o-0001", 1000.0, "active")
    assert len(written["sha256"]) == 64


def test_every_requirement_that_asked_is_cited(witness, tmp_path):
    with witness.under("AA-01", "AA-02"):
        witness.ask("node1", "role", lambda: "active")
    with witness.under("BB-01"):
        witness.ask("node1", "role", never)
    assert witness.evidence_of("BB-01") == ["o-0001"]
    assert read_evidence(tmp_path / "evidence")[0].asked_by == ["AA-01", "AA-02", "BB-01"]


def test_what_is_asked_for_requirements_is_noted_with_its_hash(witness):
    with witness.noting() as noted:
        witness.ask("node1", "role", lambda: "active")
        assert noted == {}
        with witness.under("AA-01"):
            witness.ask("node1", "role", never)
        assert noted == {"o-0001": witness.observations()[0].sha256}


def test_a_failure_to_answer_is_kept_and_raised_each_time(witness):
    with pytest.raises(OSError, match="does not answer"):
        witness.ask("node2", "role", fails)
    with pytest.raises(OSError, match="does not answer"):
        witness.ask("node2", "role", never)
    (kept,) = witness.observations()
    assert kept.failed
    assert kept.answer == {"error": "node2 does not answer", "type": "OSError", "seen": False}


def test_a_planted_canary_never_reaches_the_disk(witness, tmp_path):
    witness.redact(Secret("canary-4711"))
    answer = witness.ask("node1", "file with canary-4711", lambda: "p=canary-4711 " + "x" * INLINE_LIMIT)
    content = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert answer.startswith("p=canary-4711")
    assert b"canary" not in content
    assert f"p={mask('canary-4711')}".encode() in content


@pytest.mark.parametrize("answer", ["ä\udc80" * INLINE_LIMIT, [0] * INLINE_LIMIT], ids=["text", "list"])
def test_a_long_answer_lies_in_a_file_of_its_own(witness, tmp_path, answer):
    witness.ask("node1", "log", lambda: answer)
    (line,) = (tmp_path / "evidence" / "observations.jsonl").read_text().splitlines()
    said = json.loads(line)
    assert (tmp_path / "evidence" / "blobs" / f"{said['blob']}.txt").is_file()
    assert said["sha256"] == hashlib.sha256(json.dumps(answer, separators=(",", ":")).encode()).hexdigest()
    assert Witness.replaying(read_evidence(tmp_path / "evidence")).ask("node1", "log", never) == answer


def test_a_replay_answers_without_asking(witness, tmp_path):
    witness.ask("node1", "role", lambda: "active")
    with witness.scoped("failover"):
        witness.ask("node1", "role", lambda: "gone", fresh=True)
    replay = Witness.replaying(read_evidence(tmp_path / "evidence"))
    assert replay.can_answer("node1", "role")
    assert not replay.can_answer("node1", "options")
    assert witness.can_answer("node1", "options")
    assert replay.ask("node1", "role", never) == "active"
    with replay.scoped("failover"), replay.under("FO-01"):
        assert replay.ask("node1", "role", never, fresh=True) == "gone"
    assert replay.evidence_of("FO-01") == ["o-0002"]


def test_a_replay_without_the_observation_is_an_error_never_an_answer(witness, tmp_path):
    witness.ask("node1", "role", lambda: "active")
    replay = Witness.replaying(read_evidence(tmp_path / "evidence"))
    with pytest.raises(EvidenceError, match="no observation of node2: 'role'"):
        replay.ask("node2", "role", never)
    with pytest.raises(EvidenceError, match="no observation of node1: 'role' in 'run', number 1"):
        replay.ask("node1", "role", never, fresh=True)


def test_a_replay_raises_what_the_run_met(witness, tmp_path):
    not_seen = Mock(side_effect=NotSeen("promotion not within 25 s"))
    for question, answer in (("role", fails), ("promotion", not_seen)):
        with pytest.raises((OSError, NotSeen)):
            witness.ask("node2", question, answer)
    replay = Witness.replaying(read_evidence(tmp_path / "evidence"))
    with pytest.raises(EvidenceError, match="OSError: node2 does not answer"):
        replay.ask("node2", "role", never)
    with pytest.raises(NotSeen, match="promotion not within"):
        replay.ask("node2", "promotion", never)


def test_the_second_lab_answers_what_it_was_asked_and_says_why_it_was_not_asked_more(witness):
    other = Witness(None, None, witness._clock)
    other.ask("node1", "role", lambda: "active")
    witness.adopt(labs.SECOND, other.observations())
    with labs.inside(labs.SECOND):
        assert witness.ask("node1", "role", never) == "active"
        assert [witness.can_answer("node1", question) for question in ("role", "log")] == [True, False]
        with pytest.raises(EvidenceError, match="no observation of node1: 'log' in 'second lab'"):
            witness.ask("node1", "log", never)
        with labs.inside(labs.FIRST):
            witness.ask("cluster", labs.END, lambda: {"exit_code": 4, "problem": "it was ended", "remedy": "again"})
        with pytest.raises(EvidenceError, match="it was ended: no answer to 'log' - again"):
            witness.ask("node1", "log", never)
    replay = Witness.replaying(witness.observations())
    replay.ask("cluster", labs.END, never)
    with labs.inside(labs.SECOND):
        assert [replay.can_answer("node1", question) for question in ("role", "log")] == [True, False]
    with pytest.raises(EvidenceError, match="no observation of node1: 'log' - record the run again"):
        replay.ask("node1", "log", never)


def test_a_second_look_takes_what_holds_for_the_run_but_for_what_may_differ(witness):
    for question in ("role", "log"):
        witness.ask("node1", question, lambda question=question: question)
    with pytest.raises(OSError, match="does not answer"):
        witness.ask("node1", "page", fails)
    with witness.scoped("test"):
        witness.ask("node1", "role", lambda: "active", fresh=True)
    again = Witness.looking_again(witness, lambda subject, question: (subject, question) == ("node1", "log"))

    assert [again.ask("node1", question, lambda: "new") for question in ("role", "log")] == ["role", "new"]
    with pytest.raises(OSError, match="does not answer"):
        again.ask("node1", "page", never)
    with again.scoped("test"):
        assert again.ask("node1", "role", lambda: "passive", fresh=True) == "passive"


def test_what_an_answer_asks_itself_does_not_count_in_a_replay(witness, tmp_path):
    def login() -> str:
        return witness.ask("node1", "login", lambda: "first", fresh=True)

    with witness.scoped("test"):
        witness.ask("node1", "query", login, fresh=True)
        witness.ask("node1", "login", lambda: "second", fresh=True)
    replay = Witness.replaying(read_evidence(tmp_path / "evidence"))
    with replay.scoped("test"):
        assert replay.ask("node1", "query", never, fresh=True) == "first"
        assert replay.ask("node1", "login", never, fresh=True) == "second"


def test_a_question_that_was_masked_when_it_was_written_is_found(witness, tmp_path):
    asked = {f"CREATE USER 'a' IDENTIFIED BY '{word}'": word for word in ("first-one", "second-one")}
    for question, answer in asked.items():
        witness.ask("database", question, lambda answer=answer: answer)
    replay = Witness.replaying(read_evidence(tmp_path / "evidence"))
    assert {question: replay.ask("database", question, never) for question in asked} == asked
    assert not replay.can_answer("database", "SHOW TABLES")


def test_a_replay_writes_down_what_was_used_of_it(witness, tmp_path):
    witness.ask("node1", "role", lambda: "active")
    witness.ask("node2", "role", lambda: "passive")
    replay = Witness.replaying(read_evidence(tmp_path / "evidence"), tmp_path / "again")
    with replay.under("FO-02"):
        replay.ask("node2", "role", never)
    replay.close()
    assert [(one.id, one.asked_by) for one in read_evidence(tmp_path / "again")] == [("o-0002", ["FO-02"])]


@pytest.mark.parametrize(
    "answer", ["", "a log", '"quoted"', "M\u00fcnchen", "\ud83d\ude00", "\ud83d", (1, ("a",)), {1: 2}, None]
)
def test_an_answer_comes_back_as_its_json_would(answer):
    assert Given(answer).copy() == json.loads(canonical(answer))


def test_what_one_asker_changes_the_next_does_not_see_and_a_text_is_not_copied():
    given = Given({"nodes": ["node1"]})
    given.copy()["nodes"].append("node2")
    assert given.copy() == {"nodes": ["node1"]}
    log = "a line\n" * 1000
    assert Given(log).copy() is log
