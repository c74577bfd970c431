import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from conformance.errors import ConformanceError
from conformance.pack import labpart, manifest
from conformance.pack.labpart import Finished, LabPart

JAVA, ECJ = Path("java"), Path("ecj.jar")
DONE = Finished(0, "")
PART = """
name = "queue"
title = "A queue"
stands_for = "the product's queue"
why = "not public"
symbolic_name = "lab.queue"
version = "1.0.0"
classpath = ["axis2"]

[headers]
Import-Package = ["a;version=\\"[1,2)\\"", "b"]
"""


@dataclass
class FakeJava:
    """Stands in for compiler and tests: compiling writes one class, a test run ends as set."""

    compiling: Finished = DONE
    testing: Finished = DONE
    commands: list[list[str]] = field(default_factory=list)

    def run(self, command: list[str]) -> Finished:
        self.commands.append(command)
        if "-jar" not in command:
            return self.testing
        out = Path(command[command.index("-d") + 1])
        (out / "lab").mkdir()
        (out / "lab/Queue.class").write_bytes(b"\xca\xfe\xba\xbe")
        return self.compiling


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "part.toml": PART,
        "src/lab/Queue.java": "class Queue {}",
        "resources/OSGI-INF/serviceComponents.xml": "<x/>",
        "test/lab/QueueTest.java": "class QueueTest {}",
    }
    for name, text in files.items():
        path = tmp_path / "queue" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "queue"


@pytest.fixture
def classpath(tmp_path: Path) -> list[Path]:
    return [tmp_path / name for name in ("axis2_1.6.1.jar", "axis2-json_1.6.1.jar", "axiom_1.2.jar")]


def test_every_part_of_the_project_loads_and_none_at_all_is_an_error(tmp_path):
    parts = labpart.discover()
    assert len({part.symbolic_name for part in parts}) == len(parts) >= 9
    assert all(part.tests for part in parts if part.sources)
    assert not [part.name for part in parts if "OSGI-INF" in part.headers.get("Service-Component", "")
                and not (part.folder / "resources" / part.headers["Service-Component"]).exists()]  # fmt: skip
    with pytest.raises(ConformanceError, match="no lab part found"):
        labpart.discover(tmp_path)


def test_a_part_without_sources_needs_no_compiler(folder, tmp_path):
    (folder / "src/lab/Queue.java").unlink()
    java = FakeJava()
    LabPart.load(folder).build([], JAVA, ECJ, tmp_path, java.run)
    assert java.commands == []


def test_the_jar_has_manifest_classes_resources_of_its_bundles_and_always_the_same_bytes(folder, classpath, tmp_path):
    part, java = LabPart.load(folder), FakeJava()
    jar = part.build(classpath, JAVA, ECJ, tmp_path, java.run)
    first, command = jar.read_bytes(), java.commands[0]
    assert command[command.index("-cp") + 1] == str(tmp_path / "axis2_1.6.1.jar")
    assert command[-1].endswith("Queue.java")
    with zipfile.ZipFile(jar) as archive:
        names = archive.namelist()
    assert jar.name == "lab.queue_1.0.0.jar"
    assert names[:2] == ["META-INF/", "META-INF/MANIFEST.MF"]
    assert names[2:] == ["OSGI-INF/", "OSGI-INF/serviceComponents.xml", "lab/", "lab/Queue.class"]
    assert manifest.read(jar)["Import-Package"] == 'a;version="[1,2)",b'
    assert part.build(classpath, JAVA, ECJ, tmp_path, FakeJava().run).read_bytes() == first


def test_a_missing_library_is_named_and_the_compilers_words_are_shown(folder, classpath, tmp_path):
    part, java = LabPart.load(folder), FakeJava(compiling=Finished(1, "1. ERROR in Queue.java (at line 1)"))
    with pytest.raises(ConformanceError, match="lab part queue needs axis2"):
        part.build([tmp_path / "axis2-json_1.6.1.jar"], JAVA, ECJ, tmp_path, FakeJava().run)
    with pytest.raises(ConformanceError, match=r"lab part queue does not compile: .* ERROR in Queue"):
        part.build(classpath, JAVA, ECJ, tmp_path, java.run)


@pytest.mark.parametrize(("output", "said"), [
    ('Exception in thread "main" java.lang.AssertionError: size: expected <1>, found <2>\n\tat x',
     "size: expected <1>"),
    ("some words without an exception", "some words"),
    ("", "status 1"),
])  # fmt: skip
def test_a_failing_test_names_part_and_assertion(folder, classpath, output, said, tmp_path):
    java = FakeJava(testing=Finished(1, output))
    with pytest.raises(ConformanceError, match=rf"lab part queue: lab\.QueueTest: {said}"):
        LabPart.load(folder).run_tests(tmp_path / "lab.queue.jar", classpath, JAVA, ECJ, java.run)


def test_tests_run_with_the_jar_first(folder, classpath, tmp_path):
    java = FakeJava()
    LabPart.load(folder).run_tests(tmp_path / "lab.queue.jar", classpath, JAVA, ECJ, java.run)
    command = java.commands[1]
    assert command[-1] == "lab.QueueTest"
    assert command[2].split(":")[1:] == [str(tmp_path / "lab.queue.jar"), str(tmp_path / "axis2_1.6.1.jar")]


def test_a_command_that_cannot_start_counts_as_failed(tmp_path):
    done = labpart.run_command([str(tmp_path / "no-such-java")])
    assert done.status != 0
    assert "no-such-java" in done.output


@pytest.mark.parametrize(("old", "new", "message"), [
    ('title = "A queue"', "", "title is missing"),
    ('title = "A queue"', "title = 3", "title is 3 - expected a text"),
    ('classpath = ["axis2"]', 'classpath = "axis2"', "classpath is 'axis2' - expected a list of texts"),
    ('classpath = ["axis2"]', 'classpaht = ["axis2"]', "unknown key classpaht"),
    ('"b"]', "3]", "3] - expected a text"),
    ("[headers]", "[headers", "is not TOML"),
    ("[headers]", "[[headers]]", "headers is [{"),
])  # fmt: skip
def test_a_wrong_part_file_is_one_clear_line(folder, old, new, message):
    path = folder / "part.toml"
    path.write_text(PART.replace(old, new), encoding="utf-8")
    with pytest.raises(ConformanceError) as caught:
        LabPart.load(folder)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)
