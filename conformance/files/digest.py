"""SHA-256 of a file, read piece by piece: many are large."""

import hashlib
from typing import BinaryIO

_PIECE = 1 << 20


def sha256(opened: BinaryIO) -> str:
    """In hex, of the file from here to its end; closes it."""
    digest = hashlib.sha256()
    with opened as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
