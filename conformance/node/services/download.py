"""Measures how fast a node's pages arrive, with the scripts of its login page, which need no login."""

import re
import time
from dataclasses import dataclass

from conformance.errors import EvidenceError
from conformance.node.services.console import LOGIN_PAGE
from conformance.node.services.http_session import HttpSession

#: Fetch no more scripts after this many bytes: more than a link lets through in one burst.
ENOUGH = 64 * 1024

_SCRIPT = re.compile(r"""<script[^>]*\bsrc=["']([^"'?]+\.js)["']""")
#: Compression would make the link look faster than it is.
_PLAIN = {"Accept-Encoding": "identity"}


@dataclass(frozen=True)
class Download:
    """Bytes of bodies, and the seconds for them."""

    size: int
    seconds: float

    @property
    def rate(self) -> float:
        """Bytes per second."""
        return self.size / self.seconds


def download(session: HttpSession) -> Download:
    """Fetch scripts of the login page until there are ENOUGH bytes. EvidenceError if there are none, or no answer."""
    page = session.get(LOGIN_PAGE)
    scripts = dict.fromkeys(_SCRIPT.findall(page.text))
    started, size = time.monotonic(), 0
    for script in scripts:
        size += len(session.get(f"carbon/admin/{script}", headers=_PLAIN).body)
        if size >= ENOUGH:
            return Download(size, time.monotonic() - started)
    raise EvidenceError(
        f"{page.where}: its {len(scripts)} scripts have {size} bytes, expected at least {ENOUGH}",
        "open it in a browser: it should be the console's login",
    )
