"""The compose target: MySQL, two DAS nodes and an observer as containers of one project."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

import docker

from conformance import cache, deadlines
from conformance.deployment.interface import Capability
from conformance.deployment.spec import LAB_WORKER_TIMEOUT, ClusterSpec, DatabaseSpec, NodeSpec
from conformance.errors import ConformanceError, NotSeen
from conformance.node.home import memory
from conformance.node.log.follower import LOG_FOLDER
from conformance.node.log.ready_lines import waited_for_peers
from conformance.progress.plan import Timings
from conformance.project import ROOT
from conformance.secret import Secret
from conformance.targets.compose import engine, leftovers, network
from conformance.targets.compose.container import Container
from conformance.targets.compose.container_logs import ContainerLogs
from conformance.targets.compose.images import build
from conformance.targets.compose.inside import settings
from conformance.targets.compose.network import OBSERVER, ContainerNetwork
from conformance.targets.compose.node import ContainerNode
from conformance.targets.compose.project import Project, addresses
from conformance.targets.compose.watchdog import Watchdog
from conformance.targets.shared import canary, run_folder
from conformance.targets.shared.choice import TargetChoice
from conformance.targets.shared.hosts import MYSQL, tried_connection
from conformance.targets.shared.kept_logs import KeptLogs
from conformance.targets.shared.progress import Stages
from conformance.targets.shared.readiness import Readiness, await_spark, how, wait_for_both
from conformance.targets.shared.teardown import Teardown, made
from conformance.waiting import wait_for


class ContainerDatabase:
    """See conformance.deployment.interface.DatabaseControl."""

    def __init__(self, container: Container, spec: DatabaseSpec, network: ContainerNetwork) -> None:
        self._container = container
        self._network = network
        self._spec = spec

    def start(self) -> None:
        """Start MySQL if it does not run, and wait until it accepts connections. Raises NotSeen, ConformanceError."""
        self._network.plug(MYSQL)
        if not self._container.runs:
            self._network.release_address(MYSQL)
            self._container.start()
        host, port = self._spec.host, self._spec.port
        wait_for("MySQL answers", lambda: not tried_connection(host, port), deadlines.MYSQL_UP)

    def kill(self) -> None:
        """Kill MySQL with SIGKILL; another container then takes its address and refuses connections, like its host."""
        self._container.kill()
        self._network.hold_address(MYSQL)

    def lose(self) -> None:
        """Take the container out of the network while the server keeps running."""
        self._network.unplug(MYSQL)


_NOT_YET = "the containers are not made yet"
#: Folders of logs in a home, and how their names end; the second folder holds the OSGi framework's logs.
_LOGS = {LOG_FOLDER: "", "repository/components/default/configuration": ".log"}


def open_target(choice: TargetChoice) -> ComposeDeployment:
    """Return the deployment, not started yet. ConformanceError if Docker, Compose v2 or an image is missing."""
    client = engine.connect()
    engine.check_compose()
    images = build.names(choice.lab)
    if images.missing:
        remedy = "python -m conformance images build"
        raise ConformanceError(f"no image {' and none '.join(images.missing)} in Docker", remedy)
    return ComposeDeployment(client, images, choice, network.free_subnet(client))


class ComposeDeployment:
    """See conformance.deployment.interface.Deployment."""

    single_host = False
    started_here = True
    remedies: Mapping[Capability, str] = MappingProxyType({})

    def __init__(self, client: docker.DockerClient, images: build.Images, choice: TargetChoice, prefix: str) -> None:
        self.spec = replace(spec_of(prefix), task_servers=choice.lab.task_servers)
        self.stages = Stages(Timings())
        self._client = client
        self._images = images
        self._choice = choice
        self._prefix = prefix
        self._teardown = Teardown()
        self._nodes: tuple[ContainerNode, ContainerNode] | None = None
        self._database: ContainerDatabase | None = None
        self._network: ContainerNetwork | None = None
        self._started = ""

    @property
    def capabilities(self) -> Collection[Capability]:
        """All capabilities."""
        return list(Capability)

    @property
    def nodes(self) -> tuple[ContainerNode, ContainerNode]:
        """Both nodes. Raises ConformanceError before the start."""
        return made(self._nodes, _NOT_YET)

    @property
    def database(self) -> ContainerDatabase:
        """The MySQL server. Raises ConformanceError before the start."""
        return made(self._database, _NOT_YET)

    @property
    def network(self) -> ContainerNetwork:
        """The network. Raises ConformanceError before the start."""
        return made(self._network, _NOT_YET)

    def identity(self) -> dict[str, Any]:
        """Pack, Java, MySQL and Docker. Raises ConformanceError."""
        with engine.errors("identity of the images"):
            label = self._client.images.get(self._images.node).labels[build.IDENTITY]
            version = self._client.version()["Version"]
        return {
            **json.loads(label),
            "mysql": self._images.mysql,
            "hosts": f"containers of Docker {version}, Compose {engine.check_compose()}",
            memory.SIZE: memory.LAB_SIZED,
            "started": self._started,
            "start_seconds": dict(self.stages.seconds),
        }

    def start(self) -> None:
        """Start everything. ConformanceError says what is missing, with the last lines of the logs."""
        leftovers.sweep(self._client)
        base = cache.folder("runs")
        run_folder.sweep(base)
        folder = run_folder.create(base, self._choice.run_id)
        self._teardown.push("run folder", folder.close)
        keep = self._choice.lab.keep
        owner = leftovers.KEPT if keep else leftovers.owner()
        project = Project(self._choice.run_id, folder.path, self.spec, self._images, owner)
        database = self.spec.database
        hidden = [database.password, database.root_password, self.spec.admin_password, self.spec.canary]
        logs = ContainerLogs(project.name, self._choice.folder / "logs", hidden)
        self._teardown.push("logs of the containers", logs.close)
        watchdog = Watchdog(folder.path, ROOT)
        self._teardown.push("containers", watchdog.dismiss if keep else partial(remove, project, watchdog))
        self._take(project)
        for node in self.nodes:
            self._teardown.push(f"files of {node.name}", node.close)
        kept = KeptLogs(self._choice.folder / "logs", hidden)
        try:
            self._wait_until_ready(project, logs)
        except (ConformanceError, NotSeen):
            # Collect the logs that exist; the error to report is that of the start.
            for node in self.nodes:
                with suppress(ConformanceError, OSError):
                    kept.copy_from(node.name, node, _LOGS)
            raise
        for node in self.nodes:
            self._teardown.push(f"keeping the logs of {node.name}", partial(kept.copy_from, node.name, node, _LOGS))

    def close(self) -> None:
        """Take everything down in reverse order. ConformanceError names each step that failed."""
        self._teardown.run()

    def _wait_until_ready(self, project: Project, logs: ContainerLogs) -> None:
        with self.stages.stage("containers healthy"):
            self._up(project, logs)
        with self.stages.stage("both nodes ready"):
            starts = [Readiness(node, 0) for node in self.nodes]
            wait_for_both(starts)
        first, second = self.nodes
        # Compose started the second node when the first was healthy: up, or waiting for its peer.
        self._started = how(first.name, second.name, "", waited_for_peers(starts[0].log()))
        with self.stages.stage("Spark cluster of both nodes"):
            await_spark(self.spec.nodes)

    def _up(self, project: Project, logs: ContainerLogs) -> None:
        try:
            project.up()
        except ConformanceError as problem:
            raise ConformanceError(problem.what, f"the containers' last lines:\n{logs.last_lines()}") from None

    def _take(self, project: Project) -> None:
        names = ("mysql", OBSERVER, *settings.NODES)
        containers = {name: Container(self._client, project.container(name)) for name in names}
        first, second = (ContainerNode(spec, containers[spec.name], containers[OBSERVER]) for spec in self.spec.nodes)
        self._nodes = (first, second)
        self._network = ContainerNetwork(self._client, project.network, containers, addresses(self._prefix))
        self._database = ContainerDatabase(containers["mysql"], self.spec.database, self._network)


def remove(project: Project, watchdog: Watchdog) -> None:
    """Take everything down; the watchdog finishes what fails here, or is interrupted. ConformanceError."""
    try:
        project.down()
    finally:
        watchdog.finish()


def spec_of(prefix: str) -> ClusterSpec:
    """Return the cluster in the network `prefix`, with new random secrets and node ids."""
    fixed = addresses(prefix)
    first, second = (NodeSpec(name, fixed[name], settings.HOME, str(uuid.uuid4())) for name in settings.NODES)
    password, root_password = Secret(secrets.token_hex(12)), Secret(secrets.token_hex(16))
    database = DatabaseSpec(fixed["mysql"], 3306, settings.ACCOUNT, password, root_password=root_password)
    admin = Secret(secrets.token_hex(8))
    return ClusterSpec((first, second), database, admin, spark_worker_timeout=LAB_WORKER_TIMEOUT, canary=canary.fresh())
