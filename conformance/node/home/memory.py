"""How much memory one node may use, compared with the page's recommendation (Prerequisites, step 2)."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from conformance.errors import EvidenceError
from conformance.judgement.located import Located
from conformance.judgement.requirement import NotAssessed, not_applicable, not_assessed
from conformance.node.home.spark_defaults import SparkDefaults
from conformance.node.home.start_script import MEMORY, StartScript, mebibytes

EXECUTOR, WORKER = "spark.executor.memory", "spark.worker.memory"


class Size(NamedTuple):
    """Mebibytes for Carbon's JVM and for Spark."""

    carbon: int
    spark: int


#: The page's recommendation.
PAGE = Size(carbon=4096, spark=2048)
#: What a lab on a small machine gives its nodes.
LAB = Size(carbon=768, spark=512)
#: Key and value in a deployment's identity for the size of a lab.
SIZE, LAB_SIZED = "size", "lab"


def size_for(identity: Mapping[str, Any]) -> Size:
    """The size that a deployment of this identity needs."""
    return LAB if identity.get(SIZE) == LAB_SIZED else PAGE


class Memory:
    """Memory of one node; a lab is judged by a lab's size and reported as such."""

    def __init__(
        self, script: Callable[[], StartScript], spark: Callable[[], SparkDefaults], running: Located | None = None
    ) -> None:
        """Both files are read when needed, so that an error in one does not hide the other.

        `running`: the heap of the running server, if it can be read; it then counts instead.
        """
        self._read_script = script
        self._read_spark = spark
        self._running = running

    def too_small_for_carbon(self, wanted: int) -> str:
        """Why the maximum heap of Carbon's JVM is too small; "" if not. NotAssessed if a branch decides."""
        heaps = [self._running] if self._running else self._read_script().heaps
        small = [heap for heap in heaps if mebibytes(heap) < wanted]
        if small and len(small) < len(heaps):
            large = max(heaps, key=mebibytes)
            not_assessed(
                f"{small[0].found}, {large.with_place}; "
                "only the running node knows which script, and which branch of it, was taken"
            )
        return self.too_small(small[0], wanted) if small else ""

    @property
    def _carbon(self) -> Located:
        return self._running or self._read_script().heap

    @property
    def spark(self) -> Located:
        """What an executor may use, limited by its worker."""
        return min((self._setting(EXECUTOR), self._setting(WORKER)), key=mebibytes)

    def too_small(self, value: Located, wanted: int) -> str:
        """Why this is too small, for the operator, with everything that is configured; "" if it is enough."""
        if mebibytes(value) >= wanted:
            return ""
        return f"{value.found}, expected at least {wanted} MiB\n{self.describe()}"

    def describe(self) -> str:
        """The configured values, if known, and the page's recommendation."""
        spark = ", ".join(f"{key} {_known(partial(self._setting, key))}" for key in (EXECUTOR, WORKER))
        heap = f"Carbon -Xmx {_known(lambda: self._carbon)}{self._origin}"
        return f"configured: {heap}, {spark}; the page recommends 4 GB and 2 GB"

    @property
    def _origin(self) -> str:
        if self._running:
            return " (of the running process)"
        try:
            yields = self._read_script().yields
        except (EvidenceError, NotAssessed):
            return ""
        return f" (of the start script, unless {MEMORY} is set where it is started)" if yields else " (as written)"

    def _setting(self, key: str) -> Located:
        return self._read_spark().setting(key)

    def mark(self, wanted: Size) -> None:
        """End the test as not applicable if only a lab's size was required."""
        if wanted is LAB:
            not_applicable(
                "a lab is small on purpose and has a lab's size: the page's sizes are judged on deployments that are "
                f"not labs (targets attached and snapshot); {self.describe()}"
            )


def _known(value: Callable[[], Located]) -> str:
    """A value for a message, or "not known"."""
    try:
        return value().describe()
    except (NotAssessed, EvidenceError):
        return "not known"
