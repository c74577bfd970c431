"""The embedded target: MySQL and two DAS nodes as processes of this machine, each on a lab host of its own."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from conformance.database import schema
from conformance.deployment.interface import Capability
from conformance.deployment.spec import LAB_WORKER_TIMEOUT, ClusterSpec, DatabaseSpec, NodeSpec
from conformance.errors import ConformanceError
from conformance.events import artifacts
from conformance.node.home import memory
from conformance.pack import home
from conformance.pack.built import PackKind
from conformance.pack.kernels import KERNELS
from conformance.pack.steps.page import apply_page
from conformance.progress.plan import Timings
from conformance.secret import Secret
from conformance.targets.embedded import entered
from conformance.targets.embedded.entered import Entered
from conformance.targets.embedded.loopback import LoopbackHosts
from conformance.targets.embedded.mysql_server import MySqlServer
from conformance.targets.embedded.namespaces import NamespaceHosts
from conformance.targets.embedded.node import EmbeddedNode
from conformance.targets.embedded.prepare import Prepared, prepare
from conformance.targets.shared import canary
from conformance.targets.shared.choice import LabChange, LabOptions, TargetChoice
from conformance.targets.shared.hosts import MYSQL, NODE1, NODE2, Hosts
from conformance.targets.shared.kept_logs import KeptLogs
from conformance.targets.shared.progress import Stages
from conformance.targets.shared.readiness import await_spark, start_both
from conformance.targets.shared.teardown import Teardown, made

_ACCOUNT = "das"
#: Where a node's stock Hazelcast port moves if both nodes share a host.
_HAZELCAST_PORT = 4000


def open_target(choice: TargetChoice) -> EmbeddedDeployment:
    """Return the embedded deployment of the run inside which this process runs; not started yet."""
    run = entered.current()
    if run is None:
        raise ConformanceError("the embedded lab is started by the outer process", "run it through pytest or `lab up`")
    return EmbeddedDeployment(run, choice.folder / "logs", change=choice.lab_change)


class EmbeddedDeployment:
    """See conformance.deployment.interface.Deployment."""

    started_here = True
    remedies: Mapping[Capability, str] = MappingProxyType({})

    def __init__(self, run: Entered, logs: Path, change: LabChange | None = None) -> None:
        """`logs` is the folder for logs that outlive the run; `change` makes the homes wrong on purpose."""
        self.hosts: Hosts = hosts_of(run)
        self.spec = replace(spec_of(run.folder, self.hosts), task_servers=run.options.task_servers)
        self.stages = Stages(Timings())
        self._run = run
        self._wrong = run.options.sabotage
        self._change = change
        self._logs = logs
        self._teardown = Teardown()
        self._prepared: Prepared | None = None
        self._database: MySqlServer | None = None
        self._nodes: tuple[EmbeddedNode, EmbeddedNode] | None = None
        self._started = ""

    @property
    def capabilities(self) -> Collection[Capability]:
        """All capabilities, except partitions on loopback addresses."""
        return [each for each in Capability if each is not Capability.PARTITION or self.hosts.can_partition]

    @property
    def single_host(self) -> bool:
        """True on loopback addresses."""
        return self.hosts.single_host

    @property
    def nodes(self) -> tuple[EmbeddedNode, EmbeddedNode]:
        """Both nodes. Raises ConformanceError before the start."""
        return made(self._nodes, "the nodes are not made yet")

    @property
    def database(self) -> MySqlServer:
        """The MySQL server. Raises ConformanceError before the start."""
        return made(self._database, "the MySQL server is not made yet")

    @property
    def network(self) -> Hosts:
        """The hosts' network."""
        return self.hosts

    def identity(self) -> dict[str, Any]:
        """Pack, Java, MySQL and kind of hosts. ConformanceError before the start."""
        prepared = made(self._prepared, "the pack is not known yet")
        return {
            **prepared.pack.identity,
            "java": f"{prepared.java.version} ({prepared.java.origin})",
            "mysql": prepared.mysql.release,
            "hosts": self.hosts.kind + (f", because {self._run.refusal}" if self._run.refusal else ""),
            memory.SIZE: memory.LAB_SIZED,
            **({"sabotage": self._wrong} if self._wrong else {}),
            "started": self._started,
            "start_seconds": dict(self.stages.seconds),
        }

    def start(self) -> None:
        """Start everything. ConformanceError says what is missing, with the last lines of the logs."""
        self._prepared = prepared = prepare(self._run.options, lambda *_: None)
        kept = KeptLogs(self._logs, [self.spec.database.password, self.spec.admin_password, self.spec.canary])
        self._teardown.push("keeping the logs", kept.copy)
        self.hosts.open()
        self._teardown.push("hosts", self.hosts.close)
        with self.stages.stage("MySQL"):
            self._start_database(prepared, kept)
        with self.stages.stage("homes of both nodes"):
            self._make_nodes(prepared, kept)
        for node in self.nodes:
            self._teardown.push(node.name, node.kill)
        # Homes that are wrong on purpose need not become a healthy pair; the suites must find what is wrong.
        self._started = start_both(self.nodes, self.stages, healthy=not self._wrong)
        if not self._wrong:
            with self.stages.stage("Spark cluster of both nodes"):
                await_spark(self.spec.nodes)

    def close(self) -> None:
        """Take everything down in reverse order. ConformanceError names each step that failed."""
        self._teardown.run()

    def _start_database(self, prepared: Prepared, kept: KeptLogs) -> None:
        self._database = server = MySqlServer(prepared.mysql, self.hosts, self._run.folder / MYSQL)
        kept.add(MYSQL, server.log.parent, ["mysqld.log"])
        kept.hide(server.root_password)
        self._teardown.push("MySQL", server.kill)
        server.initialise()
        server.start()
        with server.connect() as connection:
            schema.create(connection, self.spec.database, schema.script(prepared.pack.path))

    def _make_nodes(self, prepared: Prepared, kept: KeptLogs) -> None:
        kind = kind_of(self._run.options)
        made = []
        for spec in self.spec.nodes:
            real = self._run.folder / spec.name / "das"
            real.parent.mkdir()
            spec.home.mkdir(exist_ok=True) if spec.home != real else None
            home.make(prepared.pack.path, real)
            apply_page(real, self.spec, spec, kind)
            artifacts.write(real)
            canary.plant(real, self.spec.canary)
            made.append(EmbeddedNode(spec, real, self.hosts, prepared.java.home))
            kept.add(spec.name, real, ["repository/logs/*", "repository/components/default/configuration/*.log"])
        if self._change:
            self._change(self._run.folder, self.spec)
        self._nodes = (made[0], made[1])


def kind_of(options: LabOptions) -> PackKind:
    """Return which kind of home the options ask for."""
    if options.das_pack:
        return PackKind.VENDOR
    return PackKind.PUBLIC if options.kernel == KERNELS[0] else PackKind.PUBLIC_44


def hosts_of(run: Entered) -> Hosts:
    """Return hosts of the kind that the outer process found possible."""
    if run.refusal:
        return LoopbackHosts(run.run_id)
    return NamespaceHosts(run.folder / "hosts", run.run_id)


def spec_of(folder: Path, hosts: Hosts) -> ClusterSpec:
    """Return the cluster with new random secrets and node ids; homes have the same path if hosts have own views."""
    password, admin = Secret(secrets.token_hex(12)), Secret(secrets.token_hex(8))
    server = DatabaseSpec(hosts.address(MYSQL), 3306 + hosts.offset(MYSQL), _ACCOUNT, password)
    first, second = (
        NodeSpec(
            name,
            hosts.address(name),
            folder / name / "das" if hosts.single_host else folder / "das",
            str(uuid.uuid4()),
            hosts.offset(name),
            _HAZELCAST_PORT + hosts.offset(name),
        )
        for name in (NODE1, NODE2)
    )
    return ClusterSpec((first, second), server, admin, spark_worker_timeout=LAB_WORKER_TIMEOUT, canary=canary.fresh())
