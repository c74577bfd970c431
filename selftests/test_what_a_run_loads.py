"""A run loads what it needs: libraries that only a live target, or an option, uses cost every other run its time."""

import json
import os
import subprocess
import sys
from functools import cache

import pytest

from conformance import environment
from conformance.project import ROOT

PLUGINS = ("conformance.session.plugin", "reports.plugin", "fixtures.deployment")
NEEDED_BY_SOME = ("requests", "thriftpy2", "pymysql", "lxml", "cryptography", "jsonschema_rs", "rich")


@cache
def modules(imported: str) -> set[str]:
    """What a fresh process holds when these are loaded; this one holds the whole library."""
    program = f"import json, sys, {imported}; print(json.dumps(sorted(sys.modules)))"
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    return modules(", ".join(PLUGINS))


@pytest.mark.parametrize("library", NEEDED_BY_SOME)
def test_the_plugins_load_no_library_that_only_some_runs_need(loaded, library):
    assert library not in loaded


def test_the_plugins_load_neither_nodes_nor_what_breaks_them(loaded):
    rooms = ("conformance.node.node", "conformance.pair", "conformance.database", "conformance.disruption.faults")

    assert [one for one in sorted(loaded) if one.startswith(rooms)] == []


@pytest.mark.parametrize("library", ["requests", "pymysql", "jgo", "thriftpy2"])
def test_the_nouns_load_no_library_before_they_ask_by_it(library):
    nouns = "fixtures.nodes, fixtures.database, fixtures.events, fixtures.scenarios, fixtures.logs"
    assert library not in modules(nouns)


@pytest.mark.parametrize("command", ["reports diff a b", "conformance lab status", "sabotage --recorded", "bench.fuzz"])
def test_a_python_without_the_libraries_is_one_line_with_the_command_to_run(command: str) -> None:
    # Without site a Python finds nothing that was installed.
    argv = [sys.executable, "-S", "-m", *command.split()]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"error: {sys.executable} lacks ")
    assert line.endswith(f"run .tox/conformance/bin/python -S -m {command}")


def test_a_part_of_the_suite_that_is_missing_is_no_matter_of_the_environment() -> None:
    with pytest.raises(ModuleNotFoundError), environment.needed():
        raise ModuleNotFoundError(name="conformance.gone")
