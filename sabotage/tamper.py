"""Small changes of a stored run's answers, from which sabotages are made. CannotBreak if nothing would change.

Subject and scope are regular expressions for the whole text; the question is a regular expression found in the text.
"""

import re
from collections.abc import Callable
from typing import TypeAlias

from conformance.errors import EvidenceError, NotSeen
from conformance.evidence.observation import Json
from sabotage.stored_run import Edit, StoredRun, Wanted

#: A change of a stored run.
Tampering = Callable[[StoredRun], None]

#: Any scope.
ANYWHERE = ".*"
_Step: TypeAlias = "str | int"


def edited(subject: str, question: str, edit: Edit, scope: str = ANYWHERE) -> Tampering:
    """Replace the answers by the results of `edit`."""
    return lambda run: run.edit(f"{subject}: {question}", _asked(subject, question, scope), edit)


def put(subject: str, question: str, *steps: _Step, value: Json, scope: str = ANYWHERE) -> Tampering:
    """Put a value into the answers at the place that the steps (keys and indexes) lead to."""

    def edit(answer: Json) -> Json:
        *way, last = steps
        place = answer
        for step in way:
            place = place[step]
        place[last] = value
        return answer

    return edited(subject, question, edit, scope)


def replaced(subject: str, question: str, pattern: str, new: str, scope: str = ANYWHERE) -> Tampering:
    """Replace all matches of a regular expression in any text of the answers; ^ and $ match at each line."""

    def edit(answer: Json) -> Json:
        if isinstance(answer, str):
            return re.sub(pattern, new, answer, flags=re.MULTILINE)
        if isinstance(answer, dict):
            return {key: edit(value) for key, value in answer.items()}
        return [edit(value) for value in answer] if isinstance(answer, list) else answer

    return edited(subject, question, edit, scope)


def rows(subject: str, question: str, keep: Callable[[Json], bool]) -> Tampering:
    """Keep only some items of a list."""
    return edited(subject, question, lambda answer: [row for row in answer if keep(row)])


def broke(subject: str, question: str, error: str, scope: str = ANYWHERE) -> Tampering:
    """Let the question fail: nothing is known, which must give an error and never a pass."""
    return lambda run: run.fail(f"{subject}: {question}", _asked(subject, question, scope), error, EvidenceError)


def never_came(subject: str, question: str, error: str, scope: str = ANYWHERE) -> Tampering:
    """Let a wait end without what it waited for."""
    return lambda run: run.fail(f"{subject}: {question}", _asked(subject, question, scope), error, NotSeen)


def forgotten(subject: str, question: str) -> Tampering:
    """Remove the answer: a missing answer must give an error and never a pass."""
    return lambda run: run.forget(f"{subject}: {question}", _asked(subject, question, ANYWHERE))


def _asked(subject: str, question: str, scope: str) -> Wanted:
    return lambda one: bool(
        re.fullmatch(subject, one.subject)
        and re.search(question, one.question)
        and re.fullmatch(scope, one.scope, re.DOTALL)
    )
