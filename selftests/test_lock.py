import pytest

from conformance.errors import ConformanceError
from conformance.pack import lock

DIGEST = "a" * 64
VALID = f"""
[[artifact]]
name = "x"
coordinate = "g:x:1:jar"
sha256 = "{DIGEST}"
bytes = 3
licence = "MIT"
use = "bundle"
[[bundle]]
file = "x_1.jar"
why = "test"
sources = ["x"]
"""


def test_the_projects_own_lock_names_the_page_driver_and_a_classifier_is_part_of_a_file_name():
    driver = lock.load().artifact("jdbc-driver")
    assert (driver.coordinate, driver.use) == ("mysql:mysql-connector-java:5.1.49:jar", "component-lib")
    assert lock.load().artifact("mesos-shaded-protobuf").file == "mesos-0.21.1-shaded-protobuf.jar"


def test_another_kernels_lock_is_the_first_one_with_what_the_second_list_changes_and_any_change_changes_the_hash():
    first = lock.parse(DROPPED + VALID.replace('"x"', '"z"'), "a")
    other = lock.changed(first, CHANGE, "b")
    assert [artifact.name for artifact in other.artifacts] == ["z", "y"]
    assert (other.bundles, other.change.version) == (first.bundles, "4.4.19")
    assert len({first.hash, other.hash, lock.changed(first, CHANGE + "\n", "b").hash}) == 3
    assert lock.parse(VALID, "a").hash != lock.parse(VALID.replace("test", "text"), "a").hash


@pytest.mark.parametrize(("old", "new", "expected"), [
    ('use = "bundle"', 'use = "plugin"', "use 'plugin'"),
    ("a" * 64, "a" * 63, "sha256 is not 64 hex digits"),
    ('licence = "MIT"', 'licence = "?"', "coordinate or licence is incomplete"),
    ("bytes = 3", "size = 3", "artifact x"),
    ('sources = ["x"]', 'sources = ["y"]', "'y', which is not an artifact"),
    ('sources = ["x"]', "sources = []", "in no bundle: x"),
    ("[[bundle]]", VALID.partition("[[bundle]]")[0] + "[[bundle]]", "named twice: x"),
    ("[[artifact]]", "[[artifact", "l.toml"),
])  # fmt: skip
def test_a_broken_lock_is_refused_with_file_and_entry(old, new, expected):
    with pytest.raises(ConformanceError, match=r"l\.toml") as refusal:
        lock.parse(VALID.replace(old, new), "l.toml")
    assert expected in str(refusal.value)


CHANGE = f"""
[kernel]
version = "4.4.19"
removed = ["a"]
without = ["x"]
[[artifact]]
name = "y"
coordinate = "g:y:2:jar"
sha256 = "{DIGEST}"
bytes = 3
licence = "MIT"
use = "kernel-bundle"
"""
DROPPED = VALID.partition("[[bundle]]")[0].replace('use = "bundle"', 'use = "dropin"')


@pytest.mark.parametrize(("old", "new", "named"), [
    ('without = ["x"]', 'without = ["w"]', "without w, which is not an artifact"),
    ('without = ["x"]', "", "named twice: x"),
    ('name = "y"', 'name = "x"\nuses = 1', "artifact x"),
    ("[kernel]", "[kernal]", r"\[kernel\]: is not a table"),
    ("[kernel]", "[kernel", r"l\.toml"),
])  # fmt: skip
def test_a_broken_second_list_is_refused_with_file_and_entry(old, new, named):
    text = CHANGE.replace(old, new).replace('name = "y"', 'name = "x"' if new == "" else 'name = "y"')
    with pytest.raises(ConformanceError, match=named):
        lock.changed(lock.parse(DROPPED, "a"), text, "l.toml")


def test_a_made_bundle_must_not_lose_its_source_to_the_second_list():
    with pytest.raises(ConformanceError, match="a bundle uses 'x', which is not an artifact"):
        lock.changed(lock.parse(VALID, "a"), CHANGE, "l.toml")


def test_the_projects_own_locks_differ_in_kernel_and_cluster():
    first, other = lock.load(), lock.load("4.4")
    assert first.kernel.parts[1:3] == ("wso2carbon-core", "4.5.1")
    assert other.kernel.parts[1:3] == ("org.wso2.carbon.core", "4.4.19")
    assert first.change is None
    assert other.artifact("hazelcast").coordinate == "com.hazelcast:hazelcast:3.5.4:jar"
    assert {artifact.file for artifact in first.artifacts} <= {artifact.file for artifact in other.artifacts}
