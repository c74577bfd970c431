"""The command itself: reads the home, tries the steps on copies of it, judges the pair and reports."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from conformance.errors import ConformanceError
from conformance.evidence.learning import safe_line
from conformance.evidence.redaction import Redactor
from conformance.pack import fetch, lock, product_parts, vendor
from conformance.pack.handed_home import HandedHome, open_home
from conformance.pack.steps.page import DAS_BASE
from conformance.pack.steps.xml_file import EditedHome
from conformance.session.commands.pack_try import report, step_trial, unlike
from conformance.session.commands.pack_try.report import Verdicts, judge
from conformance.session.commands.pack_try.step_trial import StepOutcome
from conformance.text.printable import one_line

#: Exit codes like those of a run.
FAILED, WRONG_INPUT = 1, 4
#: ServerKey of the bare kernel in the lab's pack, without DAS's files.
_BARE = "${product.key}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("home", type=Path, metavar="DIR|ZIP", help="a stock home: its folder, or a zip of it")


def run(arguments: argparse.Namespace, judging: Callable[[Path], Verdicts] = judge) -> int:
    """0 if each step found its place and no must fails, otherwise 1; 4 for an unreadable home."""
    with tempfile.TemporaryDirectory(prefix="das-conformance-try-") as folder:
        pair = Path(folder)
        try:
            handed = open_home(arguments.home)
            homes = tuple(step_trial.copy_of(handed, pair / node.name) for node in step_trial.cluster().nodes)
            if handed.holds(product_parts.CARBON_XML):
                where = f"{handed.where}/{product_parts.CARBON_XML}"
                product = " ".join(vendor.server_identity(handed.read(product_parts.CARBON_XML), where))
            else:
                product = f"a product without {product_parts.CARBON_XML}"
        except ConformanceError as problem:
            print(f"error: {safe_line(problem)}", file=sys.stderr)
            return WRONG_INPUT
        return _try(handed, (homes[0], homes[1]), product, judging)


def _try(handed: HandedHome, homes: tuple[Path, Path], product: str, judging: Callable[[Path], Verdicts]) -> int:
    spec = step_trial.cluster()
    places = tuple(EditedHome(home, spec, node) for home, node in zip(homes, spec.nodes, strict=True))
    bare = product.startswith(_BARE)
    if bare:
        step_trial.lay_base(places, DAS_BASE)
    found = unlike.differences(handed, homes[0])
    driver = _driver(homes)
    outcomes = step_trial.tried((places[0], places[1]))
    redactor = _taught(homes, outcomes)
    judged = judging(homes[0].parent)
    of_the_lab = step_trial.tried((places[0], places[1]), step_trial.OF_THE_LAB)
    title = "the lab's bare kernel, DAS's own files laid on it" if bare else product
    _say(redactor, [f"home     {handed.where} ({title})", *report.unlike(found), ""])
    _say(redactor, [*report.diffs([*outcomes, *of_the_lab]), ""])
    _say(redactor, ["steps, on copies of the home:", f"  {'3.4':4} {driver}", *report.steps([*outcomes, *of_the_lab])])
    _say(redactor, ["", *report.verdicts(judged)])
    failed = any(one.problem for one in (*outcomes, *of_the_lab))
    return FAILED if failed else judged.code


def _driver(homes: Iterable[Path]) -> str:
    """Put the JDBC driver into the copies if it was ever fetched; returns what was done."""
    path = fetch.MavenRepository().path(lock.load().artifact("jdbc-driver"))
    if not path.is_file():
        return "JDBC driver: not placed, it was never fetched here (python -m conformance pack build)"
    for home in homes:
        step_trial.place_driver(home, path)
    return f"JDBC driver: {path.name} placed in repository/components/lib"


def _taught(homes: Iterable[Path], outcomes: Iterable[StepOutcome]) -> Redactor:
    """A redactor that knows every password of these homes, before and after the steps."""
    redactor = Redactor()
    texts = [one for home in homes for one in step_trial.contents(home).values()]
    texts += [one.before for outcome in outcomes for one in outcome.changes if one.before]
    for text in texts:
        redactor.learn_from(text.decode("utf-8", "replace"))
    return redactor


def _say(redactor: Redactor, lines: Iterable[str]) -> None:
    for line in lines:
        print(one_line(redactor.text(line)))
