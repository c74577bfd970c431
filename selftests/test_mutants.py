"""The mutations of bench.mutants that are our own, and which tests it tries; needs the dependency group `mutation`."""

import importlib
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

pytest.importorskip("cosmic_ray")

from bench import mutant_operators, mutant_sample
from bench.mutant_swap import Functions
from bench.mutant_trial import mutated

MODULE = """
ROWS = (1, 2)
class A:
    @property
    def two(self):
        return [one for one in ROWS if one > 1]
def f(a, key=lambda b: b > 1):
    return key(a)
"""


def made(operator: Any, text: str) -> list[str]:
    tree = mutant_sample.get_ast(text)
    count = sum(len(list(operator().mutation_positions(node))) for node in mutant_sample.ast_nodes(tree))
    return [str(mutant_sample.mutate_code(text, operator(), number)) for number in range(count)]


@pytest.mark.parametrize(("operator", "text", "expected"), [
    ("ReplaceString", 'A = ("a", "b")\n', ['A = ("aX", "b")\n', 'A = ("a", "bX")\n']),
    ("ReplaceString", 'def f(a):\n    "Says so."\n    g("shown")\n    return a == "b"\n', ['a == "bX"']),
    ("ReplaceString", 'def f(a):\n    return a["b"]\n', ['a["bX"]']),
    ("ReplaceString", 'def f(a):\n    return a.get("b", "")\n', ['get("bX", "")', 'get("b", "X")']),
    ("ReplaceString", 'A = Deadline("a", 1, "why")\n', []),
    ("RemoveRow", "A = (1, 2)\n", ["A = ( 2,)\n", "A = (1,)\n"]),
    ("RemoveRow", 'A = {"a": 1, "b": 2}\n', ['A = { "b": 2,}\n', 'A = {"a": 1,}\n']),
    ("RemoveRow", "A = (1,)\n", []),
    ("RemoveRow", "def f():\n    return (1, 2)\n", []),
    ("NegateMembership", "a = b in c\nd = e not in f\n", ["b not in c", "e in f"]),
    ("NegateFilter", "a = [b for b in c if b or d]\n", ["if not (b or d)]"]),
    ("ReturnNone", "def f(a):\n    if a:\n        return None\n    return a\n", ["return None\n    return None"]),
    ("ReturnNone", "def f():\n    return False\n", []),
    ("ReturnNone", 'def f():\n    return ""\n', ['return "X"']),
    ("RemoveStatement", "def f(a):\n    b = a\n    a.go()\n    a.c = 1\n    a += 1\n", ["pass\n"] * 3),
    ("RemoveStatement", "def f():\n    raise E\n\ng()\n", ["pass\n"]),
])  # fmt: skip
def test_mutations(operator, text, expected):
    found = made(getattr(mutant_operators, operator), text)
    assert len(found) == len(expected)
    assert all(part in one and one != text for part, one in zip(expected, found, strict=True))


def test_a_sample_has_the_same_number_of_each_kind_and_depends_on_its_seed(tmp_path):
    (tmp_path / "suites").mkdir()
    text = """
    TABLE = ("a", "b")
    def f(a, b):
        if a == 1 and b > 1:
            raise E
        return True
    """
    (tmp_path / "suites/test_a.py").write_text(dedent(text))
    drawn = mutant_sample.draw(tmp_path, 10, 1)
    assert {one.kind for one in drawn} == set(mutant_sample.KINDS)
    assert drawn == mutant_sample.draw(tmp_path, 10, 1) != mutant_sample.draw(tmp_path, 10, 2)


def test_a_mutated_file_is_as_it_was_afterwards(tmp_path):
    path = tmp_path / "a.py"
    path.write_text("1")
    with mutated(path, "1", "2"):
        assert path.read_text() == "2"
    assert path.read_text() == "1"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """The module and all functions, which to look for takes long."""
    folder = tmp_path_factory.mktemp("mutated")
    (folder / "mutated_module.py").write_text(MODULE)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield importlib.import_module("mutated_module"), Functions()
        del sys.modules["mutated_module"]


@pytest.mark.parametrize(("old", "new", "swapped", "found"), [
    ("if one > 1", "if one > 0", True, ([1, 2], False)),
    ("lambda b: b > 1", "lambda b: b > 0", True, ([2], True)),
    ("return key(a)", "return None", True, ([2], None)),
    ("(1, 2)", "(1, 3)", False, ([2], False)),
    ("class A:", "class A(list):", False, ([2], False)),
    ("(a, key", "(a, *, key", False, ([2], False)),
    ("return key(a)", "return  key(a)", False, ([2], False)),
])  # fmt: skip
def test_functions_run_their_mutated_code_from_then_on(loaded, old, new, swapped, found):
    module, functions = loaded
    path, mutated = Path(module.__file__), MODULE.replace(old, new)
    assert functions.swap(path, MODULE, mutated) is swapped
    assert (module.A().two, module.f(1)) == found
    assert functions.swap(path, mutated, MODULE) is swapped
    assert (module.A().two, module.f(1)) == ([2], False)
