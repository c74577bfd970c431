"""The vendor's pack: fetched, as a zip or a folder; what is no startable DAS 3.1.0 is refused by name."""

import errno
import hashlib
import zipfile

import pytest
import requests

from conformance.errors import ConformanceError
from conformance.pack import fetch, java_runtime, product_parts, vendor
from conformance.pack.lock import LockedArtifact
from conformance.targets.embedded.enter import enter
from conformance.targets.shared.choice import LabOptions
from selftests import vendor_shaped
from selftests.home_paths import AXIS2, CARBON, SCRIPT
from selftests.vendor_shaped import make, pack

GOOD = b"the right bytes"


def nothing(*_: object) -> None:
    """Progress that no one watches."""


@pytest.fixture
def driver(tmp_path, monkeypatch):
    """The page's driver, and a cache of this test's own."""
    monkeypatch.setenv("DAS_CONFORMANCE_CACHE", str(tmp_path / "cache"))
    jar = tmp_path / "mysql-connector-java-5.1.49.jar"
    jar.write_bytes(b"driver")
    monkeypatch.setattr(fetch, "artifact", lambda name: jar)
    return jar


@pytest.mark.parametrize("top", ["wso2das-3.1.0", "handed/das"])
def test_a_das_zip_is_accepted(tmp_path, top):
    assert vendor.check(pack(tmp_path / "das.zip", top=top)).top == top


@pytest.mark.parametrize("deeper", ["", "wso2das-3.1.0"])
def test_an_unpacked_folder_is_accepted(tmp_path, deeper):
    make(tmp_path / deeper, jars=True)
    assert vendor.check(tmp_path).top == deeper


@pytest.mark.parametrize(("key", "version"), [("DAS", "3.0.1"), ("ESB", "3.1.0")])
def test_another_product_or_version_is_named(tmp_path, key, version):
    make(tmp_path, jars=True)
    text = (tmp_path / CARBON).read_text().replace("DAS", key).replace("3.1.0", version)
    (tmp_path / CARBON).write_text(text)
    with pytest.raises(ConformanceError, match=rf"is {key} {version}, not DAS 3\.1\.0"):
        vendor.check(tmp_path)


@pytest.mark.parametrize(("path", "named"), [
    (SCRIPT, r"missing: bin/wso2server\.sh - "),
    (CARBON, r"no DAS home, repository/conf/carbon\.xml is missing"),
    (AXIS2, r"missing: repository/conf/axis2/axis2\.xml - "),
    ("bin/org.wso2.carbon.bootstrap-4.4.9.jar", r"missing: bin/\*\.jar \(the launcher\) - "),
    (f"{product_parts.PLUGINS}/hazelcast_3.5.2.wso2v1.jar", "missing: the bundles hazelcast in repository"),
])  # fmt: skip
def test_what_a_home_lacks_is_named(tmp_path, path, named):
    with pytest.raises(ConformanceError, match=named):
        vendor.check(pack(tmp_path / "das.zip", without=(path,)))


def test_one_schema_script_is_enough(tmp_path):
    scripts = ("dbscripts/mysql5.7.sql", "dbscripts/mysql.sql")
    vendor.check(pack(tmp_path / "das.zip", without=scripts[:1]))
    with pytest.raises(ConformanceError, match=r"missing: dbscripts/mysql5\.7\.sql or dbscripts/mysql\.sql"):
        vendor.check(pack(tmp_path / "das.zip", without=scripts))


def test_a_home_of_data_alone_ends_a_run_before_java_is_looked_for(tmp_path, monkeypatch):
    looked = []
    monkeypatch.setattr(java_runtime, "find", lambda **_: looked.append("java"))
    options = LabOptions(das_pack=make(tmp_path / "home")).check()
    with pytest.raises(ConformanceError) as problem:
        enter([], options)

    assert looked == []
    missing = "no node can be started of it; missing: repository/components/plugins with the product's jars"
    assert missing in problem.value.what
    assert problem.value.remedy.startswith("hand in the vendor's whole wso2das-3.1.0.zip")


@pytest.mark.parametrize("shape", [pack, make], ids=["zip", "folder"])
def test_the_template_holds_every_file_and_the_driver(tmp_path, driver, shape):
    source = shape(tmp_path / "das.zip", jars=True)
    template = vendor.ensure(source, nothing).path
    made = {str(path.relative_to(template)): path.read_bytes() for path in template.rglob("*") if path.is_file()}
    wanted = {path: text.encode() for path, text in vendor_shaped.files(jars=True).items()}
    assert made == {**wanted, f"repository/components/lib/{driver.name}": b"driver"}
    assert (template / SCRIPT).stat().st_mode & 0o777 == 0o755


def test_a_template_is_made_once_and_again_for_another_content(tmp_path, driver):
    home = make(tmp_path / "home", jars=True)
    first = vendor.ensure(home, nothing)
    again = vendor.ensure(home, nothing)
    (home / SCRIPT).write_text("#!/bin/sh\n")
    other = vendor.ensure(home, nothing)
    assert (again.path, again.identity["kernel"]) == (first.path, "org.wso2.carbon.core_4.4.9.jar")
    assert other.path != first.path


def test_a_home_that_was_handed_in_is_not_written(tmp_path, driver):
    home = make(tmp_path / "home", jars=True)
    template = vendor.ensure(home, nothing).path
    (template / f"{product_parts.PLUGINS}/hazelcast_3.5.2.wso2v1.jar").write_bytes(b"patched in place")
    assert (home / f"{product_parts.PLUGINS}/hazelcast_3.5.2.wso2v1.jar").read_bytes() == b""


def test_a_damaged_jar_in_the_zip_is_named(tmp_path, driver):
    path = tmp_path / "das.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, text in {**vendor_shaped.files(jars=True), "lib/extra.jar": "A" * 300}.items():
            archive.writestr(f"das/{name}", text)
    path.write_bytes(path.read_bytes().replace(b"A" * 300, b"A" * 299 + b"B"))
    with pytest.raises(ConformanceError, match=r"das\.zip/das/lib/extra\.jar: cannot be read \(is damaged"):
        vendor.ensure(path, nothing)
    assert not list((tmp_path / "cache/packs-vendor").glob("*.part"))


def test_malformed_carbon_xml_is_named_with_its_place_and_entities_are_not_followed():
    with pytest.raises(ConformanceError, match=r"z!carbon\.xml: "):
        vendor.server_identity(b"<Server><Version>", "z!carbon.xml")
    text = b'<!DOCTYPE Server [<!ENTITY v SYSTEM "file:///etc/passwd">]><Server><Version>&v;</Version></Server>'
    assert vendor.server_identity(text, "x") == ("(no ServerKey)", "")


class FakeRepository:
    def __init__(self, folder, *answers):
        self.folder, self.answers, self.downloads = folder, list(answers), 0

    def path(self, artifact):
        return self.folder / artifact.file

    def download(self, artifact):
        self.downloads += 1
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            self.path(artifact).write_bytes(b"half")
            raise answer
        self.path(artifact).write_bytes(answer)


@pytest.fixture
def artifact():
    return LockedArtifact("x", "g:x:1:jar", hashlib.sha256(GOOD).hexdigest(), len(GOOD), "MIT", "dropin")


@pytest.mark.parametrize(("cached", "downloads"), [(GOOD, 0), (b"changed", 1)])
def test_what_is_in_the_cache_is_downloaded_again_only_where_it_is_changed(tmp_path, artifact, cached, downloads):
    repository = FakeRepository(tmp_path, GOOD)
    repository.path(artifact).write_bytes(cached)
    assert fetch.one(artifact, repository).read_bytes() == GOOD
    assert repository.downloads == downloads


@pytest.mark.parametrize(("answers", "expected"), [
    ([b"wrong", b"wrong again"], "g:x:1:jar: sha256 is"),
    ([OSError(errno.ENOSPC, "No space left on device")], "No space left on device"),
])  # fmt: skip
def test_what_cannot_be_fetched_is_an_error_and_nothing_of_it_stays(tmp_path, artifact, answers, expected):
    repository = FakeRepository(tmp_path, *answers)
    with pytest.raises(ConformanceError, match=expected):
        fetch.one(artifact, repository)
    assert repository.downloads == len(answers)
    assert not repository.path(artifact).exists()


def test_without_network_and_cache_the_remedy_is_reported(tmp_path, artifact):
    with pytest.raises(ConformanceError, match="run once with the network"):
        fetch.one(artifact, FakeRepository(tmp_path, requests.ConnectionError("no route")))


def test_an_interrupted_fetch_keeps_what_it_has(tmp_path, artifact):
    other = LockedArtifact("y", "g:y:1:jar", artifact.sha256, len(GOOD), "MIT", "dropin")
    repository = FakeRepository(tmp_path, RuntimeError("cut"))
    repository.path(artifact).write_bytes(GOOD)
    with pytest.raises(ConformanceError, match="g:y:1:jar cannot be fetched: cut"):
        fetch.all_of([artifact, other], repository, lambda done, total: None)
    assert [path.name for path in tmp_path.iterdir()] == ["x-1.jar"]
