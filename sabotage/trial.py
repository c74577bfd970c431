"""Tries sabotages: a round for the healthy pair, and one for each sabotage."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from conformance.database import schema
from conformance.deployment.interface import Capability
from conformance.deployment.spec import EVENT_STORE_DB
from conformance.errors import ConformanceError
from conformance.judgement.catalogue import Kind, load
from conformance.project import CATALOGUE, SUITES
from sabotage import database, homes_target, synthetic_homes
from sabotage.catalogue import HOMES
from sabotage.homes import Homes
from sabotage.judge import Opened, Round, judge
from sabotage.matrix import HEALTHY, Matrix
from sabotage.pair import Pair
from sabotage.private_mysql import PrivateMySql
from sabotage.sabotage import Broken, Change, Sabotage

#: Kinds of requirements that a pair of homes alone can break.
OF_HOMES = (Kind.FILES, Kind.LOG)
#: Called with the name of the next sabotage and the number of those left.
Progress = Callable[[str, int], None]


def homes(
    root: Path, pair: Pair, source: str, progress: Progress, sabotages: Sequence[Sabotage[Homes]] = HOMES
) -> Matrix:
    """Try every sabotage of files and logs on `pair`; `root` is the project. Raises ConformanceError."""
    return _tried(root, pair, sabotages, OF_HOMES, source, progress)


def databases(
    root: Path, mysql: PrivateMySql, other: PrivateMySql, stock: synthetic_homes.Stock, source: str, progress: Progress
) -> Matrix:
    """Try all sabotages of databases, with homes from `stock` that use `mysql`; `other` is another server."""
    with tempfile.TemporaryDirectory(prefix="das-conformance-homes-") as folder:
        pair = synthetic_homes.make(Path(folder), stock, mysql.spec)
        # Both nodes reach the server on its loopback address.
        pair.single_host = True
        script = _script(pair)

        def fresh() -> None:
            mysql.as_root(*database.wiped(mysql.spec))
            mysql.make_databases(script)
            ids = [node.node_id for node in pair.spec.nodes]
            mysql.as_root(*database.registered(ids), database=EVENT_STORE_DB)

        other.make_databases(script)
        sabotages = database.sabotages(mysql.as_root, mysql.spec, other.spec)
        return _tried(root, pair, sabotages, (Kind.DB,), source, progress, fresh, Capability.DATABASE, Capability.WRITE)


def _script(pair: Pair) -> Path:
    """Return the product's own script, or else the suite's, which makes what identifies a schema."""
    first, _ = pair.spec.nodes
    try:
        return schema.script(pair.home(first.name))
    except ConformanceError:
        path = pair.folder / "tables.sql"
        path.write_text(database.script(), encoding="ascii")
        return path


def _tried(
    root: Path,
    pair: Pair,
    sabotages: Sequence[Sabotage[Homes]],
    kinds: tuple[Kind, ...],
    source: str,
    progress: Progress,
    fresh: Callable[[], None] = lambda: None,
    *more: Capability,
) -> Matrix:
    catalogue = load(root / SUITES / CATALOGUE)

    @contextmanager
    def opened(change: Change) -> Iterator[Opened]:
        fresh()
        with pair.broken(change):
            yield homes_target.opened(pair, more)

    judged = judge(root, f"snapshot:{pair.folder}", rounds(sabotages, opened, progress), kinds)
    return Matrix.of(judged, sabotages, catalogue, kinds, source)


def rounds(
    sabotages: Sequence[Sabotage[Broken]],
    opened: Callable[[Callable[[Broken], None]], AbstractContextManager[Opened]],
    progress: Progress,
) -> Iterator[Round]:
    """Yield a round in which nothing is broken, and one for each sabotage, whose change `opened` makes."""
    todo: list[tuple[str, Callable[[Broken], None]]]
    todo = [(HEALTHY, lambda _: None), *((one.name, one.change) for one in sabotages)]
    for number, (name, change) in enumerate(todo):
        progress(name, len(todo) - number)
        yield Round(name, lambda change=change: opened(change))  # type: ignore[misc]
