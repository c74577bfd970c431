"""The interactive lab, inside: starts the deployment, prints where everything is, and stays until interrupted."""

import json
import signal
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from conformance import cache
from conformance.deployment.spec import ClusterSpec
from conformance.errors import ConformanceError
from conformance.files.disk import put_whole
from conformance.progress.file import NAME, ProgressFile
from conformance.progress.live import on
from conformance.progress.stream import PROGRESS
from conformance.targets.embedded import entered
from conformance.targets.embedded.deployment import EmbeddedDeployment
from conformance.targets.embedded.entered import Entered
from conformance.targets.embedded.forward import MYSQL_PORT, NODE_PORTS, Forwarder
from conformance.waiting import listening

READY = "ready.json"
_PASSWORDS = "passwords.txt"


def main() -> int:
    """Run until interrupted; return 1 if the deployment fails to start or to end."""
    run = entered.current()
    if run is None:
        print("error: this module runs inside a lab only - use `python -m conformance lab up`", file=sys.stderr)
        return 2
    try:
        serve(run)
    except KeyboardInterrupt:
        return 0
    except ConformanceError as problem:
        print(f"error: {problem}", file=sys.stderr)
    return 1


def serve(run: Entered) -> None:
    """Start the lab, forward ports to it and wait; only an exception ends this. Raises ConformanceError."""
    with closing(EmbeddedDeployment(run, cache.folder("lab-logs"))) as deployment:
        PROGRESS.show(ProgressFile(run.folder / NAME), on(sys.stdout))
        with closing(PROGRESS), listening(PROGRESS):
            deployment.start()
        with closing(Forwarder(run.forwards)):
            announce(run, deployment.spec)
            while True:
                signal.pause()


def announce(run: Entered, spec: ClusterSpec) -> None:
    """Write the passwords (for the owner only), then the file with all places, which shows that the lab is up."""
    passwords = run.folder / _PASSWORDS
    passwords.touch(mode=0o600)
    passwords.write_text(
        f"console {spec.admin_user} {spec.admin_password.reveal()}\n"
        f"mysql {spec.database.username} {spec.database.password.reveal()}\n",
        encoding="utf-8",
    )
    put_whole(run.folder / READY, json.dumps(places(run, spec, passwords), indent=1))


def places(run: Entered, spec: ClusterSpec, passwords: Path) -> dict[str, Any]:
    """Return URLs by name, account, password file and folders, as seen from outside."""
    reach = {forward.name: forward.outside for forward in run.forwards} or direct(spec)
    return {
        "urls": {name: url(name, where) for name, where in reach.items()},
        "user": spec.admin_user,
        "passwords": str(passwords),
        "homes": [str(run.folder / node.name / "das") for node in spec.nodes],
    }


def direct(spec: ClusterSpec) -> dict[str, str]:
    """Return host:port of everything if the lab's own addresses can be reached from outside."""
    found = {f"{one.name} {name}": f"{one.address}:{one.port(port)}" for one in spec.nodes for name, port in NODE_PORTS}
    return {**found, "mysql": f"{spec.database.host}:{spec.database.port or MYSQL_PORT}"}


def url(name: str, where: str) -> str:
    """Return the URL for a browser or a MySQL client."""
    if name == "mysql":
        return f"mysql://{where}"
    return f"https://{where}/carbon/" if name.endswith("console") else f"http://{where}/"


if __name__ == "__main__":
    sys.exit(main())
