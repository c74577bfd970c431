"""`python -m reports html RUN [-o FILE]`: makes the page of a stored run again from its bundle."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from jinja2 import UndefinedError

from conformance.errors import ConformanceError
from conformance.evidence import signoff_schema
from conformance.evidence.bundle import SIGNOFF, located, open_bundle
from conformance.evidence.redaction import Redactor
from conformance.judgement.catalogue import load
from conformance.project import CATALOGUE, ROOT, SUITES
from reports.page import render
from reports.page.run_files import RunFiles

#: Most characters of a foreign value in an error.
_LONGEST = 300


def main(argv: Sequence[str]) -> int:
    """Write the page. ConformanceError if the run cannot be read or the page cannot be written."""
    parser = argparse.ArgumentParser(prog="python -m reports html", description="The page of a stored run.")
    parser.add_argument("run", type=Path, help="folder or archive of a run, or its id below reports/out")
    parser.add_argument("-o", "--output", type=Path, help="where to put it (default: beside the run, RUN.html)")
    arguments = parser.parse_args(argv)
    run = located(arguments.run)
    logs = run / "logs" if run.is_dir() else Path("/nonexistent")
    # The run may come from a suite that masked less.
    mask = Redactor()
    try:
        bundle = open_bundle(run)
        signoff_schema.demand(bundle.signoff, f"{run}/{SIGNOFF}", older=False)
        shown = [replace(one, answer=mask.answer(one.answer)) for one in bundle.observations]
        catalogue = load(ROOT / SUITES / CATALOGUE)
        text = render.render(mask.answer(bundle.signoff), shown, catalogue, RunFiles.of_bundle(bundle, logs))
    except (ValueError, TypeError, LookupError, ArithmeticError, UndefinedError) as problem:
        # The schema checks types only, not whether values fit together.
        why = f"{run}: no page can be made of it ({problem!r})"
        raise ConformanceError(why[:_LONGEST], "take an undamaged run") from None
    run = run.resolve()
    path = arguments.output or run.with_name(f"{run.name}.html")
    if run in path.resolve().parents and path.exists():
        raise ConformanceError(f"{path}: is a part of the run, which is sealed", "name another file with -o")
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise ConformanceError(f"{path}: {problem.strerror}", "name another file with -o") from None
    print(path)
    return 0
