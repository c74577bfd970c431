"""What a host's clock says."""

import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """What a node's host says the time is, in seconds: since the epoch (to `resolution`), of its zone east of UTC."""

    epoch: float
    utc_offset: int
    resolution: float = 0.0


def here() -> Reading:
    """The clock of this machine, for nodes that the lab runs on it: all its processes are in UTC (spawning)."""
    return Reading(time.time(), 0)
