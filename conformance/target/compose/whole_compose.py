"""testcontainers' DockerCompose, whose commands end as a whole when the run is interrupted."""

from __future__ import annotations

import subprocess

from testcontainers.compose import DockerCompose

from conformance.target.compose import session


class WholeCompose(DockerCompose):
    """DockerCompose with each command in a session of its own."""

    def _run_command(self, cmd: str | list[str], context: str | None = None) -> subprocess.CompletedProcess[bytes]:
        # subprocess.run, which this replaces, kills the docker command only: see `session`.
        assert not isinstance(cmd, str)
        return session.run(cmd, context or str(self.context))
