"""Fetches everything that the lab needs from outside into the cache, before the lab is entered."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from conformance.pack import assemble, java_runtime, vendor
from conformance.pack.built import BuiltPack, Progress
from conformance.pack.java_runtime import JavaRuntime
from conformance.targets.embedded import mysql_binaries
from conformance.targets.embedded.mysql_binaries import MySqlBinaries
from conformance.targets.shared.choice import LabOptions
from conformance.time_ledger import LEDGER

T = TypeVar("T")


@dataclass(frozen=True)
class Prepared:
    """Pack, Java and MySQL, all in the cache; `seconds` is what each took this time."""

    pack: BuiltPack
    java: JavaRuntime
    mysql: MySqlBinaries
    seconds: dict[str, float] = field(default_factory=dict)


def prepare(options: LabOptions, progress: Progress) -> Prepared:
    """Fetch, verify and build what the cache lacks; ConformanceError names what cannot be fetched or built."""
    seconds: dict[str, float] = {}

    def timed(name: str, phase: str, work: Callable[[], T]) -> T:
        started = time.monotonic()
        with LEDGER.phase(phase):
            result = work()
        seconds[name] = time.monotonic() - started
        return result

    java = timed("java", "fetch", lambda: java_runtime.find(vendor=options.das_pack is not None))
    mysql = timed("mysql", "fetch", lambda: mysql_binaries.ensure(options.mysql))
    pack = timed("pack", "assemble", lambda: _pack(options, progress))
    return Prepared(pack, java, mysql, seconds)


def _pack(options: LabOptions, progress: Progress) -> BuiltPack:
    if options.das_pack is not None:
        return vendor.ensure(options.das_pack, progress)
    return assemble.ensure(progress, options.kernel)
