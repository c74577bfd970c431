"""`python -m reports flakes [FOLDER]`: requirements whose verdict changed between runs of one suite on one target.

Exit codes: 0 none, 1 some, 2 no runs found. A run that cannot be read is named and skipped.
"""

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conformance.errors import ConformanceError
from conformance.evidence.bundle import SIGNOFF
from conformance.evidence.stored_run import signoff_of
from conformance.text.printable import one_line

#: Verdicts about the deployment; a run that did not judge says nothing. A waived failure counts as a failure.
_SAID = {"pass": "pass", "fail": "fail", "error": "error", "waived": "fail"}


@dataclass
class Ledger:
    """Runs of one suite on one target: their ids, and for each requirement the runs by verdict."""

    runs: list[str] = field(default_factory=list)
    verdicts: dict[str, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))

    def add(self, signoff: Mapping[str, Any]) -> None:
        """Add a run."""
        run_id = str(signoff.get("run_id"))
        self.runs.append(run_id)
        for name, entry in signoff["requirements"].items():
            if said := _SAID.get(entry.get("verdict")):
                self.verdicts[name][said].append(run_id)

    @property
    def flaky(self) -> list[str]:
        """The ids of requirements with more than one verdict."""
        return sorted(name for name, given in self.verdicts.items() if len(given) > 1)

    def lines(self) -> list[str]:
        """A line for each flaky requirement: how often each verdict came, and the runs of the rarer ones."""
        given = {name: sorted(self.verdicts[name].items(), key=lambda one: -len(one[1])) for name in self.flaky}
        rare = {name: [f"{verdict} in {', '.join(runs)}" for verdict, runs in each[1:]] for name, each in given.items()}
        return [f"  {name}  {self.counts(name)}: {'; '.join(rare[name])}" for name in given]

    def counts(self, name: str) -> str:
        """How often each verdict of a requirement came, the most frequent first."""
        counts = Counter({verdict: len(runs) for verdict, runs in self.verdicts[name].items()}).most_common()
        return ", ".join(f"{count} {verdict}" for verdict, count in counts)


def ledgers(signoffs: Iterable[Mapping[str, Any]]) -> dict[str, Ledger]:
    """Group the runs that should have given the same verdicts, by what a group has in common.

    Runs whose suite differed from its commit form a group of their own, because the differences are unknown.
    """
    found: dict[str, Ledger] = {}
    for signoff in signoffs:
        commit = str(signoff.get("commit") or "no commit")[:12] + (" with changes" if signoff.get("dirty") else "")
        product = signoff.get("product", {})
        parts = [str(product[name]) for name in ("product", "hash", "mysql", "hosts") if product.get(name)]
        found.setdefault(", ".join([f"target {signoff.get('target')}", commit, *parts]), Ledger()).add(signoff)
    return found


def _readable(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the sign-offs of the runs in a folder; print the name of each that cannot be read."""
    for path in sorted(folder.glob(f"*/{SIGNOFF}")):
        try:
            yield signoff_of(path.parent)
        except ConformanceError as problem:
            print(one_line(f"passed over: {problem}"), file=sys.stderr)


def main(argv: Sequence[str]) -> int:
    """Print the ledgers of the stored runs; return the exit code. ConformanceError if there are no runs."""
    parser = argparse.ArgumentParser(prog="python -m reports flakes", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("reports/out"), help="default: %(default)s")
    folder = parser.parse_args(argv).folder
    signoffs = list(_readable(folder))
    if not signoffs:
        raise ConformanceError(f"{folder}: holds no run with a {SIGNOFF}", "name the folder of the runs")
    groups = {name: ledger for name, ledger in ledgers(signoffs).items() if len(ledger.runs) > 1}
    for name, ledger in groups.items():
        print(one_line(f"{name}: {len(ledger.runs)} runs, {len(ledger.verdicts)} judged, {len(ledger.flaky)} flaky"))
        for line in ledger.lines():
            print(one_line(line))
    alone = len(signoffs) - sum(len(ledger.runs) for ledger in groups.values())
    print(f"{alone} of {len(signoffs)} runs have no other to be compared with")
    return int(any(ledger.flaky for ledger in groups.values()))
