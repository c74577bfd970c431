"""`python -m sabotage`: proves that every check can fail, and that nothing else turns red with it."""

import argparse
import signal
import sys
import tempfile
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from conformance import environment

with environment.needed():
    from conformance.errors import ConformanceError
    from conformance.evidence import proofs
    from conformance.evidence.keep import KEPT
    from conformance.judgement.catalogue import Kind
    from conformance.pack import assemble
    from conformance.pack.home import make as make_home
    from conformance.pack.progress_bars import progress_bars
    from conformance.project import OUT, ROOT
    from conformance.targets.shared import run_folder
    from conformance.targets.shared.choice import MYSQL_VERSIONS
    from sabotage import live, live_trial, recorded, repaired, report, synthetic_homes, trial
    from sabotage.catalogue import HOMES, STOCK
    from sabotage.matrix import Matrix
    from sabotage.private_mysql import private_mysql

#: Stored runs prove only what needs a running cluster; everything else is proven on homes and databases really broken.
_CITED_OF_RUNS = (Kind.LIVE, Kind.FAULT)


def main(argv: Sequence[str]) -> int:
    """Try all sabotages, write the matrix, print problems; return 1 if there are any."""
    arguments = _arguments(argv)
    try:
        run_id = run_folder.check_id(arguments.run_id or f"sabotage-{run_folder.new_id()}")
        if arguments.live is not None:
            return _live(arguments, run_id)
        if arguments.repair:
            return _repaired()
        matrices = _recorded(arguments) if arguments.recorded else _broken(arguments)
        problems = [problem for matrix in matrices for problem in matrix.problems]
        if not arguments.run:
            cited = _CITED_OF_RUNS if arguments.recorded else tuple(Kind)
            problems += [line for matrix in matrices for line in _of_our_own(matrix, cited, write=arguments.write)]
        page = report.write(ROOT / OUT / run_id, matrices, problems)
    except ConformanceError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    for line in _in_words(matrices, problems):
        print(line)
    print(f"matrix: {page}")
    return 1 if problems else 0


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sabotage", description=__doc__)
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--pack", action="store_true", help="break homes made of the assembled pack, by the page's steps"
    )
    source.add_argument("--recorded", action="store_true", help="tamper with the answers of a stored run instead")
    source.add_argument(
        "--live", nargs="*", metavar="NAME", help=f"bring up labs with a wrong setting: {', '.join(live.NAMES)} (all)"
    )
    source.add_argument("--repair", action="store_true", help="repair every sabotage of files: is it undone?")
    parser.add_argument("--run", type=Path, metavar="BUNDLE", help=f"the stored run (default: {KEPT})")
    parser.add_argument("--database", action="store_true", help="break databases of a private MySQL server too")
    parser.add_argument("--mysql", default="5.7", choices=MYSQL_VERSIONS, help="its version (default: %(default)s)")
    parser.add_argument("--write", action="store_true", help=f"put what was seen into {proofs.FILE}")
    parser.add_argument("--run-id", metavar="ID", help="name of the folder below reports/out")
    arguments = parser.parse_args(argv)
    if arguments.run and (arguments.write or not arguments.recorded):
        parser.error("--run is for --recorded, and proves nothing about the suites themselves: --write is not for it")
    if arguments.write and arguments.repair:
        parser.error("--repair proves nothing that --write could note")
    if arguments.database and (arguments.recorded or arguments.repair or arguments.live is not None):
        parser.error("--database goes with homes only")
    return arguments


def _live(arguments: argparse.Namespace, run_id: str) -> int:
    wrong = [live.named(name) for name in arguments.live] or list(live.SABOTAGES)
    outcomes = live_trial.run(ROOT, wrong, run_id, partial(print, flush=True), live_trial.as_process)
    page = live_trial.write(ROOT / OUT / run_id, outcomes)
    problems = [problem for outcome in outcomes for problem in outcome.problems]
    if arguments.write:
        proofs.write_live(ROOT, {outcome.sabotage.name: outcome.killed for outcome in outcomes})
    for line in (*live_trial.table(outcomes), *(f"problem: {problem}" for problem in problems), f"written: {page}"):
        print(line)
    return 1 if problems else 0


def _repaired() -> int:
    with tempfile.TemporaryDirectory(prefix="das-conformance-homes-") as folder:
        found = repaired.repair_all(ROOT, synthetic_homes.make(Path(folder)), _progress)
    problems = [problem for one in found for problem in one.problems()]
    left = sum(bool(one.outcome.left) for one in found)
    print(f"{len(found)} sabotages of files repaired, {left} leave something to the operator")
    for problem in problems:
        print(f"problem: {problem}")
    return 1 if problems else 0


def _recorded(arguments: argparse.Namespace) -> list[Matrix]:
    run = arguments.run or ROOT / KEPT
    return [trying(ROOT, run, _progress) for trying in (recorded.homes, recorded.answers)]


def _broken(arguments: argparse.Namespace) -> list[Matrix]:
    stock = pack_stock() if arguments.pack else synthetic_homes.stock
    made_of = "homes of the assembled pack" if arguments.pack else "homes of our own stock files"
    with tempfile.TemporaryDirectory(prefix="das-conformance-homes-") as folder:
        tried = HOMES if arguments.pack else STOCK
        matrices = [trial.homes(ROOT, synthetic_homes.make(Path(folder), stock), made_of, _progress, tried)]
    if arguments.database:
        source = f"MySQL {arguments.mysql} and {made_of}"
        with private_mysql(arguments.mysql) as mysql, private_mysql(arguments.mysql) as other:
            matrices.append(trial.databases(ROOT, mysql, other, stock, source, _progress))
    return matrices


def pack_stock() -> synthetic_homes.Stock:
    """Return a maker of homes from the assembled pack; fetch and assemble the pack if it is missing."""
    with progress_bars(out=sys.stdout) as progress:
        built = assemble.ensure(progress)
    return lambda folder: make_home(built.path, folder)


def _of_our_own(matrix: Matrix, cited: Iterable[Kind], *, write: bool) -> list[str]:
    """Return problems: each sabotage must be tried, and proofs found must equal the stored ones, unless renewed."""
    waiting = set(matrix.unasked)
    ids = [one for one in matrix.ids if matrix.catalogue[one].kind in cited and one not in waiting]
    seen = {one: names for one, names in matrix.proofs.items() if one in ids}
    if not write:
        return [*matrix.notes, *proofs.stale(ROOT, seen, ids)]
    proofs.write(ROOT, seen, ids)
    return matrix.notes


def _in_words(matrices: Sequence[Matrix], problems: Sequence[str]) -> list[str]:
    lines = [f"{matrix.source}: {_counts(matrix)}" for matrix in matrices]
    notes = [f"note: {note}" for matrix in matrices for note in matrix.notes if note not in problems]
    remarks = [f"note: {remark}" for matrix in matrices for remark in matrix.remarks]
    return [*lines, *notes, *remarks, *(f"problem: {problem}" for problem in problems)]


def _counts(matrix: Matrix) -> str:
    cited = [outcome for outcome in matrix.outcomes if not outcome.sabotage.variant]
    proven = f"{len(matrix.proofs)} of {len(matrix.ids)} requirements"
    more = f", {variants} variants" if (variants := len(matrix.outcomes) - len(cited)) else ""
    return f"{proven} proven by {sum(bool(one.killed) for one in cited)} of {len(cited)} sabotages{more}"


def _progress(name: str, left: int) -> None:
    # Not on standard error, which tox prints in red.
    if sys.stdout.isatty():
        print(f"\r{left:4} {name:60.60}", end="\r" if left > 1 else "\r" + " " * 66 + "\r", flush=True)


if __name__ == "__main__":
    # A started MySQL server must be ended in any case.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    sys.exit(main(sys.argv[1:]))
