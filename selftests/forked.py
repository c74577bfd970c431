"""Runs commands of this project in processes forked from one that has its libraries: importing them costs 2 seconds.

As a module it is that process: it reads a request a line, and answers each with the exit code of its fork. Nothing that
pytest rewrites (plugins, fixtures, suites) is imported before the fork.
"""

import atexit
import gc
import importlib
import json
import os
import re
import runpy
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any

from reports.page import render

PROJECT = Path(__file__).resolve().parents[1]
_IMPORT = re.compile(r"^from ((?:conformance|reports)[\w.]*(?<!\.plugin)) import", re.MULTILINE)
_IMPORTING = ("fixtures", "suites", "conformance/session", "reports")


def run(module: str, *arguments: str, folder: Path = PROJECT, **environ: str) -> tuple[int, str]:
    """Exit code and output of `python -m module arguments` in a folder, in this environment and `environ`."""
    environment = {name: text for name, text in os.environ.items() if not name.startswith("PYTEST_")}
    environment |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} | environ
    with tempfile.NamedTemporaryFile("r+") as output:
        request = {"argv": [module, *arguments], "folder": str(folder), "environment": environment}
        request["output"] = output.name
        server = _server()
        assert server.stdin
        assert server.stdout
        server.stdin.write(f"{json.dumps(request)}\n")
        server.stdin.flush()
        return int(server.stdout.readline()), output.read()


@cache
def _server() -> subprocess.Popen[str]:
    """One for this process, and no longer."""
    pipe = subprocess.PIPE
    server = subprocess.Popen([sys.executable, "-m", __name__], cwd=PROJECT, stdin=pipe, stdout=pipe, text=True)
    atexit.register(server.communicate)
    return server


def _become(argv: list[str], folder: str, environment: dict[str, str], output: str) -> int:
    for number, (path, mode) in enumerate([(os.devnull, os.O_RDONLY), *[(output, os.O_WRONLY | os.O_APPEND)] * 2]):
        os.dup2(os.open(path, mode), number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv = argv
    try:
        runpy.run_module(argv[0], run_name="__main__", alter_sys=True)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def _serve() -> None:
    texts = (path.read_text() for folder in _IMPORTING for path in (PROJECT / folder).glob("*.py"))
    for name in sorted({name for text in texts for name in _IMPORT.findall(text)}):
        importlib.import_module(name)
    # Self-tests keep nothing that is compiled.
    templates = render._template().environment
    for name in templates.list_templates(extensions=["j2"]):
        templates.get_template(name)
    # A fork ends before its garbage counts.
    gc.disable()
    for line in sys.stdin:
        request: dict[str, Any] = json.loads(line)
        if not (child := os.fork()):
            code = 99
            try:
                code = _become(**request)
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    _serve()
