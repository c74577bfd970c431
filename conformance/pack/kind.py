"""Which DAS home is being configured."""

from enum import Enum


class PackKind(Enum):
    """PUBLIC, PUBLIC_44: assembled from public artifacts, on kernel 4.5.1 or 4.4; VENDOR: the vendor's zip."""

    PUBLIC = "public"
    PUBLIC_44 = "public-4.4"
    VENDOR = "vendor"
