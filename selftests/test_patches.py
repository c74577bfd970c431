"""Patches and service packs of two homes."""

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


def test_another_content_under_the_same_name_is_told(homes):
    homes.write("node1", {PATCH: "new"}).write("node2", {PATCH: "newer"})

    assert problem(homes).startswith(f"node2 {PATCH}: SHA-256 ")


def test_an_empty_patch_folder_does_not_count(homes):
    (homes.home("node1") / PATCHES / "patch0075").mkdir(parents=True)

    assert problem(homes) == ""


def without_components(homes, monkeypatch, *nodes):
    """The nodes, where nothing of the components of some was handed in."""
    both = homes.cluster().nodes

    def refuse(path):
        raise NotCollected(path)

    for node in both:
        if node.name in nodes:
            monkeypatch.setattr(node.access, "listing", refuse)
    return both


@pytest.mark.parametrize("nodes", [("node1",), ("node2",), ("node1", "node2")])
def test_components_that_were_not_handed_in_are_not_assessed(homes, monkeypatch, nodes):
    both = without_components(homes, monkeypatch, *nodes)

    with pytest.raises(NotAssessed, match=f"{nodes[0]} repository/components/patches: is not among the files"):
        problem_differing(*both)


def test_who_hands_in_the_patches_of_one_node_alone_has_none_of_the_other(homes, monkeypatch):
    both = without_components(homes.write("node1", {PATCH: "new"}), monkeypatch, "node2")

    assert problem_differing(*both) == f"node1 {PATCH}: is not on node2, expected the same patches on both nodes"


def test_beside_all_components_of_one_node_the_others_are_not_known(homes, monkeypatch):
    homes.write("node1", {PATCH: "new", "repository/components/plugins/core_4.4.9.jar": "old"})
    both = without_components(homes, monkeypatch, "node2")

    with pytest.raises(NotAssessed, match="node2 repository/components/patches"):
        problem_differing(*both)
