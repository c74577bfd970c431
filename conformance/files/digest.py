"""SHA-256 of a file, read in pieces because files may be large."""

import hashlib
from typing import BinaryIO

_PIECE = 1 << 20


def sha256(opened: BinaryIO) -> str:
    """SHA-256 (hex) from the current position to the end; closes the file."""
    digest = hashlib.sha256()
    with opened as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
