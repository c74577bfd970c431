"""The verifier's words for a fault are those of the run: it has no module of the suite to ask."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from conformance.disruption.faults.node_down import NodeGone
from reports import verify
from selftests.failover_texts import good

HOOKS = (["Thread-7 in com.example.Stop", "SparkShutdown in com.example.Hook"], [])


@pytest.mark.parametrize(
    ("signal", "killed", "hooks"),
    [one for one in product(("SIGTERM", "SIGKILL"), (False, True), HOOKS) if one[0] == "SIGTERM" or not any(one[1:])],
)
def test_the_words_of_a_fault_are_derived_from_its_record(signal: str, killed: bool, hooks: list[str]) -> None:
    record: dict[str, Any] = good()
    record["fault"] |= {"signal": signal, "killed": killed, "hooks": hooks}
    said = str(NodeGone.from_json(record["fault"]))

    assert verify._fault(record)["text"] == verify._HUNG.sub("", said)


def test_a_record_of_before_hooks_were_noted_is_read_as_well() -> None:
    record = good()
    said = str(NodeGone.from_json(record["fault"]))
    del record["fault"]["hooks"]

    assert verify._fault(record)["text"] == said
