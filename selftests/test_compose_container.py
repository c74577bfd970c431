"""A container's processes as ps tells them, its faults, and what is said of one that is gone."""

from pathlib import Path

import pytest
import requests
from urllib3.exceptions import ProtocolError

from conformance.deployment.reading import Reading
from conformance.deployment.spec import NodeSpec
from conformance.errors import ConformanceError, EvidenceError
from conformance.targets.compose.container import Container, process_of_row
from conformance.targets.compose.node import ContainerNode
from selftests.fake_docker import FakeContainer, FakeDocker

JVM = ["41", "40", "Sl", "100", "2048", "7", "java", "/opt/java/bin/java -Xmx768m org.wso2.carbon.bootstrap.Bootstrap"]


def container(*, status: str = "running", rows: list[list[str]] | None = None) -> tuple[Container, FakeContainer]:
    fake = FakeContainer("das-x-node1-1", status, rows)
    return Container(FakeDocker(fake), fake.name), fake  # type: ignore[arg-type]


def test_a_process_is_told_in_seconds_and_bytes() -> None:
    told = process_of_row(JVM, 1000.0, paused=False)
    assert (told["pid"], told["ppid"], told["started"], told["rss"], told["cpu"]) == (41, 40, 900, 2 << 20, 7.0)
    assert told["command"][-1] == "org.wso2.carbon.bootstrap.Bootstrap"


@pytest.mark.parametrize("row", [JVM[:-1], ["x", *JVM[1:]], [*JVM[:3], "-", *JVM[4:]]])
def test_an_odd_ps_is_an_error_that_tells_the_row(row: list[str]) -> None:
    with pytest.raises(ConformanceError, match=r"docker top gave .*the engine's ps must know pid ppid"):
        process_of_row(row, 1000.0, paused=False)


@pytest.mark.parametrize(
    ("status", "processes", "done"), [("paused", ["stopped"], ["unpause", "SIGKILL"]), ("exited", [], [])]
)
def test_a_paused_container_is_killed_and_one_that_ended_has_no_processes(
    status: str, processes: list[str], done: list[str]
) -> None:
    one, fake = container(status=status, rows=[JVM])
    assert [each["status"] for each in one.processes()] == processes
    one.kill()
    assert (fake.done, fake.status) == (done, "exited")


def test_a_command_that_fails_tells_its_words_and_a_container_that_is_gone_is_named() -> None:
    running, fake = container()
    fake.said = (2, b"RTNETLINK answers: Operation not permitted\n")
    with pytest.raises(ConformanceError, match="das-x-node1-1: ip neigh: RTNETLINK answers"):
        running.run(["ip", "neigh"])
    gone = Container(FakeDocker(), "das-x-node1-1")  # type: ignore[arg-type]
    with pytest.raises(ConformanceError, match="das-x-node1-1: No such container"):
        _ = gone.status


@pytest.mark.parametrize("said", [b"date: invalid option\n", b"+0000 now\n"])
def test_a_container_whose_date_is_no_time_has_no_clock(said: bytes) -> None:
    running, fake = container()
    fake.said = (0, said)
    das = object.__new__(ContainerNode)
    das.spec, das._container = NodeSpec("node1", "198.18.7.11", Path("/opt/das"), "id"), running
    with pytest.raises(EvidenceError, match=r"node1: date .* printed"):
        das.clock()
    fake.said = (0, b"+0000 1795384704.250000000\n")
    assert das.clock() == Reading(1795384704.25, 0)


@pytest.mark.parametrize("trouble", [requests.ReadTimeout("slow"), ProtocolError("cut"), ConnectionResetError("reset")])
def test_a_connection_that_breaks_is_the_engines_error(monkeypatch: pytest.MonkeyPatch, trouble: Exception) -> None:
    def breaking(**_: str) -> None:
        raise trouble

    one, fake = container()
    monkeypatch.setattr(fake, "top", breaking)
    with pytest.raises(ConformanceError, match=r"das-x-node1-1: (slow|cut|reset) - start the Docker daemon"):
        one.processes()
