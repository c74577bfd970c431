"""A node's home: gives suites its files and their content."""

from functools import cached_property
from typing import Any

from conformance.deployment.interface import NodeAccess
from conformance.evidence.witness import Witness
from conformance.node.clustering import Clustering
from conformance.node.home import jdbc_driver
from conformance.node.home.analytics_config import AnalyticsConfig
from conformance.node.home.artifacts import Artifacts
from conformance.node.home.axis2 import Axis2
from conformance.node.home.bundles import installed, kernel_version
from conformance.node.home.carbon_xml import CarbonXml
from conformance.node.home.datasources import ANALYTICS, MASTER, Datasources
from conformance.node.home.deployment_synchronizer import DeploymentSynchronizer
from conformance.node.home.event_processor import EventProcessor
from conformance.node.home.files import HomeFiles
from conformance.node.home.java_properties import JavaProperties
from conformance.node.home.memory import Memory
from conformance.node.home.node_id import NodeId
from conformance.node.home.ports import NodePorts
from conformance.node.home.registry_xml import RegistryXml
from conformance.node.home.shared_databases import SharedDatabases
from conformance.node.home.spark_defaults import SparkDefaults
from conformance.node.home.spark_environment import SparkEnvironment
from conformance.node.home.start_options import PORT_OFFSET
from conformance.node.home.start_script import StartScript
from conformance.node.home.state_files import survey
from conformance.node.home.user_mgt import UserMgt
from conformance.node.server_start import ServerStart


class NodeHome:
    """The content of one node's files, whether it runs or not; all properties are lazy, see Node."""

    def __init__(self, access: NodeAccess, witness: Witness) -> None:
        self.access = access
        self.witness = witness

    @property
    def name(self) -> str:
        """Name of the node in the deployment, e.g. "node1"; the subject of its observations."""
        return self.access.name

    @cached_property
    def files(self) -> HomeFiles:
        """Files and folders of the node's home."""
        return HomeFiles(self.access, self.witness, lambda text: self.start.given(text))

    @property
    def kernel(self) -> str:
        """Version of the Carbon kernel in the node's home; "" if unknown."""
        return kernel_version(self.access, self.witness)

    @property
    def axis2(self) -> Axis2:
        """repository/conf/axis2/axis2.xml: the clustering section."""
        return self.files.xml(Axis2.PATH).read_as(Axis2)

    @property
    def clustering(self) -> Clustering:
        """The configuration of Hazelcast in force."""
        return Clustering(self.files, self.start)

    @property
    def carbon_xml(self) -> CarbonXml:
        """repository/conf/carbon.xml, with the port offset that is in force."""
        return CarbonXml(self.files.xml(CarbonXml.PATH), lambda: self.start.option(PORT_OFFSET))

    @property
    def start(self) -> ServerStart:
        """How the server is started: options in addition to its configuration files."""
        return ServerStart(self.access, self.witness, self.files)

    @property
    def event_processor(self) -> EventProcessor:
        """repository/conf/event-processor.xml: the HA mode, with ports in force."""
        return EventProcessor(self.files.xml(EventProcessor.PATH), lambda: self.carbon_xml.ha_offset)

    @property
    def master_datasources(self) -> Datasources:
        """repository/conf/datasources/master-datasources.xml."""
        return self.files.xml(MASTER).read_as(Datasources)

    @property
    def analytics_datasources(self) -> Datasources:
        """repository/conf/datasources/analytics-datasources.xml."""
        return self.files.xml(ANALYTICS).read_as(Datasources)

    @property
    def user_mgt(self) -> UserMgt:
        """repository/conf/user-mgt.xml: the user manager's datasource."""
        return self.files.xml(UserMgt.PATH).read_as(UserMgt)

    @property
    def registry_xml(self) -> RegistryXml:
        """repository/conf/registry.xml: databases, remote instances and mounts."""
        return self.files.xml(RegistryXml.PATH).read_as(RegistryXml)

    @property
    def analytics_config(self) -> AnalyticsConfig:
        """repository/conf/analytics/analytics-config.xml: the record stores."""
        return self.files.xml(AnalyticsConfig.PATH).read_as(AnalyticsConfig)

    @property
    def shared(self) -> SharedDatabases:
        """The databases that the node shares with its peer, according to its files."""
        return SharedDatabases(self.files)

    def lacks_driver(self, name: str) -> str:
        """Which jars are in repository/components/lib instead of one with this driver; "" if it is there."""
        return jdbc_driver.lacking(self.files, name)

    @property
    def bundles(self) -> dict[str, str]:
        """SHA-256 of the jars of the installation by path."""
        return installed(self.files)

    @property
    def start_script(self) -> StartScript:
        """bin/wso2server.sh, with the scripts that it reads."""
        return StartScript(self.name, self.files.lenient_text(StartScript.PATH), self.files.script)

    @property
    def memory(self) -> Memory:
        """The memory that the node may use."""
        running = self.start.running
        return Memory(lambda: self.start_script, lambda: self.spark_defaults, running.heap if running else None)

    @property
    def spark_defaults(self) -> SparkDefaults:
        """repository/conf/analytics/spark/spark-defaults.conf: the Spark settings in force."""
        text = self.files.lenient_text(SparkDefaults.PATH)
        return SparkDefaults(JavaProperties(self.name, SparkDefaults.PATH, text))

    @property
    def spark_environment(self) -> SparkEnvironment:
        """bin/load-spark-env-vars.sh and the start script that reads it: what they export to the JVM."""
        path = SparkEnvironment.PATH
        text = self.files.lenient_text(path) if self.files.holds(path) else ""
        return SparkEnvironment(self.name, text, self.files.script(StartScript.PATH))

    @property
    def node_id(self) -> NodeId:
        """repository/conf/analytics/my-node-id.dat: the node's name in the record store."""
        return NodeId(self.name, self.files.text(NodeId.PATH) if self.files.holds(NodeId.PATH) else None)

    @property
    def deployment_synchronizer(self) -> DeploymentSynchronizer:
        """The deployment synchronizer in repository/conf/carbon.xml."""
        return DeploymentSynchronizer(self.files.xml(CarbonXml.PATH))

    @property
    def artifacts(self) -> Artifacts:
        """What is deployed: streams, receivers, publishers, execution plans, sinks, C-Apps."""
        return Artifacts(self.files)

    @property
    def state_files(self) -> dict[str, Any]:
        """Files in which execution plans save their state, see `survey`."""
        return survey(self.files, self.event_processor)

    @property
    def ports(self) -> NodePorts:
        """Every port that the node's configuration opens."""
        return NodePorts(self)
