"""A DAS node: gives suites its log and services, in addition to its home."""

from collections.abc import Callable
from functools import cached_property, partial

from conformance import deadlines
from conformance.data_bridge.client import BridgeAccount, BridgeAddress, BridgeClient
from conformance.data_bridge.problems import NoBridge
from conformance.deadlines import Deadline
from conformance.deployment.interface import NodeAccess
from conformance.deployment.spec import ClusterSpec
from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.judgement.requirement import not_assessed
from conformance.node.home.carbon_xml import CarbonXml
from conformance.node.home.own_host import OwnHost, resolved
from conformance.node.home.ports import thrift_ports
from conformance.node.log.carbon_log import NodeLog
from conformance.node.log.roles import RoleHistory
from conformance.node.node_home import NodeHome
from conformance.node.services.admin import AdminServices
from conformance.node.services.analytics_processor import AnalyticsProcessor
from conformance.node.services.browser import Browser
from conformance.node.services.console import Console
from conformance.node.services.http_session import HttpSession, https
from conformance.node.services.receiver import EventReceiver
from conformance.node.services.unauthenticated import Unauthenticated
from conformance.node.settings_in_force import SettingsInForce
from conformance.node.spark.hanging_query import why_it_hangs
from conformance.node.spark.ui import SparkUi


class Node(NodeHome):
    """One node of the deployment. Every property is lazy: nothing is asked before a suite uses it.

    Objects with an answer are made again at each access, so that the witness cites the answer for each requirement; the
    witness itself caches the answer.
    """

    def __init__(
        self, access: NodeAccess, witness: Witness, cluster: ClusterSpec | None = None, *, single_host: bool = False
    ) -> None:
        """`cluster` provides the administrator's account and the peer; `single_host` if the nodes share one host."""
        super().__init__(access, witness)
        self._cluster = cluster
        self._single_host = single_host
        #: Returns the host that both nodes' files use if they run on one host, else ""; set by ClusterView.
        self.host_of_both: Callable[[], str] = str

    def __repr__(self) -> str:
        return f"<{self.name} at {self.address}>"

    @property
    def address(self) -> str:
        """The node's address as stated by the deployment, or as claimed by its files; "" if there is none."""
        return self.access.spec.address

    @property
    def host(self) -> OwnHost:
        """What is known about the node's host, to judge a configured host."""
        peers = () if self._cluster is None else tuple(one for one in self._cluster.nodes if one.name != self.name)
        resolve = partial(resolved, self.witness)
        return OwnHost.of(
            self.access.spec, peers, single_host=self._single_host, resolve=resolve, of_both=self.host_of_both
        )

    @property
    def declared_presenter(self) -> bool | None:
        """Whether the deployment declares this node as the presenter; None if it does not say."""
        return self.access.spec.presenter

    @cached_property
    def log(self) -> NodeLog:
        """The node's Carbon log."""
        return NodeLog(self.access, self.witness)

    @cached_property
    def settings(self) -> SettingsInForce:
        """The settings that the node's running process uses."""
        return SettingsInForce(self.access)

    @property
    def role_history(self) -> RoleHistory:
        """The node's current and former HA roles, from its log."""
        return RoleHistory(self.access, self.witness)

    @property
    def admin(self) -> AdminServices:
        """Admin services, with the administrator's account. EvidenceError if the deployment has no account."""
        return AdminServices(https(self._console_account, self.name, basic=True), self.witness)

    @property
    def anonymous(self) -> AdminServices:
        """Admin services without an account, for logins in separate sessions."""
        return AdminServices(https(self._console_account, self.name, basic=False), self.witness)

    def answers(self, deadline: Deadline = deadlines.HTTP_ANSWER) -> bool:
        """Whether the node's HTTP port currently answers a request; for use inside an observation."""
        try:
            HttpSession(self.name, self.access.spec.http_url).get("carbon/", deadline=deadline)
        except EvidenceError:
            return False
        return True

    def reaches(self, host: str, port: int) -> str:
        """Tries to connect from this node's host to a port: "" if it succeeds, else the system's message."""
        question = f"connects to {host}:{port}"
        return str(
            self.witness.ask(self.name, question, lambda: self.access.connect(host.strip("[]"), port), fresh=True)
        )

    @property
    def analytics(self) -> AnalyticsProcessor:
        """Spark SQL through the admin service."""
        return AnalyticsProcessor(self.admin, self.name, self._why_queries_hang)

    @property
    def console(self) -> Console:
        """The management console, one session for the whole run. EvidenceError if no account is known."""
        return self.new_console()

    def new_console(self) -> Console:
        """A new console session: a session ends with the server process it was made on."""
        account = self._console_account
        new_session = partial(https, account, self.name, basic=False)
        return Console(self.name, account, new_session, self.witness, self._why_queries_hang)

    @property
    def browser(self) -> Browser:
        """A real browser for the node's console."""
        account, spec = self._console_account, self.access.spec
        return Browser(self.name, f"{spec.https_url}/carbon/", account.admin_user, account.admin_password, self.witness)

    @property
    def unauthenticated(self) -> Unauthenticated:
        """What the node allows without a login."""
        account = self._console_account
        return Unauthenticated(self.name, lambda: https(account, self.name, basic=False), self.witness)

    @property
    def spark_ui(self) -> SparkUi:
        """Spark's master and worker pages."""
        spec = self.access.spec
        return SparkUi(spec, HttpSession(self.name, spec.http_url), self.witness)

    def receiver(self, name: str) -> EventReceiver:
        """The HTTP event receiver of that name."""
        return EventReceiver(HttpSession(self.name, self.access.spec.http_url), name)

    @property
    def data_bridge(self) -> BridgeAddress:
        """Where the node's data bridge accepts events. NoBridge if no file names a Thrift receiver."""
        ports = thrift_ports(self.files)
        if ports is None:
            raise NoBridge(
                f"{self.name}: data-bridge-config.xml names no Thrift receiver, or is not there",
                "name one: it is how the clients of DAS send events",
            )
        plain, secure = (port + self.carbon_xml.offset for port in ports)
        return BridgeAddress(self.name, self.address, plain, secure)

    @property
    def bridge_client(self) -> BridgeClient:
        """A new data bridge client with the administrator's account. NoBridge as for `data_bridge`."""
        account = self._account
        return BridgeClient(self.data_bridge, BridgeAccount(account.admin_user, account.admin_password))

    def _why_queries_hang(self) -> str:
        return why_it_hangs(self.name, self.spark_ui, self.log)

    @property
    def _console_account(self) -> ClusterSpec:
        """NotAssessed if console and services are not at the stock paths."""
        if context := self.access.spec.context:
            not_assessed(
                f"{self.name}: {CarbonXml.PATH} has WebContextRoot {context!r}; console and services are asked for "
                "at '/' only"
            )
        return self._account

    @property
    def _account(self) -> ClusterSpec:
        if self._cluster is None:
            raise EvidenceError(f"{self.name}: no administrator's account is known", "name it in the deployment")
        return self._cluster
