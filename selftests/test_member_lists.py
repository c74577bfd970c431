"""Members that two homes list: whom addresses, names and placeholders stand for, and whether lists are alike."""

import pytest

from conformance.judgement.requirement import NotAssessed
from selftests import two_homes
from selftests.fake_node import ADDRESSES, AXIS2, axis2_xml, members_xml

FIRST, SECOND = ADDRESSES.values()


def listing(folder, *hosts_of_each):
    """Nodes whose files list these members, each with its port if that is not the page's."""
    two_homes.write(folder)
    for name, hosts in zip(ADDRESSES, hosts_of_each, strict=True):
        parted = (one.partition("|") for one in hosts)
        members = "".join(members_xml(host, port=port or 4000) for host, _, port in parted)
        two_homes.put(folder / name, AXIS2, axis2_xml(name, members=members))
    return two_homes.cluster(folder)


@pytest.mark.parametrize(
    ("hosts", "expected"),
    [
        (("das1", "das2"), []),
        (("das1", "das2", "das3"), []),
        (("das1", "DAS1"), ["node2 (198.51.100.12)"]),
        ((FIRST, "das2"), []),
        (("${a}", "${b}"), ["open"]),
        (("${a}", "das1"), ["open"]),
        (("${a}", "das1", "das2"), []),
        (("${a}",), ["node2 (198.51.100.12)"]),
        (("[first IP]", "das2"), ["node2 (198.51.100.12)"]),
    ],
)
def test_names_that_no_one_can_resolve_stand_for_one_node_each(tmp_path, hosts, expected):
    view = listing(tmp_path, hosts, hosts)
    try:
        assert view.unlisted(view.first.clustering.section.members) == expected
    except NotAssessed:
        assert expected == ["open"]


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ((FIRST, SECOND), (SECOND, FIRST), True),
        ((FIRST, SECOND, "${b}"), ("${b}", SECOND, FIRST), True),
        ((FIRST, "${b}"), (FIRST, SECOND), None),
        ((FIRST, SECOND), (FIRST, "${b}"), None),
        ((FIRST, "${b}"), (FIRST, SECOND, "das3"), False),
        ((FIRST, SECOND), (FIRST,), False),
        ((FIRST,), (FIRST, SECOND), False),
        ((FIRST, "das2"), (FIRST, "das3"), False),
        ((FIRST, "das2"), (FIRST, "das2.example"), True),
        ((FIRST, "das2"), (FIRST, "das2.example|4001"), False),
        ((FIRST, "das2.example"), (FIRST, "das2.example.com"), False),
    ],
)
def test_members_are_alike_in_any_order_or_it_is_not_known(tmp_path, first, second, alike):
    view = listing(tmp_path, first, second)
    try:
        assert view.list_alike(*(node.clustering.section.members for node in view.nodes)) is alike
    except NotAssessed:
        assert alike is None
