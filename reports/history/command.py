"""`python -m reports history [RUN…]`: all stored runs on one page, requirement by night, with what became slower.

RUN is a run, an archive of a run, or a folder of runs (default: reports/out). history.json is put beside the page.
Exit codes: 0 written, 2 nothing to show or a place that cannot be written. A run that cannot be read is named and
skipped.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from conformance.errors import ConformanceError
from conformance.evidence.bundle import NAMES, located
from conformance.project import OUT
from conformance.text.printable import one_line
from reports.history import model, page, runs

#: Nights of a year.
_NEWEST = 365


def main(argv: Sequence[str]) -> int:
    """Write the page. ConformanceError if there is no run or no place to write to."""
    parser = argparse.ArgumentParser(
        prog="python -m reports history", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("runs", nargs="*", type=Path, default=[OUT], metavar="RUN", help="default: reports/out")
    parser.add_argument("-o", "--output", type=Path, default=Path("history.html"), metavar="FILE", help="%(default)s")
    parser.add_argument(
        "--last", type=_count, default=_NEWEST, metavar="N", help="of each target (default: %(default)s)"
    )
    arguments = parser.parse_intermixed_args(argv)
    print("\n".join(write(arguments.runs, arguments.output, arguments.last)))
    return 0


def write(places: Sequence[Path], output: Path, last: int) -> list[str]:
    """Write page and data; return what to print. ConformanceError if there is no run or no place to write to."""
    places = [located(place) for place in places]
    missing = [place for place in places if not place.exists()]
    if missing:
        raise ConformanceError(f"{missing[0]}: is not there", f"{NAMES}; or a folder of runs")
    passed_over: list[str] = []

    def pass_over(why: str) -> None:
        passed_over.append(one_line(why))
        print(one_line(f"passed over: {why}"), file=sys.stderr)

    chosen, left_out = runs.newest(runs.candidates(places), last)
    found = model.groups(runs.read(chosen, pass_over))
    if not found:
        raise ConformanceError(f"{', '.join(map(str, places))}: no run that can be read", "give the folder of the runs")
    data = output.with_suffix(".json")
    text = page.render(found, passed_over, left_out, output.parent)
    history = model.as_json(found, passed_over, left_out, output.parent)
    try:
        output.write_text(text, encoding="utf-8")
        data.write_text(json.dumps(history, allow_nan=False) + "\n", encoding="ascii")
    except OSError as problem:
        raise ConformanceError(f"{output}: {problem.strerror}", "name another file with -o") from None
    grown = [line.growth_text for group in found for line in group.grown]
    return [
        *(f"grew: {text}" for text in grown),
        f"{sum(len(group.runs) for group in found)} runs in {len(found)} groups, {len(passed_over)} passed over, "
        f"{left_out} older ones left out: {output}, {data}",
    ]


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("give 1 or more")
    return number
