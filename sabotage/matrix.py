"""Requirements by sabotage: what turned red, and whether that proves that each check can fail. Does no I/O."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from conformance.evidence.verdict_log import NOT_BUILT
from conformance.judgement.catalogue import Catalogue, Kind, Level
from conformance.judgement.verdict import RequirementResult, Verdict
from sabotage.judge import RED, Judged
from sabotage.sabotage import Sabotage

#: Quoted text belongs to the deployment.
_QUOTED = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"[^\"\n]*\"|`[^`\n]*`")
#: What a message may not contain, and what to write instead.
_UNREADABLE = {
    re.compile(r" (?:==|!=|<=|>=) "): "a bare comparison: say what was found and what was expected",
    re.compile(r"\bdoes not hold\b"): "a bare comparison: say what was found and what was expected",
    re.compile(r"\bassert\b"): "a word of the test framework",
    re.compile(r"\b(?:True|False|None)\b"): "a value as Python writes it: say true, false or nothing",
    re.compile(r"\[\]|\(\)|\{\}"): "an empty collection as Python writes it: say nothing",
    # A number in brackets may be part of an XPath, unless a blank precedes it. Older stored runs write a master's
    # applications in this form.
    re.compile(r"(?<!applications )[\[{(]''(?:[,:]|\]|\})|(?<=\s)\[-?\d+(?:, -?\d+)*\]"): (
        "a collection as Python writes it: say its values with commas"
    ),
    re.compile(r"<[\w.]+ object\b|\b[A-Z]\w*\(\w+=|\b(?:PosixPath|Located\w*|frozenset|set|dict|deque)\("): (
        "an object as Python writes it"
    ),
}


def unreadable(message: str) -> str:
    """Return the first part of a message that an operator cannot read, and what it is; "" if there is none."""
    for line in message.splitlines():
        unquoted = _QUOTED.sub("''", line)
        for pattern, what in _UNREADABLE.items():
            if found := pattern.search(unquoted):
                return f"{found[0].strip()!r} in {line!r} is {what}"
    return ""


#: Name of the round in which nothing is broken.
HEALTHY = "healthy"
_GREEN = (Verdict.PASS, Verdict.NOT_APPLICABLE)
#: How a stored run reports that today's suites ask something that it was not asked.
UNASKED = "no observation of "


@dataclass(frozen=True)
class Outcome:
    """The effect of one sabotage: red results, ids that are open now but passed before; why it was not tried, or "".

    `said`: by requirement that is not red, the messages and deviations that the healthy pair does not have.
    """

    sabotage: Sabotage[Any]
    red: Mapping[str, RequirementResult]
    opened: frozenset[str]
    untried: str = ""
    said: Mapping[str, str] = field(default_factory=dict)

    @property
    def killed(self) -> frozenset[str]:
        """Requirements that the sabotage was meant to kill and killed, with the intended verdict."""
        meant = {name for name, found in self.red.items() if found.verdict is self.sabotage.by}
        return frozenset(meant.intersection(self.sabotage.kills))

    def problems(self) -> Iterator[str]:
        """How the effect differs from the intended one."""
        if self.untried:
            return
        name, meant = self.sabotage.name, self.sabotage.expected
        if meant and not self.red:
            yield f"{name} turns nothing red"
        for one in sorted(meant - set(self.red)):
            yield f"{name} does not turn {one} red"
        for one in sorted(set(self.red) - meant):
            yield f"{name} turns {one} red, which does not follow from it: {_first(self.red[one])}"
        for one in sorted(self.sabotage.kills & set(self.red) - self.killed):
            got = self.red[one]
            yield f"{name} makes {one} {got.verdict.value}, not {self.sabotage.by.value}: {_first(got)}"
        for one in sorted(self.red):
            if unread := unreadable(self.red[one].message):
                yield f"{name} makes {one} say what no operator can read: {unread}"
        for one in sorted(self.opened ^ self.sabotage.opens):
            yield f"{name} leaves {one} {'open, which was judged' if one in self.opened else 'judged, not open'}"
        yield from self._unsaid()

    def _unsaid(self) -> Iterator[str]:
        says, meant = self.sabotage.says, sorted(self.killed or self.opened & self.sabotage.opens)
        said = {one: self.red[one].message if one in self.red else self.said.get(one, "") for one in meant or self.said}
        silent = [text for text in said.values() if not re.search(says, text, re.DOTALL)]
        if says and (silent if meant else len(silent) == len(said)):
            yield f"{self.sabotage.name} does not say {says!r}, but: {' / '.join(silent) or 'nothing'}"


@dataclass(frozen=True)
class Matrix:
    """All outcomes. `source` says what was broken; `kinds` are those whose requirements must be proven here."""

    source: str
    kinds: tuple[Kind, ...]
    catalogue: Catalogue
    healthy: Mapping[str, RequirementResult]
    outcomes: tuple[Outcome, ...]
    #: Tests that no sabotage made fail.
    green_tests: tuple[str, ...] = ()
    #: Requirements and tests that cannot be broken here, with the reason.
    exempt: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        judged: Judged,
        sabotages: Iterable[Sabotage[Any]],
        catalogue: Catalogue,
        kinds: Sequence[Kind],
        source: str,
        *,
        beside: Sequence[Kind] = (),
        exempt: Mapping[str, str] | None = None,
    ) -> Matrix:
        """Make the matrix from the rounds' results with HEALTHY. Kinds `beside` must not turn red by mistake either."""
        healthy = judged.results[HEALTHY]
        outcomes = tuple(_outcome(one, judged, healthy, {*kinds, *beside}) for one in sabotages)
        green = tuple(sorted(judged.green_tests))
        return cls(source, tuple(kinds), catalogue, healthy, outcomes, green, exempt or {})

    @property
    def proofs(self) -> dict[str, list[str]]:
        """Return by requirement id the sabotages that prove that it can fail; only for requirements with a proof."""
        cited = [one for one in self.outcomes if not one.sabotage.variant]
        found = {one: [o.sabotage.name for o in cited if one in o.killed] for one in self.ids}
        return {one: names for one, names in found.items() if names}

    @property
    def problems(self) -> list[str]:
        """Return what is wrong, a line each."""
        of_outcomes = (text for one in self.outcomes for text in one.problems())
        unbroken = [] if self._untried else self._unbroken()
        return [*self._healthy_problems(), *self._unproven(), *of_outcomes, *unbroken]

    @property
    def notes(self) -> list[str]:
        """Return what was not tried or could not be judged on the healthy pair; this is not a problem of the suites."""
        stuck = [one for one in self._untried if not self._waits(one)]
        untried = [f"{one.sabotage.name} was not tried: {one.untried}" for one in stuck]
        left = [f"{name} is not assessed on the healthy pair: {_first(self.healthy[name])}" for name in self._open()]
        return [*untried, *left, *(self._unbroken() if stuck else [])]

    @property
    def remarks(self) -> list[str]:
        """Return what cannot be tried here, or only after a new recording because suites ask new questions."""
        exempt = [f"{what} is not broken here: {reason}" for what, reason in self.exempt.items()]
        unasked = [f"{one} waits for a run that was asked for it: {_first(self.healthy[one])}" for one in self.unasked]
        waiting = [one for one in self._untried if self._waits(one)]
        untried = [f"{one.sabotage.name} waits for such a run: {one.untried}" for one in waiting]
        unbroken = self._unbroken() if waiting and len(waiting) == len(self._untried) else []
        return [*exempt, *unasked, *untried, *unbroken]

    @property
    def ids(self) -> list[str]:
        """Requirements of these kinds."""
        return [name for name, one in self.catalogue.items() if one.kind in self.kinds]

    @property
    def unasked(self) -> list[str]:
        """Requirements for which a stored run holds no answers."""
        return [name for name in self.ids if _is_unasked(self.healthy[name])]

    def _waits(self, outcome: Outcome) -> bool:
        return any(_is_unasked(self.healthy[name]) for name in outcome.sabotage.kills)

    def _open(self) -> list[str]:
        """Return what the healthy pair leaves open, without requirements that no test judges yet."""
        healthy = ((name, self.healthy[name]) for name in self.ids)
        return [name for name, one in healthy if one.verdict is Verdict.NOT_ASSESSED and one.message != NOT_BUILT]

    def _healthy_problems(self) -> Iterator[str]:
        for name in self.ids:
            if self.healthy[name].verdict in RED and not _is_unasked(self.healthy[name]):
                yield f"{name} is {self.healthy[name].verdict.value} on the healthy pair: {_first(self.healthy[name])}"

    def _unproven(self) -> Iterator[str]:
        """Yield requirements without proof. Information is only recorded, so nothing can break it."""
        unjudged = (name for name in self.ids if self.healthy[name].verdict is Verdict.NOT_ASSESSED)
        proven, left = self.proofs, {*unjudged, *self.unasked, *self.exempt}
        for name in self.ids:
            if name not in proven and name not in left and self.catalogue[name].level is not Level.INFO:
                yield f"{name}: no sabotage proves that it can fail"

    @property
    def _untried(self) -> list[Outcome]:
        return [one for one in self.outcomes if one.untried]

    def _unbroken(self) -> list[str]:
        return [f"no sabotage makes {test} fail" for test in self.green_tests if test not in self.exempt]


def _outcome(
    one: Sabotage[Any], judged: Judged, healthy: Mapping[str, RequirementResult], kinds: Collection[Kind]
) -> Outcome:
    if one.name in judged.skipped:
        return Outcome(one, {}, frozenset(), judged.skipped[one.name])
    results = [result for result in judged.results[one.name].values() if result.kind in kinds]
    unjudged = [name for name in sorted(one.kills) if healthy[name].verdict not in _GREEN]
    if unjudged:
        return Outcome(one, {}, frozenset(), f"{', '.join(unjudged)} {healthy[unjudged[0]].verdict.value} before")
    # Faults of the healthy pair itself were reported in its own round.
    red = {result.id: result for result in results if result.verdict in RED and healthy[result.id].verdict in _GREEN}
    opened = {r.id for r in results if healthy[r.id].verdict is Verdict.PASS and r.verdict not in (*RED, Verdict.PASS)}
    said = {result.id: _said_beside(result, healthy[result.id]) for result in results if result.verdict not in RED}
    return Outcome(one, red, frozenset(opened), said={name: text for name, text in said.items() if text})


def _said_beside(result: RequirementResult, healthy: RequirementResult) -> str:
    new = [one for one in result.deviations if one not in healthy.deviations]
    return "\n".join([*([result.message] if result.message != healthy.message else []), *new])


def _is_unasked(result: RequirementResult) -> bool:
    return result.verdict is Verdict.ERROR and UNASKED in result.message


def _first(result: RequirementResult) -> str:
    return result.message.partition("\n")[0]
