"""Whether a node is ready, for Docker's health check: facts of its log since its latest start, and its HTTPS port."""

from __future__ import annotations

import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from conformance.container import settings
from conformance.container.server import MARK
from conformance.errors import ConformanceError
from conformance.node.log_follower import LOG_PATH
from conformance.target.ready_lines import ACTIVE, CONSOLE, PASSIVE

_ANSWER_S = 5


def check(env: Mapping[str, str]) -> int:
    """0 when it is ready. ConformanceError says what is missing."""
    node = settings.node(env, settings.cluster(env))
    log = _since_start(node.home / LOG_PATH)
    if CONSOLE not in log:
        raise ConformanceError("the server has not started yet")
    if ACTIVE not in log and PASSIVE not in log:
        raise ConformanceError("the node has no HA role yet")
    if not 0 < _status(f"{node.https_url}/carbon/") < 500:
        raise ConformanceError(f"{node.https_url}/carbon/ does not answer")
    return 0


def _since_start(log: Path) -> str:
    try:
        with log.open("rb") as file:
            mark = int(MARK.read_text(encoding="ascii"))
            # A log that is shorter than before was begun anew at midnight.
            file.seek(mark if log.stat().st_size >= mark else 0)
            return file.read().decode("utf-8", "replace")
    except OSError as problem:
        raise ConformanceError(f"the server has not started yet: {problem}") from None


def _status(url: str) -> int:
    # The product's certificate is its own.
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with urllib.request.urlopen(url, timeout=_ANSWER_S, context=context) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return 0
