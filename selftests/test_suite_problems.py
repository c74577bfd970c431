"""Tests of the suites that ask for a problem: one that is found is their message, and none lets them pass."""

from __future__ import annotations

import ast
import importlib
import inspect
import textwrap
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from suites import test_members


def chain(node: ast.expr) -> list[str]:
    """Names of `a.b.c`, a call or not; nothing for what is more."""
    names: list[str] = []
    node = node.func if isinstance(node, ast.Call) else node
    while isinstance(node, ast.Attribute):
        names, node = [node.attr, *names], node.value
    return [node.id, *names] if isinstance(node, ast.Name) else []


def asked(test: Any) -> tuple[list[str], bool] | None:
    """What a test asks for that comes to `problem = …` and `assert not problem, problem`, and whether by a call."""
    function = ast.parse(textwrap.dedent(inspect.getsource(test))).body[0]
    assert isinstance(function, ast.FunctionDef)
    match [ast.unparse(one) for one in function.body], function.body:
        case [_, "assert not problem, problem"], [ast.Assign(value=value), _]:
            return (names, isinstance(value, ast.Call)) if len(names := chain(value)) > 1 else None
    return None


SUITES = [
    importlib.import_module(f"suites.{path.stem}")
    for path in sorted(Path(test_members.__file__).parent.glob("test_*.py"))
]
ASKING = [
    (suite, name, *found)
    for suite in SUITES
    for name, test in vars(suite).items()
    if name.startswith("test_") and callable(test) and (found := asked(test))
]


@pytest.mark.parametrize(("suite", "name", "names", "called"), ASKING, ids=[name for _, name, *_ in ASKING])
def test_a_problem_that_is_found_is_the_message_of_its_test(monkeypatch, suite, name, names, called):
    test = getattr(suite, name)
    nouns = {one: Mock() for one in inspect.signature(test).parameters}
    for problem in ("", "found it"):
        first, *between, last = names
        holder = nouns.get(first) or getattr(suite, first)
        for step in between:
            holder = getattr(holder, step)
        monkeypatch.setattr(holder, last, (lambda *_, expected=problem, **__: expected) if called else problem)
        with pytest.raises(AssertionError, match=r"^found it") if problem else nullcontext():
            test(**nouns)


def test_most_tests_of_the_suites_ask_so():
    assert len(ASKING) > 50
