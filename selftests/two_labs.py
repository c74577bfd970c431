"""A stored run as if two labs had shared it: made from one of one lab."""

from collections.abc import Iterator
from dataclasses import replace

from conformance.disruption import scenarios
from conformance.evidence import labs
from conformance.evidence.observation import Observation, fingerprint


def shared_out(observations: list[Observation], problem: str = "", without: str = "") -> Iterator[Observation]:
    """Each lab has its scenarios only, and all else; with `problem` the second one ended by it, `without` a question.

    The second one answered the same as the first, but at another time.
    """
    steps = set(scenarios.steps(scenarios.OF_SECOND_LAB))
    others = set(scenarios.steps(one.noun for one in scenarios.SCENARIOS)) - steps
    number = 0
    for lab, not_here in ((labs.FIRST, steps), (labs.SECOND, others)):
        for one in (one for one in observations if one.question not in not_here):
            if lab and without and without in one.question:
                continue
            number += 1
            scope = labs.scope_in(lab, one.scope)
            yield replace(one, id=f"o-{number:04d}", scope=scope, asked_by=[], at_wall=one.at_wall + bool(lab))
    ended = {"exit_code": 3 if problem else 0, "problem": problem, "remedy": "see its log"}
    for question, answer in ((labs.SCENARIOS, sorted(scenarios.OF_SECOND_LAB)), (labs.END, ended)):
        number += 1
        yield replace(
            observations[-1],
            **{"id": f"o-{number:04d}", "scope": "", "subject": "cluster", "question": question, "number": 1},
            **{"answer": answer, "sha256": fingerprint(answer), "failed": False, "asked_by": []},
        )
