"""An answer is handed on as a replay would give it, to each who asks."""

import json

import pytest

from conformance.evidence.observation import Given, canonical


@pytest.mark.parametrize(
    "answer", ["", "a log", '"quoted"', "M\u00fcnchen", "\ud83d\ude00", "\ud83d", (1, ("a",)), {1: 2}, None]
)
def test_an_answer_comes_back_as_its_json_would(answer: object) -> None:
    assert Given(answer).copy() == json.loads(canonical(answer))


def test_what_one_asker_changes_the_next_does_not_see_and_a_text_is_not_copied() -> None:
    given = Given({"nodes": ["node1"]})
    given.copy()["nodes"].append("node2")
    assert given.copy() == {"nodes": ["node1"]}
    log = "a line\n" * 1000
    assert Given(log).copy() is log


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(TypeError):
        Given({"a": object()})
