"""The Carbon kernel of a home: which one it holds, its patches, and what another kernel changes."""

from unittest.mock import Mock

import pytest

from conformance.deployment.interface import NotCollected
from conformance.errors import ConformanceError
from conformance.evidence.witness import Witness
from conformance.files.records import read
from conformance.judgement.requirement import NotAssessed
from conformance.node.checks.patches import PATCHES, SERVICE_PACKS, problem_differing
from conformance.node.home.bundles import VERSION_FILE, kernel_version
from conformance.pack.kernel_change import LIST, PLUGINS, KernelChange
from conformance.pack.labpart import LabPart
from conformance.waiting import SYSTEM
from selftests.fake_node import FakeAccess
from selftests.good_homes import GoodHomes
from selftests.jars import jar

CORE = f"{PLUGINS}/org.wso2.carbon.core_"
PATCH = f"{PATCHES}/patch0075/core_4.4.9.jar"
PACK = f"{SERVICE_PACKS}/servicepack001/lib/core_4.4.9.jar"
HEAD = "#encoding=UTF-8\n"
TABLE = {
    "version": "4.4.19",
    "removed": [f"{PLUGINS}/org.x.*_2.jar", "repository/conf/log2.properties"],
    "kept": [f"{PLUGINS}/org.x.stays_2.jar"],
    "start_levels": {"org.x.first": 2},
}
CHANGE = read(KernelChange, TABLE, "l.toml: [kernel]")


@pytest.mark.parametrize(("files", "version"), [
    ({f"{CORE}4.4.9.jar": b"", VERSION_FILE: b"WSO2 Carbon Framework v4.4.8"}, "4.4.9"),
    ({VERSION_FILE: b"WSO2 Carbon Framework v4.4.8\n"}, "4.4.8"),
    ({VERSION_FILE: b"\xff\x00 no version"}, ""),
    ({f"{CORE}4.4.9.jar": b"", f"{CORE}4.5.1.jar": b""}, ""),
    ({}, ""),
])  # fmt: skip
def test_the_bundle_shows_the_version_else_the_file_beside_the_start_script(files, version):
    assert kernel_version(FakeAccess("node1", files), Witness(None, None, SYSTEM)) == version


def test_a_home_without_these_folders_says_no_version(monkeypatch):
    access = FakeAccess("node1")
    monkeypatch.setattr(access, "listing", Mock(side_effect=FileNotFoundError))
    assert kernel_version(access, Witness(None, None, SYSTEM)) == ""


@pytest.fixture
def home(tmp_path):
    for folder in (PLUGINS / "launcher_1", LIST.parent, "repository/conf"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("org.x.a_2", "org.x.stays_2", "other_2"):
        jar(tmp_path / PLUGINS / f"{name}.jar")
    (tmp_path / "repository/conf/log2.properties").write_text("a=b\n")
    lines = ["org.x.a,2,../plugins/org.x.a_2.jar,4,true", "org.x.stays,2,../plugins/org.x.stays_2.jar,1,true"]
    lines += ["other,2,../plugins/other_2.jar,4,true", "launcher,1,../plugins/launcher_1/,4,true"]
    (tmp_path / LIST).write_text(HEAD + "\n".join(lines) + "\n")
    return tmp_path


def part(name, **lists):
    return LabPart(None, name, "a part", "the product's", "not public", f"lab.{name}", "1", **lists)


def test_what_the_kernel_does_not_have_goes_out_and_what_is_kept_stays(home):
    CHANGE.take_out(home)
    assert sorted(path.name for path in (home / PLUGINS).glob("*.jar")) == ["org.x.stays_2.jar", "other_2.jar"]
    assert not (home / "repository/conf/log2.properties").exists()


@pytest.mark.parametrize("field", ["removed", "kept"])
def test_a_pattern_that_fits_nothing_is_named(home, field):
    change = read(KernelChange, {**TABLE, field: [*TABLE[field], "lib/none*.jar"]}, "l.toml: [kernel]")
    with pytest.raises(ConformanceError, match=r"the kernel's zip has no lib/none\*\.jar - correct"):
        change.take_out(home)
    assert (home / PLUGINS / "org.x.a_2.jar").exists()


def test_the_framework_starts_the_bundles_that_are_there_and_a_second_listing_changes_nothing(home):
    CHANGE.take_out(home)
    jar(home / PLUGINS / "org.x.first_1.jar", Bundle_SymbolicName="org.x.first;singleton:=true", Bundle_Version="1.0")
    jar(home / PLUGINS / "new_1.jar", Bundle_SymbolicName="new", Bundle_Version="1")
    jar(home / PLUGINS / "piece_1.jar", Bundle_SymbolicName="piece", Bundle_Version="1", Fragment_Host="new")

    for _ in range(2):
        CHANGE.list_bundles(home)

        assert (home / LIST).read_text() == HEAD + "\n".join(
            [
                "org.x.stays,2,../plugins/org.x.stays_2.jar,1,true",
                "other,2,../plugins/other_2.jar,4,true",
                "launcher,1,../plugins/launcher_1/,4,true",
                "new,1,../plugins/new_1.jar,4,true",
                "org.x.first,1.0,../plugins/org.x.first_1.jar,2,true",
                "piece,1,../plugins/piece_1.jar,4,false\n",
            ]
        )


def test_the_lab_parts_are_those_that_fit_compiled_against_what_is_there_and_its_own():
    table = {**TABLE, "without_parts": ["repair"], "classpath": {"log2": "log1"}}
    usual = [part("queue", classpath=("log2", "axis"), test_classpath=("log2",)), part("repair")]
    parts = read(KernelChange, table, "l.toml: [kernel]").parts(usual, [part("menus")])
    assert [each.name for each in parts] == ["queue", "menus"]
    assert (parts[0].classpath, parts[0].test_classpath) == (("log1", "axis"), ("log1",))


@pytest.mark.parametrize("field", ["without_parts", "without_tests"])
def test_a_part_that_is_left_out_must_be_known(field):
    with pytest.raises(ConformanceError, match="no lab part is called reqair"):
        read(KernelChange, {**TABLE, field: ["reqair"]}, "l.toml: [kernel]").parts([part("repair")], [])


@pytest.mark.parametrize(("table", "named"), [
    (None, "is not a table"),
    ([1], "is not a table"),
    ({"version": "1"}, "removed"),
    ({"removed": []}, "version"),
    ({**TABLE, "removes": []}, "removes"),
    ({**TABLE, "removed": 3}, r"\[kernel\]"),
    ({**TABLE, "removed": "lib/*.jar"}, "removed is 'lib/.*jar' - expected a list of texts"),
    ({**TABLE, "without": [1]}, r"without is \[1\] - expected a list of texts"),
    ({**TABLE, "version": 4.4}, "version is 4.4 - expected a text"),
    ({**TABLE, "classpath": ["a"]}, "classpath is .* - expected a table"),
    ({**TABLE, "start_levels": {"a": "2"}}, "start_levels.a is '2' - expected a whole number"),
])  # fmt: skip
def test_a_broken_table_is_refused_with_file_and_field(table, named):
    with pytest.raises(ConformanceError, match=rf"l\.toml: .*{named}"):
        read(KernelChange, table, "l.toml: [kernel]")


@pytest.fixture
def homes(tmp_path):
    homes = GoodHomes(tmp_path)
    for name in ("node1", "node2"):
        (homes.home(name) / "repository/components").mkdir()
    return homes


def problem(homes):
    return problem_differing(*homes.cluster().nodes)


@pytest.mark.parametrize(("first", "second", "expected"), [
    ({}, {}, ""),
    ({PATCH: "new", PACK: "pack"}, {PATCH: "new", PACK: "pack"}, ""),
    ({PATCH: "new"}, {}, PATCH),
    ({PACK: "new"}, {}, PACK),
    # What a start makes beside them.
    ({f"{PATCHES}/patch0000/core_4.4.9.jar": "x"}, {}, ""),
    ({f"{PATCHES}/.metadata/prepatched.txt": "x"}, {}, ""),
    ({f"{PATCHES}/patch0075/a.txt": "x"}, {}, ""),
])  # fmt: skip
def test_a_patch_or_pack_that_only_one_node_has_is_reported(homes, first, second, expected):
    homes.write("node1", first).write("node2", second)
    assert problem(homes) == (expected and f"node1 {expected}: is not on node2, expected the same on both nodes")


def test_another_content_under_the_same_name_is_reported_and_an_empty_folder_does_not_count(homes):
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
    assert problem_differing(*both) == f"node1 {PATCH}: is not on node2, expected the same on both nodes"
    homes.write("node1", {"repository/components/plugins/core_4.4.9.jar": "old"})
    with pytest.raises(NotAssessed, match="node2 repository/components/patches"):
        problem_differing(*without_components(homes, "node2"))
