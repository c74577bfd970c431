"""What a broken home makes the suites say: an operator can read it, and it has one cause.

One sabotage of each area is really tried here; `python -m sabotage` asks the same of the messages of all of them.
"""

from __future__ import annotations

import pytest

from conformance.judgement.catalogue import load
from conformance.judgement.causes import explained
from sabotage import handmade, trial
from sabotage.catalogue import HOMES
from sabotage.homes import NODES
from sabotage.matrix import Matrix
from sabotage.readable import unreadable
from selftests.whole_run import PROJECT

CATALOGUE = load(PROJECT / "suites" / "catalogue.toml")
#: The first sabotage of each area, those from which something follows before others.
CHOSEN = {min(one.kills).partition("-")[0]: one for one in sorted(reversed(HOMES), key=lambda one: len(one.follows))}


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Matrix:
    """What the chosen sabotages did to a sound pair of homes."""
    pair = handmade.make(tmp_path_factory.mktemp("homes"), handmade.stock)
    return trial.homes(PROJECT, pair, "homes of our own", lambda *_: None, list(CHOSEN.values()))


def test_every_message_can_be_read(matrix: Matrix) -> None:
    messages = [(one.sabotage.name, red.message) for one in matrix.outcomes for red in one.red.values()]
    assert len(messages) >= len(CHOSEN)
    assert [(name, told) for name, message in messages if (told := unreadable(message))] == []


def test_what_follows_from_a_sabotage_is_shown_below_what_it_breaks(matrix: Matrix) -> None:
    for outcome in matrix.outcomes:
        results = explained(outcome.red.values(), CATALOGUE, NODES)
        causes = {one.id for one in results if not one.follows_from}
        assert len(causes) == len(outcome.sabotage.kills), f"{outcome.sabotage.name}: {', '.join(sorted(causes))}"
