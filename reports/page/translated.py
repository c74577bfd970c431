"""Templates as code, kept where Python keeps compiled modules: to translate them takes a tenth of a short run."""

import importlib.util
import os
import sys
from contextlib import suppress
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket, BytecodeCache


class Translated(BytecodeCache):
    """Of the templates of one folder; where nothing can be kept they are translated each time."""

    def __init__(self, folder: Path, options: object) -> None:
        """`options` are those of the environment, on which the code depends, too."""
        self._folder = folder
        self._made_by = f"{jinja2.__version__} {options}\n"

    def get_source_checksum(self, source: str) -> str:
        """Of all that the code is made of."""
        return super().get_source_checksum(self._made_by + source)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is kept, if it was made of the same."""
        with suppress(OSError), self._path(bucket).open("rb") as stream:
            bucket.load_bytecode(stream)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it, whole or not at all: another run may do so at the same time."""
        path = self._path(bucket)
        part = path.with_name(f"{path.name}.{os.getpid()}")
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                path.parent.mkdir(parents=True, exist_ok=True)
                part.write_bytes(bucket.bytecode_to_string())
                part.replace(path)

    def _path(self, bucket: Bucket) -> Path:
        return Path(importlib.util.cache_from_source(str(self._folder / f"template-{bucket.key}.py")))
