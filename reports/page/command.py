"""`python -m reports html RUN [-o FILE]`: the page of a stored run, made again from its bundle."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from jinja2 import UndefinedError

from conformance.errors import ConformanceError
from conformance.evidence import signoff_schema
from conformance.evidence.bundle import SIGNOFF
from conformance.evidence.redaction import Redactor
from conformance.evidence.stored_bundle import located, open_bundle
from conformance.judgement.catalogue import load
from conformance.project import CATALOGUE, ROOT, SUITES
from conformance.text.printable import one_line
from reports.page import render
from reports.page.kept import Kept

#: Characters of a foreign value that an error shows at most.
_LONGEST = 300


def main(argv: Sequence[str]) -> int:
    """Write the page; 0, or 2 with one line when the run cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m reports html", description="The page of a stored run.")
    parser.add_argument("run", type=Path, help="folder or archive of a run, or its id below reports/out")
    parser.add_argument("-o", "--output", type=Path, help="where to put it (default: beside the run, RUN.html)")
    arguments = parser.parse_args(argv)
    try:
        arguments.run = located(arguments.run)
        bundle = open_bundle(arguments.run)
        signoff_schema.demand(bundle.signoff, f"{arguments.run}/{SIGNOFF}")
        logs = arguments.run / "logs" if arguments.run.is_dir() else Path("/nonexistent")
        # The run may be somebody's who masks less.
        mask = Redactor()
        shown = [replace(one, answer=mask.answer(one.answer)) for one in bundle.observations]
        text = render.render(
            mask.answer(bundle.signoff), shown, load(ROOT / SUITES / CATALOGUE), Kept.of_bundle(bundle, logs)
        )
    except ConformanceError as problem:
        print(one_line(str(problem)), file=sys.stderr)
        return 2
    except (ValueError, TypeError, LookupError, ArithmeticError, UndefinedError) as problem:
        # The schema knows types, not what they say together.
        told = one_line(f"{arguments.run}: no page can be made of it ({problem!r})")
        print(f"{told[:_LONGEST]} - take an undamaged run", file=sys.stderr)
        return 2
    run = arguments.run.resolve()
    path = arguments.output or run.with_name(f"{run.name}.html")
    if run in path.resolve().parents and path.exists():
        print(f"{path}: is a part of the run, which is sealed - name another file with -o", file=sys.stderr)
        return 2
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as problem:
        print(one_line(f"{path}: {problem.strerror} - name another file with -o"), file=sys.stderr)
        return 2
    print(path)
    return 0
