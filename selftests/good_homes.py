"""Two homes on disk as the page wants them, for suites that read what is deployed and configured; easy to break."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from conformance.deployment.spec import ClusterSpec, DatabaseSpec, NodeSpec
from conformance.evidence.witness import Witness
from conformance.node.node import Node
from conformance.pair.view import ClusterView
from conformance.secret import Secret
from conformance.targets.shared.home_folder import HomeFolder
from selftests.fake_node import ADDRESSES, axis2_xml
from selftests.home_paths import AXIS2, CARBON, CATALINA, EVENT_PROCESSOR, JMX, NODE_ID, SPARK, SPARK_ENVIRONMENT

SERVER = "repository/deployment/server"
RECEIVER = f"{SERVER}/eventreceivers/Sensors.xml"
STREAM = f"{SERVER}/eventstreams/Sensors_1.0.0.json"
SEEN = Path("/opt/das")

FILE_STORE = "org.wso2.carbon.event.processor.core.internal.persistence.FileSystemPersistenceStore"
PERSISTER = f"""
      <persister class="{FILE_STORE}"><property key="persistenceLocation">cep_persistence</property></persister>"""
PERSISTENCE = f"""<persistence enable="true">
      <persistenceIntervalInMinutes>15</persistenceIntervalInMinutes>
      <persisterSchedulerPoolSize>10</persisterSchedulerPoolSize>{PERSISTER}
    </persistence>"""
_PUBLISHER = """<publisherTcpSendBufferSize>5242880</publisherTcpSendBufferSize>
      <publisherCharSet>UTF-8</publisherCharSet>
      <publisherBufferSize>1024</publisherBufferSize>
      <publisherConnectionStatusCheckInterval>30000</publisherConnectionStatusCheckInterval>"""
SYNCHRONIZER = """<DeploymentSynchronizer>
  <Enabled>false</Enabled><AutoCommit>false</AutoCommit><AutoCheckout>true</AutoCheckout>
  <RepositoryType>svn</RepositoryType><SvnUrl>http://svn.example.com/das/</SvnUrl>
</DeploymentSynchronizer>"""


def event_processor(host: str) -> str:
    return f"""<eventProcessorConfiguration>
  <mode name="SingleNode" enable="false"><persistence enable="false"/></mode>
  <mode name="HA" enable="true">
    <nodeType><worker enable="true"/><presenter enable="false"/></nodeType>
    <checkMemberUpdateInterval>10000</checkMemberUpdateInterval>
    <eventSync>
      <hostName>{host}</hostName>
      <port>11224</port>
      {_PUBLISHER}
      <receiverQueueSize>1000000</receiverQueueSize>
      <receiverQueueMaxSizeMb>10</receiverQueueMaxSizeMb>
      <publisherQueueSize>1000000</publisherQueueSize>
      <publisherQueueMaxSizeMb>10</publisherQueueMaxSizeMb>
    </eventSync>
    <management>
      <hostName>{host}</hostName>
      <port>10005</port>
      <tryStateChangeInterval>15000</tryStateChangeInterval>
      <stateSyncRetryInterval>10000</stateSyncRetryInterval>
    </management>
    <presentation>
      <hostName>{host}</hostName>
      <port>11000</port>
      {_PUBLISHER}
    </presentation>
    {PERSISTENCE}
  </mode>
  <mode name="Distributed" enable="false"/>
</eventProcessorConfiguration>"""


def receiver(name: str = "Sensors", adapter: str = "wso2event", **properties: str) -> str:
    """An event receiver; `duplicated` and `destination` are properties of it."""
    names = {"duplicated": "events.duplicated.in.cluster", "destination": "transport.jms.DestinationType"}
    lines = "".join(f'<property name="{names[key]}">{value}</property>' for key, value in properties.items())
    return f"""<eventReceiver xmlns="http://wso2.org/carbon/eventreceiver" name="{name}" statistics="disable">
  <from eventAdapterType="{adapter}">{lines}</from><to streamName="Sensors" version="1.0.0"/>
</eventReceiver>"""


def texts(spec: NodeSpec) -> dict[str, str]:
    ports = f"<Ports><Offset>{spec.offset}</Offset></Ports>"
    return {
        AXIS2: axis2_xml(spec.name, host=spec.address, port=str(spec.hazelcast_port)),
        CARBON: f'<Server xmlns="http://wso2.org/projects/carbon/carbon.xml">{ports}{SYNCHRONIZER}</Server>',
        EVENT_PROCESSOR: event_processor(spec.address),
        SPARK: "carbon.spark.master carbon\ncarbon.spark.master.count 2\nspark.worker.port 11000\n",
        SPARK_ENVIRONMENT: f"#!/bin/sh\nexport SPARK_LOCAL_IP={spec.address}\n",
        NODE_ID: spec.node_id,
        CATALINA: '<Server><Service><Connector port="9763"/><Connector port="9443"/></Service></Server>',
        JMX: "<JMX><StartRMIServer>true</StartRMIServer>"
        "<RMIRegistryPort>${Ports.JMX.RMIRegistryPort}</RMIRegistryPort></JMX>",
        RECEIVER: receiver(),
        STREAM: '{"name": "Sensors", "version": "1.0.0", "payloadData": [{"name": "id", "type": "STRING"}]}',
    }


class HomeOnDisk(HomeFolder):
    console_log = "repository/logs/console.log"

    def __init__(self, real: Path, spec: NodeSpec) -> None:
        super().__init__(real, spec.home)
        self.spec = spec

    @property
    def name(self) -> str:
        return self.spec.name

    def processes(self) -> list[dict[str, list[str]]]:
        return []


class GoodHomes:
    """Both homes below `folder`; change what `home(...)` holds, then ask for the `cluster`."""

    def __init__(self, folder: Path, first: NodeSpec | None = None, second: NodeSpec | None = None) -> None:
        self._folder = folder
        specs = [NodeSpec(name, address, SEEN, f"{name}-id") for name, address in ADDRESSES.items()]
        self.specs = (first or specs[0], second or specs[1])
        for spec in self.specs:
            self.write(spec.name, texts(spec))
            (self.home(spec.name) / "repository/tenants").mkdir(parents=True)

    def home(self, name: str) -> Path:
        return self._folder / name

    def write(self, name: str, files: dict[str, str | bytes]) -> GoodHomes:
        for path, content in files.items():
            place = self.home(name) / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def change(self, name: str, path: str, *changes: tuple[str, str]) -> GoodHomes:
        """Replace texts in a file of a node's home; each must be there."""
        place = self.home(name) / path
        text = place.read_text()
        for old, new in changes:
            assert old in text, f"{old!r} is not in {path}"
            text = text.replace(old, new, 1)
        place.write_text(text)
        return self

    def both(self, change: Callable[[str], object]) -> GoodHomes:
        for spec in self.specs:
            change(spec.name)
        return self

    def state(self, **changes: object) -> GoodHomes:
        """Change what the deployment says of both nodes."""
        first, second = self.specs
        self.specs = (first._replace(**changes), second._replace(**changes))
        return self

    def cluster(self, *, single_host: bool = False) -> ClusterView:
        witness = Witness.silent()
        spec = ClusterSpec(self.specs, DatabaseSpec("198.51.100.13", 3306, "das", Secret("word")), Secret("word"))
        accesses = [HomeOnDisk(self.home(one.name), one) for one in self.specs]
        first, second = (Node(access, witness, spec, single_host=single_host) for access in accesses)
        return ClusterView(first, second, single_host=single_host)
