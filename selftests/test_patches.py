"""Patches and service packs of two homes."""

from unittest.mock import Mock

import pytest

from conformance.deployment.interface import NotCollected
from conformance.judgement.requirement import NotAssessed
from conformance.node.checks.patches import PATCHES, SERVICE_PACKS, problem_differing
from selftests.good_homes import GoodHomes

PATCH = f"{PATCHES}/patch0075/core_4.4.9.jar"
PACK = f"{SERVICE_PACKS}/servicepack001/lib/core_4.4.9.jar"


@pytest.fixture
def homes(tmp_path):
    homes = GoodHomes(tmp_path)
    for name in ("node1", "node2"):
        (homes.home(name) / "repository/components").mkdir()
    return homes


def problem(homes):
    return problem_differing(*homes.cluster().nodes)


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ({}, {}, ""),
        ({PATCH: "new", PACK: "pack"}, {PATCH: "new", PACK: "pack"}, ""),
        ({PATCH: "new"}, {}, PATCH),
        ({PACK: "new"}, {}, PACK),
        # What a start makes beside them.
        ({f"{PATCHES}/patch0000/core_4.4.9.jar": "x"}, {}, ""),
        ({f"{PATCHES}/.metadata/prepatched.txt": "x"}, {}, ""),
        ({f"{PATCHES}/patch0075/a.txt": "x"}, {}, ""),
    ],
)
def test_a_patch_or_pack_that_only_one_node_has_is_told(homes, first, second, told):
    homes.write("node1", first).write("node2", second)

    assert problem(homes) == (told and f"node1 {told}: is not on node2, expected the same patches on both nodes")


def test_another_content_under_the_same_name_is_told_and_an_empty_folder_does_not_count(homes):
    (homes.home("node1") / PATCHES / "patch0075").mkdir(parents=True)
    assert problem(homes) == ""

    homes.write("node1", {PATCH: "new"}).write("node2", {PATCH: "newer"})
    assert problem(homes).startswith(f"node2 {PATCH}: SHA-256 ")


def without_components(homes, *nodes):
    """The nodes, where nothing of the components of some was handed in."""
    both = homes.cluster().nodes
    for node in both:
        if node.name in nodes:
            node.access.listing = Mock(side_effect=NotCollected(PATCHES))
    return both


@pytest.mark.parametrize("nodes", [("node1",), ("node2",), ("node1", "node2")])
def test_components_that_were_not_handed_in_are_not_assessed(homes, nodes):
    both = without_components(homes, *nodes)

    with pytest.raises(NotAssessed, match=f"{nodes[0]} repository/components/patches: is not among the files"):
        problem_differing(*both)


def test_beside_the_patches_of_one_node_alone_there_are_none_but_beside_all_its_components_none_are_known(homes):
    both = without_components(homes.write("node1", {PATCH: "new"}), "node2")
    assert problem_differing(*both) == f"node1 {PATCH}: is not on node2, expected the same patches on both nodes"

    homes.write("node1", {"repository/components/plugins/core_4.4.9.jar": "old"})
    with pytest.raises(NotAssessed, match="node2 repository/components/patches"):
        problem_differing(*without_components(homes, "node2"))
