"""`python -m sabotage`: is every check able to fail, and does nothing else turn red with it?"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from conformance.errors import ConformanceError
from conformance.pack import assemble
from conformance.pack.cli import progress_bars
from conformance.pack.home import make as make_home
from conformance.target import run_folder
from conformance.target.options import MYSQL_VERSIONS
from sabotage import given, handmade, proofs, report, trial
from sabotage.matrix import Matrix
from sabotage.private_mysql import private_mysql

ROOT = Path(__file__).resolve().parents[1]


def main(argv: Sequence[str]) -> int:
    """Try everything, write the matrix, tell what is wrong; 1 if anything is."""
    arguments = _arguments(argv)
    try:
        run_id = run_folder.check_id(arguments.run_id or f"sabotage-{run_folder.new_id()}")
        matrices = _matrices(arguments)
        problems = [problem for matrix in matrices for problem in matrix.problems]
        if not arguments.homes:
            problems += [problem for matrix in matrices for problem in _of_our_own(matrix, write=arguments.write)]
        page = report.write(ROOT / "reports" / "out" / run_id, matrices, problems)
    except ConformanceError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    for line in _told(matrices, problems):
        print(line)
    print(f"matrix: {page}")
    return 1 if problems else 0


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sabotage", description=__doc__)
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--homes",
        nargs=2,
        type=Path,
        metavar=("NODE1", "NODE2"),
        help="break copies of two sound homes, in start order",
    )
    source.add_argument(
        "--pack", action="store_true", help="break homes made of the assembled pack, by the page's steps"
    )
    parser.add_argument("--single-host", action="store_true", help="the nodes of --homes share one host")
    parser.add_argument("--database", action="store_true", help="break databases of a private MySQL server too")
    parser.add_argument("--mysql", default="5.7", choices=MYSQL_VERSIONS, help="its version (default: %(default)s)")
    parser.add_argument("--write", action="store_true", help=f"put what was seen into {proofs.FILE}")
    parser.add_argument("--run-id", metavar="ID", help="name of the folder below reports/out")
    arguments = parser.parse_args(argv)
    if arguments.homes and (arguments.write or arguments.database):
        parser.error("--homes proves nothing about the suites themselves: neither --write nor --database goes with it")
    return arguments


def _matrices(arguments: argparse.Namespace) -> list[Matrix]:
    stock = _pack() if arguments.pack else handmade.stock
    made_of = "homes of the assembled pack" if arguments.pack else "homes of our own stock files"
    with tempfile.TemporaryDirectory(prefix="das-conformance-homes-") as folder:
        if arguments.homes:
            pair = given.make(Path(folder), tuple(arguments.homes), single_host=arguments.single_host)
            return [trial.homes(ROOT, pair, f"{arguments.homes[0]} and {arguments.homes[1]}", _progress)]
        matrices = [trial.homes(ROOT, handmade.make(Path(folder), stock), made_of, _progress)]
    if arguments.database:
        source = f"MySQL {arguments.mysql} and {made_of}"
        with private_mysql(arguments.mysql) as mysql, private_mysql(arguments.mysql) as other:
            matrices.append(trial.databases(ROOT, mysql, other, stock, source, _progress))
    return matrices


def _pack() -> handmade.Stock:
    with progress_bars() as progress:
        built = assemble.ensure(progress)
    return lambda folder: make_home(built.path, folder)


def _of_our_own(matrix: Matrix, *, write: bool) -> list[str]:
    """On homes made for it everything must be tried, and be seen as the stored proofs say, unless they are renewed."""
    if not write:
        return [*matrix.notes, *proofs.stale(ROOT, matrix.proofs, matrix.ids)]
    proofs.write(ROOT, matrix.proofs, matrix.ids)
    return matrix.notes


def _told(matrices: Sequence[Matrix], problems: Sequence[str]) -> list[str]:
    lines = [f"{matrix.source}: {_counts(matrix)}" for matrix in matrices]
    notes = [f"note: {note}" for matrix in matrices for note in matrix.notes if note not in problems]
    return [*lines, *notes, *(f"problem: {problem}" for problem in problems)]


def _counts(matrix: Matrix) -> str:
    killing = sum(bool(outcome.killed) for outcome in matrix.outcomes)
    proven = f"{len(matrix.proofs)} of {len(matrix.ids)} requirements"
    return f"{proven} proven by {killing} of {len(matrix.outcomes)} sabotages"


def _progress(name: str, left: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{left:4} {name:60.60}", end="\r" if left > 1 else "\r" + " " * 66 + "\r", file=sys.stderr, flush=True)


if __name__ == "__main__":
    # A server that was started must be ended in any case.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    sys.exit(main(sys.argv[1:]))
