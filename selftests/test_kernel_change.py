"""Another kernel's home: what goes out of the zip's, which bundles the framework starts, which lab parts it has."""

import pytest

from conformance.errors import ConformanceError
from conformance.pack.kernel_change import LIST, PLUGINS, KernelChange
from conformance.pack.labpart import LabPart
from selftests.jars import jar

HEAD = "#encoding=UTF-8\n"
TABLE = {
    "version": "4.4.19",
    "removed": [f"{PLUGINS}/org.x.*_2.jar", "repository/conf/log2.properties"],
    "kept": [f"{PLUGINS}/org.x.stays_2.jar"],
    "start_levels": {"org.x.first": 2},
}
CHANGE = KernelChange.parse(TABLE, "l.toml")


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
    change = KernelChange.parse({**TABLE, field: [*TABLE[field], "lib/none*.jar"]}, "l.toml")

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

    parts = KernelChange.parse(table, "l.toml").parts(usual, [part("menus")])

    assert [each.name for each in parts] == ["queue", "menus"]
    assert (parts[0].classpath, parts[0].test_classpath) == (("log1", "axis"), ("log1",))


@pytest.mark.parametrize("field", ["without_parts", "without_tests"])
def test_a_part_that_is_left_out_must_be_known(field):
    with pytest.raises(ConformanceError, match="no lab part is called reqair"):
        KernelChange.parse({**TABLE, field: ["reqair"]}, "l.toml").parts([part("repair")], [])


@pytest.mark.parametrize(
    ("table", "named"),
    [
        (None, r"there is no table \[kernel\]"),
        ([1], r"there is no table \[kernel\]"),
        ({"version": "1"}, "removed"),
        ({"removed": []}, "version"),
        ({**TABLE, "removes": []}, "removes"),
        ({**TABLE, "removed": 3}, r"\[kernel\]"),
        ({**TABLE, "removed": "lib/*.jar"}, "removed is no list of texts"),
        ({**TABLE, "without": [1]}, "without is no list of texts"),
        ({**TABLE, "version": 4.4}, "version is no text"),
        ({**TABLE, "classpath": ["a"]}, "classpath is no table"),
        ({**TABLE, "start_levels": {"a": "2"}}, "start_levels holds something else than numbers"),
    ],
)
def test_a_broken_table_is_refused_with_file_and_field(table, named):
    with pytest.raises(ConformanceError, match=rf"l\.toml: .*{named}"):
        KernelChange.parse(table, "l.toml")
