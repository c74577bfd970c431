"""OSGi: manifests, versions and their ranges, bundles made of jars, and imports that nothing meets."""

import zipfile

import pytest

from conformance.errors import ConformanceError
from conformance.pack import bundle, imports, manifest
from conformance.pack.bundle import BundleSpec
from conformance.pack.imports import Version, VersionRange
from selftests.jars import jar


@pytest.fixture
def two_jars(tmp_path):
    first = {"a/b/One.class": "1", "META-INF/services/x.Y": "one", "reference.conf": "k=1", "META-INF/SIG.RSA": "s"}
    second = {"a/b/One.class": "2", "a/c/Two.class": "2", "META-INF/services/x.Y": "two", "reference.conf": "k=2"}
    return [jar(tmp_path / "first.jar", first), jar(tmp_path / "second.jar", second)]


def spec(**changes):
    values = {"file": "made.jar", "sources": (), "why": "", "merged": True, "exports": {"a": "1.2"}}
    return BundleSpec(**{**values, "headers": {"Bundle-SymbolicName": "made"}, **changes})


def test_services_and_reference_files_are_joined_the_first_jar_wins_and_signatures_go(two_jars, tmp_path):
    before = bundle.make(spec(), two_jars, tmp_path).read_bytes()
    made = zipfile.ZipFile(bundle.make(spec(), two_jars, tmp_path))

    assert made.read("META-INF/services/x.Y") == b"one\ntwo"
    assert made.read("reference.conf") == b"k=1\nk=2"
    assert made.read("a/b/One.class") == b"1"
    assert "META-INF/SIG.RSA" not in made.namelist()
    assert made.namelist().count("META-INF/MANIFEST.MF") == 1
    assert {"a/", "a/b/", "a/c/"} <= set(made.namelist())
    # The same jars give the same bytes.
    assert (tmp_path / "made.jar").read_bytes() == before


def test_every_package_below_a_prefix_is_exported_and_there_must_be_one(two_jars, tmp_path):
    headers = manifest.read(bundle.make(spec(), two_jars, tmp_path))
    assert headers["Export-Package"] == 'a.b;version="1.2",a.c;version="1.2"'
    assert headers["Bundle-SymbolicName"] == "made"
    with pytest.raises(ConformanceError, match=r"made\.jar: no package below z"):
        bundle.make(spec(exports={"z": "1"}), two_jars, tmp_path)


def test_a_header_set_to_nothing_is_removed(tmp_path):
    released = jar(tmp_path / "released.jar", Service_Component="x.xml", Bundle_Version="1.0")
    made = bundle.make(spec(merged=False, exports={}, headers={"Service-Component": ""}), [released], tmp_path)
    assert "Service-Component" not in manifest.read(made)
    assert manifest.read(made)["Bundle-Version"] == "1.0"


def test_an_import_range_is_changed_the_rest_kept_and_one_that_is_not_there_refused():
    header = 'a;version="[1.3,2)",b;version="1";resolution:=optional,c'
    changed = bundle.changed_imports(header, {"a": "[1.2,2)", "c": "optional"}, "x.jar")
    assert changed == 'a;version="[1.2,2)",b;version="1";resolution:="optional",c;resolution:="optional"'
    with pytest.raises(ConformanceError, match=r"x\.jar does not import z"):
        bundle.changed_imports("a", {"z": "1"}, "x.jar")


def test_a_line_that_is_no_header_is_named_with_its_number_and_a_file_that_is_no_jar(tmp_path):
    path = tmp_path / "cut.jar"
    path.write_bytes(b"PK\x03\x04 and then nothing")
    with pytest.raises(ConformanceError, match=r"bad\.jar:2: no manifest header"):
        manifest.parse("Manifest-Version: 1.0\nthis is text\n", "bad.jar")
    with pytest.raises(ConformanceError, match=r"cut\.jar: not a readable jar"):
        manifest.read(path)


def test_the_main_section_is_read_its_continuation_lines_joined_and_a_rendered_one_keeps_the_line_limit():
    text = "Manifest-Version: 1.0\r\nImport-Package: a.b,\r\n c.d\r\n\r\nName: x.class\r\nSHA1-Digest: y\r\n"
    assert manifest.parse(text) == {"Manifest-Version": "1.0", "Import-Package": "a.b,c.d"}
    headers = {"Manifest-Version": "1.0", "Export-Package": ",".join(f"some.package.number{n}" for n in range(40))}
    raw = manifest.render(headers)
    assert manifest.parse(raw.decode()) == headers
    assert max(len(line) for line in raw.split(b"\r\n")) <= 72


def test_quoted_commas_do_not_split_clauses():
    found = manifest.clauses('a.b;c.d;version="[1.0,2)";resolution:=optional,e.f;uses:="x,y"')
    assert [clause.names for clause in found] == [("a.b", "c.d"), ("e.f",)]
    assert found[0].optional
    assert found[0].attributes["version"] == "[1.0,2)"


@pytest.mark.parametrize(("wanted", "offered", "met"), [
    ("[1.2,2)", "1.2.7", True),
    ("[1.2,2)", "2.0.0", False),
    ("(1.2,2]", "1.2.0", False),
    ("(1.2,2]", "2.0.0", True),
    ("2.1.1", "3.0", True),
    ("2.1.1", "2.1.0", False),
    ("[2.0,3.0)", "2.0.0.wso2v1", True),
    # A qualifier makes a version newer.
    ("(1.6.2,2]", "1.6.2.wso2v1", True),
])  # fmt: skip
def test_a_range_holds_what_osgi_says(wanted, offered, met):
    assert (Version.parse(offered) in VersionRange.parse(wanted)) is met


@pytest.mark.parametrize("text", ["", "one", "1.2.3.4.5", "[1,2"])
def test_what_is_no_version_is_refused(text):
    with pytest.raises(ConformanceError, match="is not an OSGi version"):
        VersionRange.parse(text)


@pytest.mark.parametrize(("user", "gaps"), [
    ({"Import_Package": 'a.b;version="[1,2)"'}, []),
    ({"Import_Package": 'a.b;version="[2,3)"'}, ["user.jar imports a.b [2,3): 1.5.0"]),
    ({"Import_Package": "no.such"}, ["user.jar imports no.such (any version): no bundle exports it"]),
    ({"Import_Package": "javax.sql,gone;resolution:=optional,mine", "Export_Package": "mine"}, []),
], ids=["met", "of the wrong version", "of no one's package", "system, optional and own"])  # fmt: skip
def test_an_import_that_nothing_meets_is_reported_with_what_is_offered(tmp_path, user, gaps):
    bundles = [jar(tmp_path / "user.jar", **user), jar(tmp_path / "giver.jar", Export_Package='a.b;version="1.5"')]
    assert [str(gap) for gap in imports.missing(bundles, ["javax.sql"])] == gaps
