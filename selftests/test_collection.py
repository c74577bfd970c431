"""What is read from collected tests: requirements, kinds, nodes, fixtures, and what a target lacks for them."""

import pytest

from conformance.deployment.interface import Capability
from conformance.errors import ConformanceError
from conformance.judgement import collection
from conformance.judgement.catalogue import Catalogue, Kind, Level, Requirement

SUITE = """
import pytest

@pytest.mark.requirement("AA-01")
@pytest.mark.requirement("BB-01", "AA-01")
@pytest.mark.parametrize("node", [0, 1])
def test_each(node, tmp_path): pass

@pytest.mark.requirement("AA-01")
@pytest.mark.parametrize(("noun", "seconds"), [("failover_there", 5)])
def test_scenario(noun, seconds): pass

@pytest.mark.parametrize("node", ["x"])
def test_text(node): pass
"""
PLAIN = Requirement("AA-01", Level.MUST, Kind.FILES, "It holds.", "Page", "look", "break")
OTHER = Requirement("BB-01", Level.MUST, Kind.LIVE, "s", "Page", "look", "break", needs=(Capability.PARTITION,))
CATALOGUE = Catalogue([PLAIN, OTHER])


@pytest.fixture
def items(pytester: pytest.Pytester) -> list[pytest.Item]:
    return pytester.getitems(SUITE)


def names(items: list[pytest.Item]) -> list[str]:
    return [item.name for item in items]


def test_requirements_kinds_and_fixtures_are_those_of_marks_and_parameters(items):
    first, _, scenario, text = items
    assert [collection.ids_of(one) for one in (first, scenario, text)] == [("BB-01", "AA-01"), ("AA-01",), ()]
    assert collection.kinds_of(first, CATALOGUE) == {Kind.FILES, Kind.LIVE}
    assert collection.fixtures_of(first) >= {"node", "tmp_path"}
    assert collection.fixtures_of(scenario) == {"noun", "seconds", "failover_there"}
    assert names(collection.order(items, CATALOGUE)) == names([scenario, text, *items[:2]])
    assert names(collection.order(items[::-1], CATALOGUE)) == names([text, scenario, *items[1::-1]])


def test_of_one_node_are_the_tests_that_mean_no_other(items):
    assert collection.of_nodes(items, 2) == items
    assert collection.of_nodes(items, 1) == [items[0], *items[2:]]


@pytest.mark.parametrize(("able", "lacking"), [
    ((), [Capability.LIVE, Capability.PARTITION, Capability.FILES]),
    ((Capability.LIVE, Capability.FILES), [Capability.PARTITION]),
    ((Capability.LIVE, Capability.FILES, Capability.PARTITION), []),
])  # fmt: skip
def test_what_a_target_lacks_is_reported_once_and_in_order(items, able, lacking):
    assert collection.lacking(items[0], CATALOGUE, able) == lacking


def test_a_test_of_an_unknown_requirement_is_named(items):
    collection.check(items, CATALOGUE)
    with pytest.raises(ConformanceError, match=r"::test_each\[0\] proves 'BB-01', which the catalogue does not have"):
        collection.check(items, Catalogue([PLAIN]))
