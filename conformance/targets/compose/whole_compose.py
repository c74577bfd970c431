"""testcontainers' DockerCompose, but its commands end as a whole when the run is interrupted."""

import os
import subprocess
from collections.abc import Collection

from testcontainers.compose import DockerCompose

from conformance.targets.compose import session


class WholeCompose(DockerCompose):
    """DockerCompose that runs each command in a session of its own."""

    #: Variables of this process that Compose must not see, because it prefers them to those of its env file.
    hidden: Collection[str] = ()

    def _run_command(self, cmd: str | list[str], context: str | None = None) -> subprocess.CompletedProcess[bytes]:
        # subprocess.run, which this replaces, kills only the docker command: see `session`.
        assert not isinstance(cmd, str)
        env = {name: value for name, value in os.environ.items() if name not in self.hidden}
        return session.run(cmd, context or str(self.context), env)
