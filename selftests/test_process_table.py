"""Processes out of /proc: odd names, children of the node's, and hosts that tell something else."""

import pytest

from conformance.errors import EvidenceError
from conformance.targets.attached.process_table import of_home, parse

HEAD = "100\t4096\t1000\n"


def line(pid: int, ppid: int, arguments: str, name: str = "java", state: str = "S") -> str:
    rest = f"{ppid} 1 1 0 -1 4194560 0 0 0 0 250 50 0 0 20 0 1 0 2000 1000 25 184467"
    return f"{pid} ({name}) {state} {rest}\t{arguments} \n"


def test_a_process_is_told_in_seconds_and_bytes_whatever_its_name_is() -> None:
    (told,) = parse(HEAD + line(7, 1, "java -Dcarbon.home=/opt/das Main"), "das1")
    assert (told["pid"], told["ppid"], told["name"], told["status"]) == (7, 1, "java", "sleeping")
    assert (told["started"], told["rss"], told["cpu"]) == (1020.0, 25 * 4096, 3.0)
    (odd,) = parse(HEAD + line(7, 1, "x", name="a) S (b"), "das1")
    assert (odd["pid"], odd["name"]) == (7, "a) S (b")


MAIN = "org.wso2.carbon.bootstrap.Bootstrap"
EXECUTOR = "org.apache.spark.executor.CoarseGrainedExecutorBackend --driver-url spark://x"


def test_the_nodes_processes_are_server_script_executors_and_their_children() -> None:
    every = parse(
        HEAD
        + line(1, 0, "init")
        + line(6, 1, "sh bin/wso2server.sh -DavoidConfigUpdate=true", name="sh")
        + line(7, 6, f"/opt/java/bin/java -Dcarbon.home=/opt/das {MAIN}")
        + line(8, 7, "sh -c anything", name="sh")
        + line(10, 1, f"java -cp /opt/das/lib/a.jar:/x {EXECUTOR}")
        + line(11, 7, "", state="Z")
        + line(12, 1, "/bin/bash /opt/das/bin/wso2server.sh start", name="bash"),
        "das1",
    )
    assert [one["pid"] for one in of_home(every, "/opt/das")] == [6, 7, 8, 10, 12]


@pytest.mark.parametrize(
    "arguments",
    [
        f"java -Dcarbon.home=/opt/das2 {MAIN}",
        f"java -cp /opt/das2/lib/a.jar {EXECUTOR}",
        "java -jar /opt/das/lib/tool.jar",
        "tail -f /opt/das/repository/logs/wso2carbon.log",
        "vi /opt/das/bin/wso2server.sh",
        "bash -c tail -f /opt/das/bin/wso2server.sh",
        "sh /opt/das2/bin/wso2server.sh",
        "sh bin/wso2server.sh",
        f"grep -r {MAIN} /opt/das",
        "",
    ],
)
def test_who_merely_names_the_home_is_left_alone(arguments: str) -> None:
    server = line(7, 1, f"java -Dcarbon.home=/opt/das {MAIN}")
    assert [one["pid"] for one in of_home(parse(HEAD + server + line(9, 1, arguments), "das1"), "/opt/das")] == [7]


@pytest.mark.parametrize("text", ["", "no such thing\n", HEAD + "7 java\tx\n", HEAD + "7 (java) S 1 2\tx\n"])
def test_what_is_no_proc_is_an_error_that_names_the_node(text: str) -> None:
    with pytest.raises(EvidenceError, match="das1: its processes cannot be read from /proc"):
        parse(text, "das1")
