"""Starts and removes the Compose project of a run through testcontainers; the run's id is its name and label."""

from __future__ import annotations

import logging
import os
import re
from contextlib import suppress
from pathlib import Path
from subprocess import CalledProcessError
from typing import TYPE_CHECKING

from conformance.deployment.spec import ClusterSpec
from conformance.errors import ConformanceError
from conformance.targets.compose.images import docker_command
from conformance.targets.compose.images.build import COMPOSE, Images
from conformance.targets.compose.inside import settings
from conformance.targets.shared.run_folder import disk_errors

if TYPE_CHECKING:
    from conformance.targets.compose.whole_compose import WholeCompose

FILE = "compose.yaml"
#: Further variables that Compose would take from the user's environment.
_OTHERS = ("COMPOSE_FILE", "COMPOSE_PROFILES", "COMPOSE_ENV_FILES", "COMPOSE_DISABLE_ENV_FILE")


class Project:
    """A Compose project; containers are called PROJECT-SERVICE-1."""

    def __init__(self, run_id: str, folder: Path, spec: ClusterSpec, images: Images, owner: str) -> None:
        """`folder` is the run's folder; it holds the passwords while the project is up. `owner`: see leftovers."""
        self.name = name_of(run_id)
        self._env_file = folder / "compose.env"
        self._settings = environment(run_id, spec, images, owner)

    def container(self, service: str) -> str:
        """Name of a service's container."""
        return f"{self.name}-{service}-1"

    @property
    def network(self) -> str:
        """Name of the network."""
        return f"{self.name}_das"

    def up(self) -> None:
        """Start everything and wait until all containers are healthy. ConformanceError with Docker's output."""
        with disk_errors(self._env_file):
            self._env_file.touch(mode=0o600)
            lines = [f"{name}='{value}'\n" for name, value in self._settings.items()]
            self._env_file.write_text("".join(lines), encoding="utf-8")
        try:
            self._compose().start()
        except CalledProcessError as problem:
            raise _failed("docker compose up", problem) from None

    def down(self) -> None:
        """End and remove everything. ConformanceError with Docker's output."""
        try:
            # Everything is removed anyway, so kill it: an orderly end takes a node most of a minute. Docker complains
            # if nothing runs; the removal must go on nevertheless.
            with suppress(ConformanceError):
                docker_command.run(["compose", "--project-name", self.name, "kill"])
            self._compose().stop()
        except CalledProcessError as problem:
            raise _failed("docker compose down", problem) from None
        finally:
            self._env_file.unlink(missing_ok=True)

    def _compose(self) -> WholeCompose:
        # testcontainers would start a clean-up container from an image of its own; the watchdog cleans up instead.
        os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
        from conformance.targets.compose.whole_compose import WholeCompose

        logging.getLogger("testcontainers").setLevel(logging.CRITICAL)
        made = WholeCompose(context=COMPOSE, compose_file_name=FILE, env_file=str(self._env_file), wait=True)
        made.hidden = {*self._settings, *_OTHERS}
        return made


def name_of(run_id: str) -> str:
    """Return a project name: Compose accepts lower-case letters, digits, dashes and underscores."""
    return "das-" + re.sub(r"[^a-z0-9_-]", "-", run_id.lower())


def environment(run_id: str, spec: ClusterSpec, images: Images, owner: str) -> dict[str, str]:
    """Return the variables that compose.yaml names."""
    first, second = spec.nodes
    return {
        "COMPOSE_PROJECT_NAME": name_of(run_id),
        "DAS_RUN_ID": run_id,
        "DAS_RUN_OWNER": owner,
        "DAS_NETWORK": first.address.rpartition(".")[0],
        "DAS_NODE1_ID": first.node_id,
        "DAS_NODE2_ID": second.node_id,
        "DAS_SPARK_WORKER_TIMEOUT": str(spec.spark_worker_timeout),
        "DAS_TASK_SERVERS": str(spec.task_servers or ""),
        "DAS_NODE_IMAGE": images.node,
        "DAS_MYSQL_IMAGE": images.mysql,
        "DAS_MYSQL_ROOT_PASSWORD": spec.database.root_password.reveal(),
        "DAS_DATABASE_PASSWORD": spec.database.password.reveal(),
        "DAS_ADMIN_PASSWORD": spec.admin_password.reveal(),
        "DAS_CANARY": spec.canary.reveal(),
        "DAS_HOLD": "yes",
    }


def addresses(prefix: str) -> dict[str, str]:
    """Return the fixed address of each service, as in compose.yaml."""
    return {"mysql": f"{prefix}.10", settings.NODES[0]: f"{prefix}.11", settings.NODES[1]: f"{prefix}.12"}


def _failed(what: str, problem: CalledProcessError) -> ConformanceError:
    said = (problem.stderr or problem.stdout or b"").decode("utf-8", "replace")
    errors = [one.strip() for one in said.splitlines() if re.search(r"error|fail|unhealthy|exited|no such", one, re.I)]
    return ConformanceError(f"{what}: {'; '.join(dict.fromkeys(errors[-3:])) or said[-500:]}")
