"""Serves the files of a home over standard input and output, one line of JSON for each question and each answer.

A question is {"do": METHOD, "args": [...]} with a method of HomeFolder; the answer is {"told": ...}, or {"errno",
"error", "path"} for an OSError. Arguments and answers are packed, see `packed`.
"""

import base64
import json
import sys
from pathlib import Path
from typing import Any

from conformance.targets.shared.home_folder import HomeFolder

METHODS = ("read", "read_from", "write", "remove", "size", "listing", "digests", "real_path")


def serve(real: str, seen: str) -> int:
    """Answer until the input ends. `real` is the folder here; `seen` is where the node's processes see that folder."""
    home = HomeFolder(Path(real), Path(seen))
    for line in sys.stdin:
        print(json.dumps(answer(home, json.loads(line))), flush=True)
    return 0


def answer(home: HomeFolder, question: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to one question. ValueError for an unknown method."""
    if question["do"] not in METHODS:
        raise ValueError(f"unknown method {question['do']!r}")
    try:
        return {"told": packed(getattr(home, question["do"])(*map(unpacked, question["args"])))}
    except OSError as problem:
        return {"errno": problem.errno, "error": problem.strerror or str(problem), "path": problem.filename}


def packed(value: Any) -> list[Any]:
    """Return a value in JSON form: ["bytes", base64] or ["plain", value]."""
    return ["bytes", base64.b64encode(value).decode("ascii")] if isinstance(value, bytes) else ["plain", value]


def unpacked(entries: list[Any]) -> Any:
    """Undo `packed`."""
    kind, value = entries
    return base64.b64decode(value) if kind == "bytes" else value
