"""What a section of a log is asked is found as if each event were looked at, and most events stay as they were read."""

from hypothesis import given
from hypothesis import strategies as st

from conformance.node.log.event import PlainEvent
from conformance.node.log.parser import parse
from conformance.node.log.reading import LogSection
from selftests.test_log_properties import ORDINARY, TEXTS, UNTIMED

LOGS = TEXTS | st.lists(ORDINARY, max_size=12).map(lambda lines: "".join(f"{line}\n" for line in lines))
WORDS = st.sampled_from(["text", "a.B", "\x00", "\tat ", "INFO", "TID:", "e", "\n", "}\n", "Caused by"])


def section_of(text: str) -> LogSection:
    return LogSection("node1", "log", parse(text, "a.log").events)


@UNTIMED
@given(LOGS, st.lists(WORDS, min_size=1, max_size=2))
def test_events_that_hold_a_word_are_found_as_one_by_one(text, words):
    events = section_of(text).events

    found = section_of(text).numbers_holding(*words)

    assert found == [n for n, event in enumerate(events) if any(event.holds(word) for word in words)]


@UNTIMED
@given(LOGS)
def test_an_event_tells_its_level_before_it_is_known_as_afterwards(text):
    for event in section_of(text):
        told = event.level, event.is_bad, event.named_logger, event.torn
        assert event.message is not None
        assert not isinstance(event, PlainEvent)
        assert told == (event.level, event.is_bad, event.logger, event.torn)


def test_what_is_not_asked_about_stays_unknown():
    head = "TID: [-1234] [] [2026-11-22 21:58:24,716]  INFO {a.B} -  "
    section = section_of("".join(f"{head}{word} {{a.B}}\n" for word in ("one", "two", "three")))

    assert [str(event) for event in section.holding("two")] == ["a.log:2 INFO B - two"]
    assert [type(event) is PlainEvent for event in section] == [True, False, True]


def test_the_beginning_of_a_section_that_is_all_of_it_is_the_section():
    section = section_of("[2026-11-22 21:58:24,716]  INFO {a.B} -  text\n" * 2)

    assert section.begin(2) is section
    assert len(section.begin(1)) == 1
