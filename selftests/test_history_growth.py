"""A figure that grew by more than its noise, by hand-written series."""

import pytest

from reports.history.growth import BEFORE, growth, noise

QUIET = [1.0, 1.1, 0.9, 1.0, 1.05, 0.95, 1.0, 1.1]
NOISY = [1.0, 9.0, 2.0, 7.0, 1.0, 8.0, 3.0, 6.0]


def test_the_noise_is_the_median_deviation_and_one_bad_night_does_not_move_it() -> None:
    known = noise([1.0, 1.0, 2.0, 3.0, 3.0, 100.0])
    assert (known.median, round(known.deviation, 4)) == (2.5, round(1.4826, 4))


@pytest.mark.parametrize(
    ("values", "before", "now", "since"),
    [
        ([*QUIET, 3.0, 3.2, 3.1], 1.0, 3.1, len(QUIET)),
        # Gaps count as nothing, but keep their place.
        ([None, *QUIET, None, 3.0, None, 3.0, 3.0], 1.0, 3.0, len(QUIET) + 2),
        # The first of the nights that are above without a break.
        ([*QUIET, 5.0, 1.0, 4.0, 4.0, 4.0, 4.0], 1.0, 4.0, len(QUIET) + 2),
        # Only the last runs before count.
        ([*[50.0] * BEFORE, *[1.0] * BEFORE, 3.0, 3.0, 3.0], 1.0, 3.0, 2 * BEFORE),
    ],
)
def test_what_became_slower_is_named_with_both_medians_and_since_when(
    values: list[float | None], before: float, now: float, since: int
) -> None:
    found = growth(values, "s")
    assert found
    assert (found.before, found.now, found.since) == (before, now, since)


@pytest.mark.parametrize(
    "values",
    [
        [*QUIET, 1.0, 1.1, 1.0],
        # One bad night, even the newest.
        [*QUIET, 1.0, 1.0, 30.0],
        # Within three times its noise.
        [*NOISY, 9.0, 9.0, 9.0],
        # A tenth of a second more: less than is measured.
        [*QUIET, 1.3, 1.3, 1.3],
        # Slower by less than a tenth.
        [*[100.0] * 8, 109.0, 109.0, 109.0],
        # Faster.
        [*QUIET, 0.1, 0.1, 0.1],
        # Too few to tell.
        [1.0, 1.0, 1.0, 1.0, 9.0, 9.0, 9.0],
        [],
        [None] * 20,
        [None, 1.0, None],
    ],
)
def test_everything_else_is_noise(values: list[float | None]) -> None:
    assert growth(values, "s") is None


def test_events_that_are_lost_need_more_than_two_to_be_growth() -> None:
    assert growth([*[0.0] * 8, 2.0, 2.0, 2.0], "events") is None
    assert growth([*[0.0] * 8, 3.0, 3.0, 3.0], "events")
