"""Which self-tests could notice a mutant: those that run its line; for a table those that run what uses the table."""

import ast
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import coverage

#: Seconds, by the map, of one process after another: most mutants are killed by the first.
_STEPS = (4.0, 16.0)
#: Seconds of a file's tests that are run before those of the mutant's own area.
_QUICK = 1.0
#: What a test file costs beside its tests.
_OF_A_FILE = 0.3
#: Reads the texts of the suites, which no map sees.
_READS_SUITES = "selftests/test_suites.py::"


class Tests:
    """The map that bench.mutant_map made of the project at `root`."""

    def __init__(self, root: Path, folder: Path) -> None:
        self._root = root
        self._data = _joined(folder, root)
        self.seconds: dict[str, float] = {}
        for path in folder.glob("seconds-*.json"):
            self.seconds |= json.loads(path.read_text(encoding="utf-8"))
        # A map that was kept may name tests that are gone.
        there = {name for name in {test.partition("::")[0] for test in self.seconds} if (root / name).is_file()}
        self.seconds = {test: cost for test, cost in self.seconds.items() if test.partition("::")[0] in there}
        self._by_file: dict[str, dict[int, list[str]]] = {}
        self._texts = {name: Path(name).read_text(encoding="utf-8").splitlines() for name in self._measured()}

    def _measured(self) -> list[str]:
        return [name for name in self._data.measured_files() if name.endswith(".py") and Path(name).is_file()]

    def of_line(self, path: Path, line: int) -> list[str]:
        """The tests that run it, the quickest and those of its own area first."""
        tree = ast.parse(path.read_text(encoding="utf-8"))
        function = _innermost(tree, line)
        if function and line >= function.body[0].lineno:
            lines = {str(path): set(range(_first(function.body, line), line + 1))}
        else:
            lines = self._using(path, tree, line)
        named = () if function else self._naming(path, _names(tree, line, path.read_text(encoding="utf-8")))
        # What only runs while tests are collected concerns those that use it.
        found = self._running(lines) or self._running(self._using(path, tree, line))
        read = (name for name in self.seconds if path.parent.name == "suites" and name.startswith(_READS_SUITES))
        return self._sorted(found.union(named, read), path)

    def while_collected(self, path: Path, line: int) -> bool:
        """Whether the line runs while tests are collected, too: tables may be made there."""
        name = str(path)
        self._tests(name, ())
        return "" in self._by_file[name].get(line, ())

    def _running(self, lines: Mapping[str, Iterable[int]]) -> set[str]:
        return {test for name, numbers in lines.items() for test in self._tests(name, numbers) if test in self.seconds}

    def in_steps(self, tests: list[str], patience: float) -> Iterator[list[str]]:
        """Parts of them, each for one process, as long as the patience lasts."""
        left = list(tests)
        for limit in (*_STEPS, patience - sum(_STEPS)):
            taken, cost, files = 0, 0.0, set()
            while taken < len(left) and cost < limit:
                file = left[taken].partition("::")[0]
                cost += self.seconds[left[taken]] + (0 if file in files else _OF_A_FILE)
                files.add(file)
                taken += 1
            if taken:
                yield left[:taken]
            left = left[taken:]

    def cost(self, tests: Iterable[str]) -> float:
        """Seconds that they took."""
        return sum(self.seconds[name] for name in tests)

    def _tests(self, name: str, lines: Iterable[int]) -> set[str]:
        if name not in self._by_file:
            self._by_file[name] = self._data.contexts_by_lineno(name)
        return {test for line in lines for test in self._by_file[name].get(line, ()) if test}

    def _using(self, path: Path, tree: ast.Module, line: int) -> dict[str, set[int]]:
        """Lines of functions that mention what is defined at the top of a module there, through other tables too."""
        found: dict[str, set[int]] = defaultdict(set)
        for name in _names(tree, line, path.read_text(encoding="utf-8")):
            pattern = re.compile(rf"(?<![\w]){re.escape(name)}(?!\w)")
            files = [str(path)] if name.startswith("_") else list(self._texts)
            for file in files:
                numbers = [number for number, text in enumerate(self._texts.get(file, ()), 1) if pattern.search(text)]
                if not numbers:
                    continue
                module = ast.parse("\n".join(self._texts[file]))
                for number in numbers:
                    inner = _innermost(module, number)
                    if inner:
                        # Of a decorator's table the tests count that run the function.
                        decorated = number < inner.body[0].lineno
                        found[file] |= set(_lines(inner)) if decorated else {number}
            function = _named(tree, name)
            if function:
                found[str(path)] |= set(_lines(function))
        return found

    def _naming(self, path: Path, names: Iterable[str]) -> list[str]:
        """Tests of files that name the module and what is defined there: they may use it before a test begins."""
        pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names)) or '(?!)'})(?!\w)")
        texts = {file: file.read_text(encoding="utf-8") for file in (self._root / "selftests").glob("test_*.py")}
        files = {f"selftests/{one.name}" for one, text in texts.items() if path.stem in text and pattern.search(text)}
        return [name for name in self.seconds if name.partition("::")[0] in files]

    def _sorted(self, tests: Iterable[str], path: Path) -> list[str]:
        by_file: dict[str, list[str]] = defaultdict(list)
        for test in sorted(tests, key=lambda name: (self.seconds[name], name)):
            by_file[test.partition("::")[0]].append(test)
        stem = path.stem.removeprefix("test_").rstrip("s")
        cost = {file: self.cost(tests) for file, tests in by_file.items()}
        files = sorted(by_file, key=lambda file: (cost[file] > _QUICK, stem not in file, cost[file], file))
        return [test for file in files for test in by_file[file]]


_IN_PROJECT = re.compile(r"/(?:conformance|fixtures|reports|suites)/.+")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def _joined(folder: Path, root: Path) -> coverage.CoverageData:
    """All processes' data as one, of whatever copy of the project it is."""
    data = coverage.CoverageData(no_disk=True)
    for path in sorted(folder.glob("data.*")):
        part = coverage.CoverageData(basename=str(path))
        part.read()
        data.update(part, map_path=lambda name: f"{root}{match[0]}" if (match := _IN_PROJECT.search(name)) else name)
    return data


def _innermost(tree: ast.AST, line: int) -> Function | None:
    around = [node for node in ast.walk(tree) if isinstance(node, Function) and _holds(node, line)]
    return max(around, key=lambda node: node.lineno, default=None)


def _named(tree: ast.AST, name: str) -> Function | None:
    return next((node for node in ast.walk(tree) if isinstance(node, Function) and node.name == name), None)


def _lines(function: Function) -> range:
    return range(function.body[0].lineno, (function.end_lineno or 0) + 1)


def _holds(node: ast.AST, line: int) -> bool:
    decorators = [one.lineno for one in getattr(node, "decorator_list", ())]
    return bool(min([node.lineno, *decorators]) <= line <= (node.end_lineno or 0))  # type: ignore[attr-defined]


def _first(body: list[ast.stmt], line: int) -> int:
    """Where the statement begins that the line belongs to: coverage notes that line."""
    around = [
        node.lineno for part in body for node in ast.walk(part) if isinstance(node, ast.stmt) and _holds(node, line)
    ]
    return max(around, default=line)


def _names(tree: ast.Module, line: int, text: str) -> set[str]:
    """Names that the statement gives there, and through them the module's other tables."""
    names, todo = set[str](), _defined(tree, line)
    while todo:
        names |= todo
        pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, todo))})(?!\w)")
        numbers = [number for number, one in enumerate(text.splitlines(), 1) if pattern.search(one)]
        todo = {name for number in numbers if not _innermost(tree, number) for name in _defined(tree, number)} - names
    return names


def _defined(tree: ast.Module, line: int) -> set[str]:
    """Names that the statement at the top of a module, or of a class, gives."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if not isinstance(node, (ast.stmt, ast.excepthandler)) or not _holds(node, line):
            continue
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            names.add(node.name)
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        names |= {one.id for target in targets if target for one in ast.walk(target) if isinstance(one, ast.Name)}
    return names
