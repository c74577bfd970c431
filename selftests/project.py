"""A small project for the plugin's self-tests: a catalogue, no real deployment, suites written by the test."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from sabotage.stock_home import contents
from selftests import forked

_ENTRY = """
[[requirement]]
id = "{}"
level = "{}"
kind = "{}"
sentence = "{}"
section = "{}"
proof = "look"
breaks = "It falls."
sabotage = "break it"
"""


def entry(
    name: str, level: str = "must", kind: str = "files", sentence: str = "It holds.", section: str = "Page"
) -> str:
    return _ENTRY.format(name, level, kind, sentence, section)


CATALOGUE = (
    entry("AA-01", "must", "fault", "The first thing holds.", "Page, step 1")
    + entry("BB-01", "must", "files", "The second thing holds.", "Page, step 2")
    + entry("CC-01", "must", "files", "No test judges this.", "Page, step 3")
)

CONFTEST = """
import pytest

import reports.plugin
from conformance.session import plugin
from conformance.targets import selection
from fixtures import deployment

selection.TARGETS["fake"] = "fake_target"

def pytest_addhooks(pluginmanager):
    for one in (plugin, reports.plugin, deployment):
        pluginmanager.register(one)

@pytest.fixture(autouse=True)
def looked(request):
    if request.node.nodeid.startswith("suites/") and "blind" not in request.node.name:
        request.getfixturevalue("witness").ask("node1", "whether it is there", lambda: True)
"""

TARGET = """
from pathlib import Path
from conformance.deployment.spec import ClusterSpec, DatabaseSpec, NodeSpec
from conformance.secret import Secret
from conformance.deployment.interface import Capability

class Fake:
    single_host = True
    started_here = True
    remedies = {}
    capabilities = frozenset(Capability)
    spec = ClusterSpec(
        tuple(NodeSpec(name, "", Path(), "") for name in ("node1", "node2")),
        DatabaseSpec("", 3306, "", Secret("canary-4711"), root_password=Secret("root-4712")),
        Secret("admin"),
        canary=Secret("planted-key-" + "0123456789abcdef" * 2),
    )
    nodes = ()
    def identity(self):
        return {"product": "nothing at all"}
    def start(self):
        self.started = True
    def close(self):
        print("closed")

def open_target(options):
    if options.target_argument == "no-faults":
        Fake.capabilities = frozenset([Capability.FILES])
    if options.target_argument == "does-not-start":
        Fake.start = lambda self: int(self.spec.database.password.reveal())
    return Fake()
"""

HEAD = """
import os, pytest, signal
from conformance.errors import EvidenceError, NotSeen
from conformance.judgement.requirement import not_applicable, not_assessed, requirement
"""


#: Parts of pytest that each small run would register again.
_UNNEEDED = (
    "-pno:doctest -pno:unittest -pno:setuponly -pno:setupplan -pno:pastebin -pno:stepwise -pno:faulthandler "
    "-pno:logging -pno:legacypath -pno:subtests -pno:recwarn -pno:threadexception -pno:unraisableexception "
    "-pno:debugging"
)
_Files = dict[str, bytes]
#: Of a run by its arguments and the files that were there: its exit code, and the files afterwards.
_LEFT: dict[tuple[object, ...], tuple[pytest.ExitCode, _Files]] = {}


class Project:
    """Writes the project, runs pytest on it and reads what came of it."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        # Tracebacks in Python's own form: for pytest's, each file that they lead through is parsed.
        addopts = f"--strict-markers --import-mode=importlib --tb=native {_UNNEEDED}"
        pytester.makeini(f"[pytest]\naddopts = {addopts}\npythonpath = .\ntestpaths = suites\n")
        pytester.makeconftest(CONFTEST)
        (pytester.path / "fake_target.py").write_text(TARGET)
        self.suites = pytester.mkdir("suites")
        (self.suites / "catalogue.toml").write_text(CATALOGUE)

    def suite(self, name: str, body: str) -> Path:
        path = self.suites / f"test_{name}.py"
        path.write_text(HEAD + body)
        return path

    def run(self, *arguments: str, target: str = "fake") -> pytest.ExitCode:
        """Run pytest on the project; its exit code."""
        with pytest.MonkeyPatch.context() as patch:
            # A suite of the small project is its own, whatever real one of that name a test before has imported.
            for name in [one for one in sys.modules if one == "suites" or one.startswith("suites.")]:
                patch.delitem(sys.modules, name)
            # In each run it looks at all names of all plugins, for a warning.
            patch.setattr("_pytest.fixtures.FixtureManager._check_for_wrapped_fixture", lambda *_: None)
            argv = (f"--target={target}", "--run-id=r1", "-pno:cacheprovider", *arguments)
            outcome = self.pytester.inline_run(*argv, no_reraise_ctrlc=True)
        return pytest.ExitCode(outcome.ret)

    def run_apart(self, *arguments: str) -> tuple[int, str]:
        """As `run`, in a process of its own; its exit code and output."""
        argv = ("--target=fake", "--run-id=r1", "-pno:cacheprovider", *arguments)
        return forked.run("pytest", *argv, folder=self.pytester.path)

    def run_once(self, *arguments: str) -> pytest.ExitCode:
        """As `run`, but what the same files gave before is put there again; nothing is printed then.

        For tests of what a run leaves behind, which need one to change.
        """
        key = (arguments, tuple(sorted(contents(self.pytester.path).items())))
        if key not in _LEFT:
            code = self.run(*arguments)
            _LEFT[key] = code, contents(self.pytester.path)
            return code
        code, files = _LEFT[key]
        for path, content in files.items():
            (self.pytester.path / path).parent.mkdir(parents=True, exist_ok=True)
            (self.pytester.path / path).write_bytes(content)
        return code

    @property
    def folder(self) -> Path:
        return self.pytester.path / "reports" / "out" / "r1"

    @property
    def signoff(self) -> dict[str, Any]:
        report: dict[str, Any] = json.loads((self.folder / "signoff.json").read_text())
        return report

    def verdict(self, requirement_id: str) -> str:
        return str(self.signoff["requirements"][requirement_id]["verdict"])

    def message(self, requirement_id: str) -> str:
        return str(self.signoff["requirements"][requirement_id]["message"])
