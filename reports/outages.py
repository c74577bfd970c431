"""`python -m reports outages RUN...`: how the product reacted to a lost database or link, and how often.

Exit codes: 0 described, 2 a run cannot be read or no run had such an outage.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from conformance.errors import ConformanceError
from conformance.evidence.stored_run import find, signoff_of
from conformance.project import OUT
from reports.outage_kinds import OutageRates, behaviours, rates


def lines(kind: OutageRates) -> Iterator[str]:
    """Yield lines of one kind of outage on one target: what was injected, the outcome over all runs, each run."""
    one = kind.runs[0]
    yield f"{one.name}, target {one.target}: {one.injected}"
    yield f"  roles                 {kind.roles}"
    yield f"  took themselves down  {kind.took_down}"
    yield f"  repair needed         {kind.repaired}"
    yield f"  lost                  {kind.lost}"
    yield f"  stored twice          {kind.doubled}"
    for run in kind.runs:
        yield f"  {run.run_id}: {run.seconds:.0f} s, proven by: {run.proof}"
        events = f"{run.lost} of {run.accepted} accepted events lost, {run.doubled} stored twice"
        yield f"    {run.roles}; took themselves down: {run.took_down}; {events}"
        yield from (f"    repaired: {repair}" for repair in run.repairs)


def main(argv: Sequence[str]) -> int:
    """Print the outages of the runs that the arguments name. ConformanceError if there are none."""
    parser = argparse.ArgumentParser(prog="python -m reports outages", description=__doc__)
    parser.add_argument("runs", nargs="+", metavar="RUN", help="folder or archive of a run, or its id below --out")
    parser.add_argument("--out", type=Path, default=OUT, help="default: %(default)s")
    arguments = parser.parse_args(argv)
    signoffs = [signoff_of(find(run, arguments.out)) for run in arguments.runs]
    kinds = rates(one for signoff in signoffs for one in behaviours(signoff))
    if not kinds:
        raise ConformanceError("no run had an outage of the database or of the link between the nodes", "name others")
    print("\n".join(line for kind in kinds for line in lines(kind)))
    return 0
