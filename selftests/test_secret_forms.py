"""Some nine hundred forms in which secrets stand: none of several kinds of values comes through."""

import pytest

from conformance.evidence.redaction import Redactor
from selftests.secret_forms import AROUND, KINDS, VALUES, filled, forms, pieces


def shown(form: str, kind: str) -> list[str]:
    """The values of which a piece comes through."""
    before, behind = AROUND[kind]
    found = []
    for value in VALUES:
        text, used = filled(form, value)
        masked = Redactor().text(before + text + behind)
        if any(piece in masked for one in used for piece in pieces(one)):
            found.append(value)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_no_value_comes_through(kind: str) -> None:
    assert {form: values for form in forms(kind) if (values := shown(form, kind))} == {}


def test_what_shows_is_listed_as_long_as_it_does() -> None:
    assert [form for form in forms("shown") if not shown(form, "log")] == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_masked_stays_as_it_is_among_other_text(kind: str) -> None:
    before, behind = AROUND[kind]
    once = Redactor().text("".join(before + filled(form, VALUES[0])[0] + behind for form in forms(kind)))
    assert Redactor().text(once) == once
