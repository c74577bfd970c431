"""Docker's health check of a node: healthy means ready, by the log since its latest start and by its HTTPS port.

A node that waits for its peer counts as healthy: Compose starts the second node when the first is healthy, and a node
that needs its peer would otherwise never become ready.

The check runs every few seconds on each node, therefore it imports little.
"""

import http.client
import ssl
from collections.abc import Mapping
from pathlib import Path

from conformance.deployment.spec import NodeSpec
from conformance.errors import ConformanceError
from conformance.node.log.follower import LOG_PATH
from conformance.node.log.ready_lines import ACTIVE, CONSOLE, PASSIVE, awaited_peers
from conformance.targets.compose.inside import settings

_ANSWER_S = 5


def check(env: Mapping[str, str]) -> int:
    """Return 0 if the node is ready or waits for its peer. ConformanceError says what is missing."""
    node = settings.node(env, settings.cluster(env))
    log = _since_start(node.home / LOG_PATH)
    if awaited_peers(log):
        return 0
    if CONSOLE not in log:
        raise ConformanceError("the server has not started yet")
    if ACTIVE not in log and PASSIVE not in log:
        raise ConformanceError("the node has no HA role yet")
    if not 0 < _status(node) < 500:
        raise ConformanceError(f"{node.https_url}/carbon/ does not answer")
    return 0


def _since_start(log: Path) -> str:
    try:
        with log.open("rb") as file:
            mark = int(settings.MARK.read_text(encoding="ascii"))
            # If the log is shorter than before, the product began a new one at midnight.
            file.seek(mark if log.stat().st_size >= mark else 0)
            return file.read().decode("utf-8", "replace")
    except OSError as problem:
        raise ConformanceError(f"the server has not started yet: {problem}") from None


def _status(node: NodeSpec) -> int:
    # The product's certificate is self-signed. The default context would load the system's certificates each time.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection(node.address, node.https, timeout=_ANSWER_S, context=context)
    try:
        connection.request("GET", "/carbon/")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
