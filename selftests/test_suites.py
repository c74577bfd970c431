"""What every suite obeys: one file per requirement, short tests, no loop, no try, no sleep."""

import ast
import re
from pathlib import Path

import pytest

from conformance.judgement.catalogue import Catalogue, Level, load
from conformance.judgement.collection import ids_in, owners

SUITES = Path(__file__).parents[1] / "suites"
FILES = sorted(SUITES.glob("test_*.py"))
LONGEST = 25
FORBIDDEN = (ast.For, ast.AsyncFor, ast.While, ast.Try)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load(SUITES / "catalogue.toml")


def functions_of(tree: ast.Module) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]


def breaches(text: str) -> list[str]:
    """What a suite's text does that it must not."""
    tree = ast.parse(text)
    nodes = [(node, type(node).__name__) for node in ast.walk(tree) if isinstance(node, FORBIDDEN)]
    sleeps = [(node, "sleep") for node in ast.walk(tree) if _name(node) == "sleep"]
    found = [f"line {node.lineno}: {what}" for node, what in [*nodes, *sleeps]]
    for test in functions_of(tree):
        lines = (test.end_lineno or test.lineno) - test.lineno + 1
        found += [f"line {test.lineno}: {test.name} has {lines} lines"] if lines > LONGEST else []
        marks = [one for one in test.decorator_list if isinstance(one, ast.Call) and _name(one.func) == "requirement"]
        ids = [str(ast.literal_eval(one)) for mark in marks for one in mark.args]
        proves = bool(ids) and all(re.fullmatch(r"[A-Z]+-\d\d", one) for one in ids)
        found += [] if proves else [f"line {test.lineno}: {test.name} proves no requirement"]
        asserts = any(isinstance(node, ast.Assert) or _name(node).startswith("_demand") for node in ast.walk(test))
        found += [] if asserts else [f"line {test.lineno}: {test.name} asserts nothing"]
    return found


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_suite_has_short_plain_tests_that_each_prove_a_requirement(path):
    assert breaches(path.read_text()) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_suite_proves_only_what_the_catalogue_demands(path, catalogue):
    assert ids_in(path) <= set(catalogue)


def test_each_requirement_is_proven_in_one_file_at_most():
    assert {name: paths for name, paths in owners(SUITES).items() if len(paths) > 1} == {}


def test_the_catalogue_covers_the_whole_page(catalogue):
    groups = {"DB": 10, "PRE": 2, "DS": 8, "UM": 2, "REG": 6, "CLU": 8, "EP": 12, "SPK": 5, "NID": 5, "DEP": 2}
    # The page's sentences on failovers are 14; a scenario of the suite's own may follow.
    failovers = sum(name.startswith("FO-") for name in catalogue)
    assert failovers >= 14
    groups |= {"LOG": 14, "UI": 7, "CON": 6, "EVT": 4, "FO": failovers, "OPS": 11}
    assert list(catalogue) == [f"{group}-{n:02}" for group, count in groups.items() for n in range(1, count + 1)]


def test_only_information_has_no_sabotage(catalogue):
    assert [r.id for r in catalogue.values() if not r.sabotage] == ["DB-10", "EP-12"]
    assert all(r.level is Level.INFO for r in catalogue.values() if not r.sabotage)


@pytest.mark.parametrize(("body", "text"), [
    ("    for x in y:\n        assert x", "For"),
    ("    while True:\n        pass", "While"),
    ("    try:\n        a()\n    except OSError:\n        pass", "Try"),
    ("    time.sleep(1)", "sleep"),
    ("    sleep(1)", "sleep"),
    ("    pass\n" * 25, "has 26 lines"),
    ("    problem = find()", "asserts nothing"),
])  # fmt: skip
def test_a_breach_is_found(body, text):
    assert any(text in breach for breach in breaches(f'@requirement("AA-01")\ndef test_x():\n{body}\n'))


def test_a_test_without_a_requirement_is_found():
    assert breaches("def test_x():\n    assert True\n") == ["line 1: test_x proves no requirement"]
    (breach,) = breaches('@requirement("AA-01X")\ndef test_x():\n    assert True\n')
    assert breach == "line 2: test_x proves no requirement"


def test_ids_are_found_in_a_file_that_cannot_be_imported(tmp_path):
    path = tmp_path / "test_broken.py"
    path.write_text("import nothing\n@requirement(\n    'AA-01', \"BB-02\")\ndef test_x(:\n requirements('CC-03')")
    assert ids_in(path) == {"AA-01", "BB-02"}
    assert owners(tmp_path) == {"AA-01": [path], "BB-02": [path]}
