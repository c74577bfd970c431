"""A node made of a few files in memory, a clock with a plan, and realistic log lines, for selftests."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from conformance.deployment.interface import NotCollected, Reading, reading_here
from conformance.deployment.spec import NodeSpec
from conformance.node.log.follower import LOG_PATH
from sabotage.healthy_logs import ADDRESSES, FIRST_START, LOGGERS, SECOND_START, file_log
from sabotage.healthy_logs import file_line as file_line
from selftests.fake_clock import FakeClock
from selftests.home_paths import AXIS2, CARBON, EVENT_PROCESSOR


def console_line(short: str, at: str = "2026-11-22 21:58:24,716", level: str = " INFO") -> str:
    """The same in the console form."""
    name, _, message = short.partition("|")
    return f"[{at}] {level} {{{LOGGERS.get(name, name)}}} -  {message}"


def members_xml(*hosts: str, port: object = 4000) -> str:
    return "".join(f"<member><hostName>{host}</hostName><port>{port}</port></member>" for host in hosts)


def axis2_xml(node: str, **values: str) -> str:
    """axis2.xml with the page's clustering section; `values` replace enable, scheme, domain, host, port, members."""
    members = members_xml(*ADDRESSES.values())
    have = {"enable": "true", "scheme": "wka", "domain": "wso2.carbon.domain", "host": ADDRESSES[node], "port": "4000"}
    have |= {"avoid": "true", "members": members} | values
    return f"""<axisconfig name="AxisJava2.0">
  <parameter name="hotdeployment">true</parameter>
  <clustering class="org.wso2.carbon.core.clustering.hazelcast.HazelcastClusteringAgent" enable="{have["enable"]}">
    <parameter name="AvoidInitiation">{have["avoid"]}</parameter>
    <!-- <parameter name="membershipScheme">multicast</parameter> -->
    <parameter name="membershipScheme">{have["scheme"]}</parameter>
    <parameter name="domain">{have["domain"]}</parameter>
    <parameter name="localMemberHost">{have["host"]}</parameter>
    <parameter name="localMemberPort">{have["port"]}</parameter>
    <members>{have["members"]}</members>
  </clustering>
</axisconfig>"""


def event_processor_xml(node: str, port: str = "<port>11224</port>") -> str:
    """The HA mode of event-processor.xml, as far as ports and hosts go."""
    host = f"<hostName>{ADDRESSES[node]}</hostName>"
    return f"""<eventProcessorConfiguration><mode name="HA" enable="true">
  <eventSync>{host}{port}</eventSync><management>{host}<port>10005</port></management>
</mode></eventProcessorConfiguration>"""


def carbon_xml(offset: str = "<Offset>0</Offset>") -> str:
    """carbon.xml, as far as the offset goes."""
    return f'<Server xmlns="http://wso2.org/projects/carbon/carbon.xml"><Ports>{offset}</Ports></Server>'


@dataclass
class FakeAccess:
    """NodeAccess over files in memory."""

    name: str = "node1"
    files: dict[str, bytes] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    #: Whether a file that is not there was not handed in, and so is not known to be missing.
    partial: bool = False
    clock: Callable[[], Reading] = reading_here
    #: Arguments of the server's JVM, none if it does not run.
    command: list[str] = field(default_factory=list)

    @classmethod
    def good(cls, name: str, **texts: str) -> FakeAccess:
        """A node as the page wants it; keyword arguments replace log, axis2, carbon and event_processor."""
        log = file_log(*(FIRST_START if name == "node1" else SECOND_START))
        have = {"log": log, "axis2": axis2_xml(name), "carbon": carbon_xml()}
        have |= {"event_processor": event_processor_xml(name)} | texts
        paths = {"log": LOG_PATH, "axis2": AXIS2, "carbon": CARBON, "event_processor": EVENT_PROCESSOR}
        return cls(name, {paths[key]: text.encode() for key, text in have.items()})

    @property
    def spec(self) -> NodeSpec:
        return NodeSpec(self.name, ADDRESSES[self.name], Path("/opt/das"), f"{self.name}-id")

    def read(self, path: str) -> bytes:
        if path in self.refused:
            raise PermissionError(errno.EACCES, "Permission denied")
        if path not in self.files and self.partial:
            raise NotCollected(path)
        if path not in self.files:
            raise FileNotFoundError(errno.ENOENT, "No such file or directory")
        return self.files[path]

    def read_from(self, path: str, offset: int, length: int = -1) -> bytes:
        return self.read(path)[offset:][: length if length >= 0 else None]

    def write(self, path: str, content: bytes) -> None:
        self.files[path] = content

    def remove(self, path: str) -> None:
        self.files.pop(path, None)

    def size(self, path: str) -> int:
        return len(self.read(path))

    def listing(self, path: str) -> list[str]:
        below = (name.removeprefix(f"{path}/") for name in self.files if name.startswith(f"{path}/"))
        return sorted({name.partition("/")[0] for name in below})

    def digests(self, path: str) -> dict[str, str]:
        names = [name for name in self.listing(path) if f"{path}/{name}" in self.files]
        return {name: hashlib.sha256(self.read(f"{path}/{name}")).hexdigest() for name in names}

    def processes(self) -> list[dict[str, list[str]]]:
        return [{"command": ["tail", "-f", "x"]}, *([{"command": self.command}] if self.command else [])]

    def append(self, text: str | bytes, path: str = LOG_PATH) -> None:
        self.files[path] = self.files.get(path, b"") + (text.encode() if isinstance(text, str) else text)

    def rotate(self, day: str = "2026-11-22") -> None:
        """What log4j does with the first event after midnight."""
        self.files[f"{LOG_PATH}.{day}"] = self.files.pop(LOG_PATH)


class StillClock(FakeClock):
    """A fake clock with a `plan`: (second, action) pairs that happen when sleeping has brought their time."""

    def __init__(self) -> None:
        super().__init__(0.0)
        self.plan: list[tuple[float, Callable[[], None]]] = []

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        due = [action for at, action in self.plan if at <= self.now]
        self.plan = [(at, action) for at, action in self.plan if at > self.now]
        for action in due:
            action()
