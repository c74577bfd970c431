"""The mutations of bench.mutants that are our own, and which tests it tries; needs the dependency group `mutation`."""

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

pytest.importorskip("cosmic_ray")

from bench import mutant_operators, mutants
from bench.mutant_trial import mutated


def made(operator: Any, text: str) -> list[str]:
    """All mutants of a text by one operator."""
    tree = mutants.get_ast(text)
    count = sum(len(list(operator().mutation_positions(node))) for node in mutants.ast_nodes(tree))
    return [str(mutants.mutate_code(text, operator(), number)) for number in range(count)]


@pytest.mark.parametrize(
    ("operator", "text", "expected"),
    [
        ("ReplaceString", 'A = ("a", "b")\n', ['A = ("aX", "b")\n', 'A = ("a", "bX")\n']),
        ("ReplaceString", 'def f(a):\n    "Says so."\n    g("shown")\n    return a == "b"\n', ['a == "bX"']),
        ("ReplaceString", 'def f(a):\n    return a["b"]\n', ['a["bX"]']),
        ("ReplaceString", 'def f(a):\n    return a.get("b", "")\n', ['get("bX", "")', 'get("b", "X")']),
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
    ],
)
def test_mutations(operator: str, text: str, expected: list[str]) -> None:
    found = made(getattr(mutant_operators, operator), text)
    assert len(found) == len(expected)
    assert all(part in one and one != text for part, one in zip(expected, found, strict=True))


def test_a_sample_has_the_same_number_of_each_kind_and_depends_on_its_seed(tmp_path: Path) -> None:
    (tmp_path / "suites").mkdir()
    text = """
    TABLE = ("a", "b")
    def f(a, b):
        if a == 1 and b > 1:
            raise E
        return True
    """
    (tmp_path / "suites/test_a.py").write_text(dedent(text))
    drawn = mutants.draw(tmp_path, 10, 1)
    assert {one.kind for one in drawn} == set(mutants.KINDS)
    assert drawn == mutants.draw(tmp_path, 10, 1) != mutants.draw(tmp_path, 10, 2)


def test_a_mutated_file_is_as_it_was_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("1")
    with mutated(path, "2"):
        assert path.read_text() == "2"
    assert path.read_text() == "1"
