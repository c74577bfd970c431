"""Which DAS home is being configured."""

from __future__ import annotations

from enum import Enum


class PackKind(Enum):
    """PUBLIC: assembled from public artifacts on the 4.5.1 kernel; VENDOR: the vendor's own wso2das-3.1.0."""

    PUBLIC = "public"
    VENDOR = "vendor"
