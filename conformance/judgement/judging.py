"""The verdict on one phase of a test: setup, test, teardown."""

from collections.abc import Sequence

import pytest

from conformance.judgement import message
from conformance.judgement.catalogue import Requirement
from conformance.judgement.requirement import NotApplicable
from conformance.judgement.verdict import Verdict

_Skipped = pytest.skip.Exception


def judge(
    call: pytest.CallInfo[None], traceback: str, place: str, requirements: Sequence[Requirement]
) -> tuple[Verdict | None, str]:
    """Verdict and message; no verdict for a fixture that worked.

    A failed assertion of the test itself is a fail; any other exception, also from a fixture, is an error.
    """
    if call.excinfo is None:
        return (Verdict.PASS if call.when == "call" else None), ""
    raised = call.excinfo.value
    if isinstance(raised, NotApplicable):
        return Verdict.NOT_APPLICABLE, str(raised)
    if isinstance(raised, _Skipped):
        return Verdict.NOT_ASSESSED, str(raised)
    if isinstance(raised, AssertionError) and call.when == "call":
        return Verdict.FAIL, f"{message.of_failure(raised, requirements)}\n({place})"
    return Verdict.ERROR, f"{message.of_error(raised, traceback)}\n({place}, {call.when})"
