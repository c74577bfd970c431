"""`python -m conformance judge-many DIR`: judges every pair of homes in a folder, several at a time, in one table.

Each pair gets the same report as from `--target snapshot:PAIR`. The exit code is the worst of all runs' exit codes.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.deadlines import PAIR_JUDGED
from conformance.errors import ConformanceError
from conformance.evidence.learning import safe_line
from conformance.files.disk import writing
from conformance.project import OUT, ROOT
from conformance.session.commands.judge_many import folder
from conformance.session.commands.judge_many.folder import Found, PairToJudge
from conformance.session.ending import ENDING
from conformance.targets.shared import run_folder
from conformance.text.printable import one_line

if TYPE_CHECKING:
    from conformance.session.commands.judge_many.table import Row

#: The results of the pairs, in addition to their reports.
FILE = "pairs.json"
_SCHEMA_VERSION = "1.0"
_USAGE = 4
#: Options that this command sets for each run.
_OWN = ("--target", "--run-id", "--batch")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description = __doc__
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "folder", type=Path, metavar="DIR", help="a folder, .zip or .tar, packed or not, in it for each pair"
    )
    cores = len(os.sched_getaffinity(0))
    parser.add_argument("--jobs", type=int, default=cores, metavar="N", help="pairs at a time (default: %(default)s)")
    parser.add_argument("--batch-id", metavar="ID", help="name of the folder of all reports (default: time and digits)")
    parser.add_argument("options", nargs="*", metavar="-- OPTION", help="for each run, such as --waivers FILE")


def run(arguments: argparse.Namespace) -> int:
    """Judge the pairs and return the exit code."""
    try:
        _check(arguments)
        found = folder.look(arguments.folder.absolute())
        batch = run_folder.check_id(arguments.batch_id or f"pairs-{run_folder.new_id()}")
        if (OUT / batch).exists():
            raise ConformanceError(f"{OUT / batch} is there already", "give another --batch-id")
        # Before hundreds of pairs are judged in vain.
        with writing(OUT / batch):
            (OUT / batch).mkdir(parents=True)
    except ConformanceError as problem:
        print(f"error: {safe_line(problem, sys.argv)}", file=sys.stderr)
        return _USAGE
    return _judge(found, batch, arguments)


def _check(arguments: argparse.Namespace) -> None:
    if arguments.jobs < 1:
        raise ConformanceError(f"--jobs {arguments.jobs}", "give 1 or more")
    for own in _OWN:
        if any(one == own or one.startswith(f"{own}=") for one in arguments.options):
            raise ConformanceError(f"{own} behind --", "leave it out: each pair has a target and a run of its own")


def _judge(found: Found, batch: str, arguments: argparse.Namespace) -> int:
    # Imported only now: pytest and the suites take most of a second.
    from conformance.session.commands.judge_many import table

    started, interrupted = time.time(), False
    rows: list[Row] = []
    for number in ENDING:
        # A shell's background processes ignore Ctrl-C unless they ask for it.
        signal.signal(number, signal.default_int_handler)
    try:
        for row in _rows(found, batch, arguments):
            rows.append(row)
            print(one_line(f"{len(rows)} of {len(found.pairs)}: {row.name} {row.result}"), file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        interrupted = True
        done = {one.name for one in rows}
        left = [one for one in found.pairs if one.name not in done]
        rows += [table.Row(one.name, one.run_id, 2, problem="the command was interrupted") for one in left]
    code = table.exit_code(rows, interrupted=interrupted)
    path = OUT / batch / FILE
    _write(path, {"started": started, "finished": time.time(), "batch": batch, "exit_code": code}, found, rows)
    for line in table.lines(rows):
        print(line)
    for name in found.others:
        print(one_line(f"left aside: {name}, which is neither a folder nor named as an archive"))
    print(f"{table.total(rows)}; {time.time() - started:.1f} s, {arguments.jobs} at a time")
    print(f"reports: {OUT / batch}/PAIR/signoff.html, the table as {path}")
    return code


def _rows(found: Found, batch: str, arguments: argparse.Namespace) -> Iterator[Row]:
    """The results of the pairs, as they finish."""
    from conformance.session.commands.judge_many import judging, table

    judging.prepare()
    with tempfile.TemporaryDirectory() as said:
        judge = judging.Judge(batch, arguments.options, Path(said))
        limit = PAIR_JUDGED.limit
        with closing(judging.each(found.pairs, judge, arguments.jobs, limit)) as ended:
            for one in ended:
                pair: PairToJudge = one.work
                printed = Path(said) / pair.run_id
                text = printed.read_text(encoding="utf-8", errors="replace") if printed.exists() else ""
                signalled = f"its process was ended by {signal.Signals(-one.code).name}" if one.code < 0 else ""
                problem = f"stopped after {limit:.0f} s" if one.late else signalled
                yield table.row(pair, one.code, ROOT / OUT / batch / pair.run_id, problem or text)


def _write(path: Path, about: dict[str, Any], found: Found, rows: list[Row]) -> None:
    everything = {
        "schema_version": _SCHEMA_VERSION,
        **about,
        "pairs": [one.as_json() for one in sorted(rows, key=lambda one: one.name)],
        "left_aside": found.others,
    }
    with writing(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(everything, indent=1) + "\n", encoding="ascii")
