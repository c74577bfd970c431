"""Keeps compiled templates where Python keeps compiled modules, because compiling takes a tenth of a short run."""

import importlib.util
import sys
from contextlib import suppress
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket, FileSystemBytecodeCache


class Translated(FileSystemBytecodeCache):
    """The templates of one folder; if nothing can be stored, they are compiled each time."""

    def __init__(self, folder: Path, options: object) -> None:
        """`options` are those of the environment, because the compiled template depends on them."""
        super().__init__(str(Path(importlib.util.cache_from_source(str(folder / "template.py"))).parent))
        self._made_by = f"{jinja2.__version__} {options}\n"

    def get_source_checksum(self, source: str) -> str:
        """Return a checksum of everything that the compiled template depends on."""
        return super().get_source_checksum(self._made_by + source)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load the stored template if its sources are unchanged."""
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store the template."""
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                Path(self.directory).mkdir(parents=True, exist_ok=True)
                super().dump_bytecode(bucket)
