"""`python -m reports summary RUN`: the result of a stored run as Markdown, for the pages of a build server.

It says whether the run verifies: anyone can write CONFORMS into a sign-off.
Exit codes: 0 written, 2 a run that cannot be read.
"""

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance.evidence.stored_run import find, signoff_of
from conformance.project import OUT
from conformance.text.printable import cut, one_line
from reports import verify
from reports.summary import by_cause, called, counted, findings_of, headline


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table."""
    for row in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(row)} |"


def cell(text: str) -> str:
    """Return any text as the content of one cell."""
    return " ".join(text.replace("|", "\\|").split())


#: Most characters of a message; the report has the whole message.
_MESSAGE = 800
#: A build server's page holds 1 MiB; a run in which everything failed must fit.
_ROWS = 150


def main(argv: Sequence[str]) -> int:
    """Print the summary of one run. ConformanceError if it cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m reports summary", description=__doc__, allow_abbrev=False)
    parser.add_argument("run", help="folder or archive of the run, or its id below reports/out")
    parser.add_argument("--out", type=Path, default=OUT, metavar="DIR", help="where reports lie (default: %(default)s)")
    options = parser.parse_args(argv)
    path = find(options.run, options.out)
    print("\n".join(lines(signoff_of(path), *verify.examined(path))))
    return 0


def lines(signoff: Mapping[str, Any], code: int = 0, said: Sequence[str] = ()) -> Iterator[str]:
    """Yield the result as a heading, the counts, and a table of failures and errors, causes first.

    `code` and `said`: what the verifier makes of the run.
    """
    yield f"## {'NOT VERIFIED, its sign-off says ' if code else ''}{_text(headline(signoff))}"
    yield ""
    yield f"Run {_text(signoff['run_id'])}, target {_text(signoff['target'])}, {signoff['time']['total']:.0f} s."
    yield ""
    # If it verifies, the first two lines say from what, and whether a signature was checked.
    yield from (f"- {_text(line)}" for line in (said if code else said[:2]))
    yield ""
    yield from table(("verdict", "requirements"), [(_text(words), str(n)) for _, n, words in counted(signoff)])
    red = [(name, signoff["requirements"][name], way) for name, way in by_cause(signoff["requirements"])]
    if red:
        yield ""
        yield from table(("requirement", "level", "verdict", "what was found"), [_row(*one) for one in red[:_ROWS]])
    if len(red) > _ROWS:
        yield f"\nand {len(red) - _ROWS} more: see signoff.html."


def _row(name: str, entry: Mapping[str, Any], way: Sequence[str]) -> tuple[str, ...]:
    message = "\n".join(findings_of(entry))
    follows = f"follows from {way[-1]}: " if way else ""
    return name, entry["level"], called(entry), follows + "<br>".join(map(_text, cut(message, _MESSAGE).splitlines()))


def _text(text: str) -> str:
    """Return any text as plain text in a cell: no markup, no links."""
    return cell(one_line(" ".join(text.split()))).translate(_PLAIN)


_PLAIN = str.maketrans({sign: f"\\{sign}" for sign in "`*_[]<>#@!"})
