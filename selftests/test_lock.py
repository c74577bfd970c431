import pytest

from conformance.errors import ConformanceError
from conformance.pack import lock

DIGEST = "a" * 64
SOUND = f"""
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


def test_the_projects_own_lock_reads_and_names_the_page_driver():
    driver = lock.load().artifact("jdbc-driver")

    assert driver.coordinate == "mysql:mysql-connector-java:5.1.49:jar"
    assert driver.use == "component-lib"


def test_a_classifier_is_part_of_the_file_name():
    artifact = lock.load().artifact("mesos-shaded-protobuf")

    assert artifact.file == "mesos-0.21.1-shaded-protobuf.jar"


def test_any_change_changes_the_hash():
    assert lock.parse(SOUND, "a").hash != lock.parse(SOUND.replace("test", "text"), "a").hash


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('use = "bundle"', 'use = "plugin"', "use 'plugin'"),
        ("a" * 64, "a" * 63, "sha256 is not 64 hex digits"),
        ('licence = "MIT"', 'licence = "?"', "coordinate or licence is incomplete"),
        ("bytes = 3", "size = 3", "artifact x"),
        ('sources = ["x"]', 'sources = ["y"]', "'y', which is not an artifact"),
        ('sources = ["x"]', "sources = []", "in no bundle: x"),
        ("[[artifact]]", "[[artifact", "l.toml"),
    ],
)
def test_a_broken_lock_is_refused_with_file_and_entry(old, new, told):
    with pytest.raises(ConformanceError, match=r"l\.toml") as refusal:
        lock.parse(SOUND.replace(old, new), "l.toml")

    assert told in str(refusal.value)


def test_a_name_given_twice_is_refused():
    twice = SOUND.replace("[[bundle]]", SOUND.partition("[[bundle]]")[0] + "[[bundle]]")

    with pytest.raises(ConformanceError, match="named twice: x"):
        lock.parse(twice, "l.toml")
