"""Gives functions that are loaded their mutated code: nothing is imported or collected again for a mutant."""

import ast
import gc
from collections import defaultdict
from collections.abc import Iterator
from inspect import CO_NEWLOCALS
from pathlib import Path
from types import CodeType, FunctionType

from _pytest.assertion.rewrite import rewrite_asserts


class Functions:
    """Every function that is loaded when this is made, by its file, line and name."""

    def __init__(self) -> None:
        self._loaded: dict[str, dict[tuple[int, str], list[FunctionType]]] = defaultdict(lambda: defaultdict(list))
        # What is frozen is in no list of objects.
        gc.unfreeze()
        for one in gc.get_objects():
            if type(one) is FunctionType:
                code = one.__code__
                self._loaded[code.co_filename][code.co_firstlineno, code.co_name].append(one)
        gc.freeze()

    def swap(self, path: Path, old: str, new: str) -> bool:
        """Whether what the mutation changes is in functions alone, all of them loaded: they run it from now on."""
        loaded = self._loaded[str(path)]
        found = []
        for before, after in _changed(self._compiled(path, old), self._compiled(path, new)):
            named = loaded.get((before.co_firstlineno, before.co_name), ())
            functions = [one for one in named if _does(one.__code__) == _does(before)]
            if not functions or before.co_freevars != after.co_freevars or not before.co_flags & CO_NEWLOCALS:
                return False
            found += [(function, after) for function in functions]
        for function, code in found:
            function.__code__ = code
        return bool(found)

    def _compiled(self, path: Path, text: str) -> CodeType:
        """As the file was when it was loaded: with pytest's assertions, or without."""
        tree = ast.parse(text)
        functions = (one for named in self._loaded[str(path)].values() for one in named)
        if any("@pytest_ar" in function.__globals__ for function in functions):
            rewrite_asserts(tree, text.encode(), str(path))
        return compile(tree, str(path), "exec", dont_inherit=True)


def _changed(before: CodeType, after: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """The outermost functions, lambdas and comprehensions that do something else; what is around them, if it does."""
    if _does(before) == _does(after):
        return
    inner = [[one for one in code.co_consts if isinstance(one, CodeType)] for code in (before, after)]
    if before.co_flags & CO_NEWLOCALS or _does(before, inner=False) != _does(after, inner=False):
        yield before, after
    else:
        for pair in zip(*inner, strict=True):
            yield from _changed(*pair)


def _does(code: CodeType, inner: bool = True) -> tuple[object, ...]:
    """What distinguishes code from other code; not where it stands."""
    constants = [
        (_does(one) if inner else None) if isinstance(one, CodeType) else (type(one), one) for one in code.co_consts
    ]
    return code.co_code, code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars, constants
