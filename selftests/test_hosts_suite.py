"""The requirements on memory and on bundles: page-sized, lab-sized, too small, and different."""

import re

import pytest

from conformance.node.home import memory
from conformance.node.server_command import MAIN_CLASS
from selftests.page_home import CARBON, COMPONENTS, JAR, SCRIPT, SPARK, PageCluster

PLUGIN = f"{COMPONENTS}/plugins/core_1.0.jar"


@pytest.fixture
def cluster(tmp_path):
    return PageCluster(tmp_path)


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (
            (SCRIPT, "-Xmx4096m", "-Xmx256m"),
            r"node2 bin/wso2server.sh:3 -Xmx256m: found '256m', expected at least 4096",
        ),
        ((SCRIPT, "-Xmx4096m", "-Xmx2g -Xmx4g -Xmx3g"), "found '3g'"),
        ((SCRIPT, "-Xmx4096m", "-Xmx4x"), "found '4x', expected a size such as 4g"),
        (
            (SPARK, "executor.memory 2g", "executor.memory 1g"),
            "spark.executor.memory: found '1g', expected at least 2048",
        ),
        ((SPARK, "worker.memory  2g", "worker.memory  1g"), r"found '1g'.*spark.executor.memory '2g'.*page recommends"),
    ],
)
def test_too_little_memory_fails_and_tells_what_is_configured(cluster, edit, told):
    messages = cluster.edit(edit, only_second=True).failing()

    assert set(messages) == {"PRE-01"}
    assert re.search(told, messages["PRE-01"][0], re.DOTALL)


@pytest.mark.parametrize(
    "options",
    ["-Xmx4g", "-Xmx5G", "-Xmx4294967296", "-XX:MaxHeapSize=4g", "-Xmx${HEAP:-6g}", "-Xmx4194304k -Xss1m"],
)
def test_enough_memory_is_understood_in_every_spelling(cluster, options):
    assert cluster.edit((SCRIPT, "-Xmx4096m", options)).failing() == {}


def test_the_heap_of_the_running_server_counts(cluster):
    cluster.accesses[1].command = ["java", "-Xmx4g", "-Xms1g", "-Xmx768m", MAIN_CLASS]
    told = cluster.failing()["PRE-01"]

    assert len(told) == 1
    assert "node2 command line of the running server -Xmx768m: found '768m', expected at least 4096" in told[0]
    assert "Carbon -Xmx '768m' (of the running process)" in told[0]


def test_a_running_server_without_an_own_heap_has_that_of_its_script(cluster):
    cluster.accesses[1].command = ["java", MAIN_CLASS]

    assert cluster.failing() == {}


def test_a_script_that_lets_the_environment_decide_is_reported_so(cluster):
    guarded = 'if [ -z "$JVM_MEM_OPTS" ]; then\n  JVM_MEM_OPTS="-Xmx2048m"\nfi'
    cluster.edit((SCRIPT, "-Xmx4096m", f"\n{guarded}"))

    assert "Carbon -Xmx '2048m' (of the start script, unless JVM_MEM_OPTS is set" in cluster.failing()["PRE-01"][0]


def test_a_variable_of_the_script_is_followed(cluster):
    assert cluster.edit((SCRIPT, "-Xmx4096m", '-Xmx$HEAP"\nHEAP="8g')).failing() == {}


@pytest.mark.parametrize("options", ["", "-Xmx$FROM_OUTSIDE", "-XX:MaxRAMPercentage=50"])
def test_what_the_environment_decides_is_not_assessed(cluster, options):
    cluster.edit((SCRIPT, "-Xmx4096m", options))

    assert cluster.failing() == {}
    assert "environment decides" in cluster.left_open()["PRE-01"][0]


def test_a_lab_is_marked(cluster):
    cluster.recommended = memory.size_for({"size": "lab"})
    cluster.edit((SCRIPT, "4096m", "1024m"), (SPARK, "2g", "512m"))

    assert cluster.failing() == {}
    assert cluster.left_open()["PRE-01"][0].startswith("lab-sized; configured: Carbon -Xmx '1024m' (of the")


def test_a_lab_is_held_to_its_own_size(cluster):
    cluster.recommended = memory.LAB

    assert set(cluster.edit((SCRIPT, "4096m", "256m")).failing()) == {"PRE-01"}


def test_only_a_lab_is_measured_by_a_labs_size():
    assert memory.size_for({"pack": "vendor"}) is memory.PAGE


@pytest.mark.parametrize(
    ("path", "content", "told"),
    [
        (PLUGIN, b"other", r"plugins/core_1.0.jar: SHA-256 \w{12}.. on node1, \w{12}.. on node2"),
        (f"{COMPONENTS}/dropins/more.jar", b"", "dropins/more.jar: only on node2"),
        (JAR, None, "bin.jar: only on node1"),
    ],
)
def test_another_jar_on_one_node_fails(cluster, path, content, told):
    files = cluster.accesses[1].files
    files.pop(path) if content is None else files.update({path: content})
    messages = cluster.failing()

    assert set(messages) - {"DB-01"} == {"PRE-02"}
    assert re.search(told, messages["PRE-02"][0])


@pytest.mark.parametrize(
    "path", ["patches/patch0075/org.wso2.carbon.core_4.4.9.jar", "servicepacks/servicepack0001/lib/core_4.4.9.jar"]
)
def test_a_patch_on_one_node_fails_before_a_start_applies_it(cluster, path):
    cluster.accesses[0].files[f"{COMPONENTS}/{path}"] = b"patched"
    messages = cluster.failing()

    assert set(messages) == {"PRE-02"}
    assert f"node1 {COMPONENTS}/{path}: is not on node2" in messages["PRE-02"][0]


def test_bundles_that_a_start_makes_may_differ(cluster):
    made = ["mysql_connector_java_5.1.49_bin_1.0.0.jar", "README.txt.config_1.0.0.jar", "a.logging.propfile_1.0.0.jar"]
    cluster.accesses[0].files.update({f"{COMPONENTS}/dropins/{name}": b"1" for name in made})
    cluster.accesses[1].files.update({f"{COMPONENTS}/dropins/{name}": b"2" for name in made[:2]})
    cluster.accesses[1].files[f"{COMPONENTS}/plugins/notes.txt"] = b"2"

    assert cluster.failing() == {}


@pytest.mark.parametrize(("before", "after"), [(">3.1.0<", ">3.0.1<"), ("Analytics", "Other")])
def test_another_product_fails(cluster, before, after):
    messages = cluster.edit((CARBON, before, after), only_second=True).failing()

    assert set(messages) == {"PRE-02"}
    told = r"node2 .*carbon.xml:1 /Server/\w+: found .*, expected .*\s+.* stands at node1"
    assert re.search(told, messages["PRE-02"][0])
