"""Memory in every spelling, and bundles that may differ. What breaks a requirement is in sabotage/."""

import re

import pytest

from conformance.judgement.deviation import collecting
from conformance.node.home import bundles, memory
from conformance.node.server_command import MAIN_CLASS
from selftests.home_paths import CARBON, COMPONENTS, SCRIPT, SPARK
from suites import test_hosts as suite

GUARDED = 'if [ -z "$JVM_MEM_OPTS" ]; then\n  JVM_MEM_OPTS="-Xms1g -Xmx1024m"\nfi\n'
START = "$JAVACMD $JVM_MEM_OPTS \\\n  $JAVA_OPTS \\\n  org.wso2.carbon.bootstrap.Bootstrap $*\n"


@pytest.mark.parametrize("options", [
    *("-Xmx4g", "-Xmx5G", "-Xmx4294967296", "-XX:MaxHeapSize=4g", "-Xmx${HEAP:-6g}", "-Xmx4194304k -Xss1m"),
    '-Xmx$HEAP"\nHEAP="8g',
])  # fmt: skip
def test_enough_memory_is_understood_in_every_spelling(cluster, options):
    # A running server without a heap of its own has that of its script.
    cluster.accesses[1].command = ["java", MAIN_CLASS]
    assert cluster.edit((SCRIPT, "-Xmx4096m", options)).failing() == {}


def test_the_heap_of_the_running_server_counts(cluster):
    cluster.accesses[1].command = ["java", "-Xmx4g", "-Xms1g", "-Xmx768m", MAIN_CLASS]
    messages = cluster.failing()["PRE-01"]
    assert len(messages) == 1
    assert "node2 command line of the running server -Xmx768m: found '768m', expected at least 4096" in messages[0]
    assert "Carbon -Xmx '768m' (of the running process)" in messages[0]


@pytest.mark.parametrize(("version", "texts"), [("3.1.0", []), ("3.2.0", ["'3.2.0' instead of '3.1.0'"])])
def test_another_version_than_the_pages_is_a_deviation(cluster, version, texts):
    first, second = cluster.edit((CARBON, "<Version>3.1.0<", f"<Version>{version}<")).view.nodes
    with collecting() as found:
        suite.test_both_nodes_run_the_same_version(first, second)
    assert [text.partition("version ")[2] for text in found.texts] == texts


def test_a_script_that_lets_the_environment_decide_is_reported_so(cluster):
    guarded = 'if [ -z "$JVM_MEM_OPTS" ]; then\n  JVM_MEM_OPTS="-Xmx2048m"\nfi'
    cluster.edit((SCRIPT, "-Xmx4096m", f"\n{guarded}"))
    assert "Carbon -Xmx '2048m' (of the start script, unless JVM_MEM_OPTS is set" in cluster.failing()["PRE-01"][0]


@pytest.mark.parametrize(("script", "heap", "line"), [
    (f'JAVA_OPTS="$JAVA_OPTS -Xmx3g"\n{GUARDED}{START}', "3g", 1),
    (f'. "$CARBON_HOME/bin/ours.sh"\n{GUARDED}{START}', "2g", 1),
    (f"{GUARDED}{START.replace('$JAVA_OPTS', '-Xmx3g')}", "3g", 5),
    (f'{GUARDED}echo "more: JVM_MEM_OPTS=-Xmx8g sh wso2server.sh"\n{START}', "1024m", 2),
    (GUARDED.replace('1024m"', '1024m" # once -Xmx8g') + START, "1024m", 2),
    (f'JVM_MEM_OPTS="${{JVM_MEM_OPTS:--Xms1g -Xmx3g}}"\n{START}', "3g", 1),
    (f'JVM_MEM_OPTS="-Xmx8g"\nJVM_MEM_OPTS+=" -Xmx3g"\n{START}', "3g", 2),
    (f'echo "-Xmx3g"\nJVM_MEM_OPTS="-Xmx3g"\n{START}', "3g", 2),
    (f'JAVA_OPTS="-Xmx3g"\nJVM_MEM_OPTS="-Xmx8g"\n{START}', "3g", 1),
    (f'JVM_MEM_OPTS="-Xmx8g"\n{START.replace("$JAVA_OPTS", "-Xmx3g")}', "3g", 3),
    (f'JVM_MEM_OPTS="-Xmx3g"\n{START}echo "-Xmx3g"\n', "3g", 1),
    (f'UNUSED="-Xmx8g"\n{GUARDED}{START}', "1024m", 3),
    (f'HEAP=1g\nHEAP="3g"\n# HEAP=8g\nJVM_MEM_OPTS="-Xmx$HEAP"\n{START}', "3g", 2),
])  # fmt: skip
def test_the_option_that_the_jvm_gets_last_counts(cluster, script, heap, line):
    for access in cluster.accesses:
        access.files[SCRIPT] = script.encode()
        access.files["bin/ours.sh"] = b'export JVM_MEM_OPTS="-Xmx2g"\n'
    message = cluster.failing()["PRE-01"][0]
    path = "bin/ours.sh" if "ours.sh" in script else SCRIPT
    name = "HEAP" if "$HEAP" in script else f"-Xmx{heap}"
    assert message.startswith(f"node1 {path}:{line} {name}: found '{heap}', expected at least 4096 MiB")


@pytest.mark.parametrize(("scripts", "expected"), [
    ("-Xmx1g ?-Xmx8g", "open"),
    ("-Xmx4g ?-Xmx512m", "open"),
    ("?-Xmx8g ?-Xmx1g", "open"),
    ("-Xmx4g ?-Xmx8g", ""),
    ("?-Xmx8g ?-Xmx4g", ""),
    ("?-Xmx8g -Xmx4g", ""),
    ("-Xmx1g ?-Xmx2g", "found '1g', expected at least 4096 MiB"),
    ("?-Xmx8g -Xmx2g", "found '2g', expected at least 4096 MiB"),
    ("-Xmx4gb", "found '4gb', expected a size such as 4g"),
])  # fmt: skip
def test_where_a_branch_may_decide_all_that_it_may_give_counts(cluster, scripts, expected):
    lines = []
    for heap in scripts.split():
        line = f'JVM_MEM_OPTS="{heap.lstrip("?")}"\n'
        lines.append(f'if [ "$1" = other ]; then\n  {line}fi\n' if heap[0] == "?" else line)
    for access in cluster.accesses:
        access.files[SCRIPT] = "".join([*lines, START]).encode()
    found = (*cluster.failing().get("PRE-01", []), *(f"open: {one}" for one in cluster.left_open().get("PRE-01", [])))
    assert expected in "".join(found[:1]) if expected else not found


def test_what_a_branch_may_have_set_is_not_surely_set_again(cluster):
    script = f'[ "$1" = big ] && JVM_MEM_OPTS="-Xmx8g"\n{GUARDED}{START}'
    cluster.accesses[0].files[SCRIPT] = script.encode()
    assert "'1024m', node1 bin/wso2server.sh:1 -Xmx8g: '8g'; only the running node" in cluster.left_open()["PRE-01"][0]


@pytest.mark.parametrize(("batch", "expected"), [
    ("java -Xmx8g", r"-Xmx2g: found '2g', node1 bin/wso2server.bat:1 -Xmx8g: '8g'"),
    ("java -Xmx1g", ""),
    ("@rem -Xmx8g", ""),
])  # fmt: skip
def test_a_larger_heap_in_the_script_for_windows_leaves_it_open(cluster, batch, expected):
    cluster.edit((SCRIPT, "4096m", "2g"))
    for access in cluster.accesses:
        access.files["bin/wso2server.bat"] = f"{batch}\r\n".encode()
    found = cluster.left_open() if expected else cluster.failing()
    assert re.search(expected or "found '2g', expected", found["PRE-01"][0])


@pytest.mark.parametrize("options", ["", "-Xmx$FROM_OUTSIDE", "-XX:MaxRAMPercentage=50"])
def test_what_the_environment_decides_is_not_assessed(cluster, options):
    cluster.edit((SCRIPT, "-Xmx4096m", options))
    assert cluster.failing() == {}
    assert "environment decides" in cluster.left_open()["PRE-01"][0]


def test_a_lab_and_only_a_lab_is_marked(cluster):
    cluster.recommended = memory.size_for({"size": "lab"})
    cluster.edit((SCRIPT, "4096m", "1024m"), (SPARK, "2g", "512m"))
    assert cluster.failing() == {}
    assert cluster.left_open()["PRE-01"][0].startswith("a lab is small on purpose and has a lab's size: ")
    assert memory.size_for({"pack": "vendor"}) is memory.PAGE


def test_a_lab_is_held_to_its_own_size(cluster):
    cluster.recommended = memory.LAB
    assert set(cluster.edit((SCRIPT, "4096m", "256m")).failing()) == {"PRE-01"}


def test_bundles_that_a_start_makes_may_differ(cluster):
    made = ["mysql_connector_java_5.1.49_bin_1.0.0.jar", "README.txt.config_1.0.0.jar", "a.logging.propfile_1.0.0.jar"]
    cluster.accesses[0].files.update({f"{COMPONENTS}/dropins/{name}": b"1" for name in made})
    cluster.accesses[1].files.update({f"{COMPONENTS}/dropins/{name}": b"2" for name in made[:2]})
    cluster.accesses[1].files[f"{COMPONENTS}/plugins/notes.txt"] = b"2"
    assert cluster.failing() == {}


def test_bundles_that_differ_are_reported_with_their_nodes():
    first, second = {"a": "1" * 64, "b": "2" * 64}, {"b": "3" * 64, "c": "4" * 64}
    assert bundles.differences(first, second, ("node1", "node2")) == [
        "node1 a: is not on node2, expected the same on both nodes",
        "node2 b: SHA-256 333333333333.., expected that of node1: 222222222222..",
        "node2 c: is not on node1, expected the same on both nodes",
    ]
