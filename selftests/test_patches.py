"""Patches and service packs of two homes."""

from __future__ import annotations

import pytest

from conformance.node.home.patches import PATCHES, SERVICE_PACKS, problem_differing
from conformance.requirement import NotAssessed
from conformance.target.deployment import NotCollected
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


def test_homes_without_any_are_alike(homes):
    assert problem(homes) == ""


def test_the_same_on_both_is_right(homes):
    for name in ("node1", "node2"):
        homes.write(name, {PATCH: "new", PACK: "pack"})

    assert problem(homes) == ""


@pytest.mark.parametrize("path", [PATCH, PACK])
def test_one_that_only_one_node_has_is_told(homes, path):
    homes.write("node1", {path: "new"})

    assert problem(homes) == f"node1 {path}: is not on node2, expected the same patches on both nodes"


def test_another_content_under_the_same_name_is_told(homes):
    homes.write("node1", {PATCH: "new"}).write("node2", {PATCH: "newer"})

    assert problem(homes).startswith(f"node2 {PATCH}: SHA-256 ")


@pytest.mark.parametrize(
    "path", [f"{PATCHES}/patch0000/core_4.4.9.jar", f"{PATCHES}/.metadata/prepatched.txt", f"{PATCHES}/patch0075/a.txt"]
)
def test_what_a_start_makes_beside_them_does_not_count(homes, path):
    assert problem(homes.write("node1", {path: "x"})) == ""


def test_an_empty_patch_folder_does_not_count(homes):
    (homes.home("node1") / PATCHES / "patch0075").mkdir(parents=True)

    assert problem(homes) == ""


def test_components_that_were_not_handed_in_are_not_assessed(homes, monkeypatch):
    first, second = homes.cluster().nodes

    def refuse(path):
        raise NotCollected(path)

    monkeypatch.setattr(first.access, "listing", refuse)
    with pytest.raises(NotAssessed, match="node1 repository/components/patches: is not among the files handed in"):
        problem_differing(first, second)
