"""The data bridge's Thrift interface, loaded from wire.thrift."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import thriftpy2


@lru_cache(maxsize=1)
def wire() -> Any:
    """The module with `Bundle`, the services `Events` and `SecureEvents`, and the exceptions that they declare."""
    return thriftpy2.load(str(Path(__file__).with_name("wire.thrift")), module_name="data_bridge_thrift")
