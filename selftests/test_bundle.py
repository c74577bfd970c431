import zipfile

import pytest

from conformance.errors import ConformanceError
from conformance.pack import bundle, manifest
from conformance.pack.bundle import BundleSpec
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
    made = zipfile.ZipFile(bundle.make(spec(), two_jars, tmp_path))

    assert made.read("META-INF/services/x.Y") == b"one\ntwo"
    assert made.read("reference.conf") == b"k=1\nk=2"
    assert made.read("a/b/One.class") == b"1"
    assert "META-INF/SIG.RSA" not in made.namelist()
    assert made.namelist().count("META-INF/MANIFEST.MF") == 1
    assert {"a/", "a/b/", "a/c/"} <= set(made.namelist())


def test_every_package_below_a_prefix_is_exported_and_there_must_be_one(two_jars, tmp_path):
    headers = manifest.read(bundle.make(spec(), two_jars, tmp_path))

    assert headers["Export-Package"] == 'a.b;version="1.2",a.c;version="1.2"'
    assert headers["Bundle-SymbolicName"] == "made"
    with pytest.raises(ConformanceError, match=r"made\.jar: no package below z"):
        bundle.make(spec(exports={"z": "1"}), two_jars, tmp_path)


def test_the_same_jars_give_the_same_bytes(two_jars, tmp_path):
    first = bundle.make(spec(), two_jars, tmp_path).read_bytes()

    assert bundle.make(spec(), two_jars, tmp_path).read_bytes() == first


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
