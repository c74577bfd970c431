"""The evidence folder of a run: observations as JSON lines, long answers as blobs beside them."""

import json
import math
import shutil
from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from pathlib import Path
from typing import TextIO

from conformance.errors import EvidenceError
from conformance.evidence.observation import Json, Observation, canonical, fingerprint
from conformance.files.disk import writing

#: A longer answer (in characters) goes into a file of its own.
INLINE_LIMIT = 64 * 1024

LINES = "observations.jsonl"
BLOBS = "blobs"
#: Folder for new evidence that will replace the old.
_AGAIN = "again"


class EvidenceWriter:
    """Appends observations to `folder`, created when needed; each line is on disk before the call returns."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lines: TextIO | None = None

    def observation(self, observation: Observation) -> None:
        """Write one observation, whose answer is already redacted."""
        line = {key: value for key, value in vars(observation).items() if key != "answer"}
        self._append(line | self._placed(observation.answer, observation.sha256))

    def citation(self, observation_id: str, requirement_id: str) -> None:
        """Record that a requirement used an earlier observation."""
        self._append({"cite": observation_id, "by": requirement_id})

    def rewrite(self, observations: Iterable[Observation]) -> None:
        """Replace everything written so far with these observations and their citations."""
        self.close()
        again = EvidenceWriter(self.folder / _AGAIN)
        for observation in observations:
            again.observation(observation)
        again.close()
        shutil.rmtree(self.folder / BLOBS, ignore_errors=True)
        for name in (BLOBS, LINES):
            if (again.folder / name).exists():
                (again.folder / name).replace(self.folder / name)
        shutil.rmtree(again.folder)

    def close(self) -> None:
        """Close the file; a later write opens it again."""
        if self._lines:
            with writing(self.folder):
                self._lines.close()
            self._lines = None

    def _placed(self, answer: Json, digest: str) -> dict[str, Json]:
        if isinstance(answer, str) and len(answer) > INLINE_LIMIT:
            return self._blob(digest, "text", answer.encode("utf-8", "surrogatepass"))
        text = canonical(answer)
        if len(text) > INLINE_LIMIT:
            return self._blob(digest, "json", text.encode("ascii"))
        return {"answer": answer}

    def _blob(self, digest: str, kind: str, content: bytes) -> dict[str, Json]:
        path = self.folder / BLOBS / f"{digest}.txt"
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return {"blob": digest, "blob_kind": kind}

    def _append(self, line: dict[str, Json]) -> None:
        with writing(self.folder):
            if self._lines is None:
                self.folder.mkdir(parents=True, exist_ok=True)
                self._lines = (self.folder / LINES).open("a", encoding="ascii")
            self._lines.write(json.dumps(line, allow_nan=False) + "\n")
            self._lines.flush()


#: Reads a file by its path relative to the evidence folder; raises OSError.
Read = Callable[[str], bytes]


def read_evidence(folder: Path) -> list[Observation]:
    """All observations of an evidence folder, see `parse_evidence`."""
    return parse_evidence(lambda name: (folder / name).read_bytes(), str(folder))


def parse_evidence(read: Read, where: str) -> list[Observation]:
    """All observations in the order in which they were made, with citations merged in.

    EvidenceError names file and line if one is not JSON, lacks a field or does not match its sha256. A last line that
    was cut off because the run was killed is ignored.
    """
    path = f"{where}/{LINES}"
    try:
        content = read(LINES).decode("ascii", "replace")
    except FileNotFoundError:
        raise EvidenceError(
            f"{path} is not there", "name a run folder that holds evidence/observations.jsonl"
        ) from None
    except OSError as problem:
        raise EvidenceError(f"{path} cannot be read ({problem.strerror})", "take another bundle") from None
    found: dict[str, Observation] = {}
    complete = content if content.endswith("\n") else content[: content.rfind("\n") + 1]
    for number, text in enumerate(complete.splitlines(), 1):
        try:
            _read_line(read, json.loads(text), found)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError, RecursionError) as problem:
            why = _in_words(problem)
            raise EvidenceError(f"{path}:{number}: no observation ({why})", "take an undamaged bundle") from None
    return list(found.values())


def _in_words(problem: Exception) -> str:
    if isinstance(problem, KeyError):
        return f"{problem} is missing"
    if isinstance(problem, RecursionError):
        return "nested too deeply"
    return str(problem) if isinstance(problem, (ValueError, OSError)) else "a field is missing, or of another type"


def _read_line(read: Read, line: dict[str, Json], found: dict[str, Observation]) -> None:
    if "cite" in line:
        found[line["cite"]].asked_by.append(line["by"])
        return
    blob = line.pop("blob", None)
    if blob is not None:
        line["answer"] = _read_blob(read, blob, line.pop("blob_kind"))
    observation = Observation(**line)
    _demand_types(observation)
    if fingerprint(observation.answer) != observation.sha256:
        raise ValueError(f"{observation.id} does not match its sha256")
    found[observation.id] = observation


def _demand_types(observation: Observation) -> None:
    """ValueError for a field whose type differs from what this suite writes."""
    texts = ("id", "scope", "subject", "question", "sha256")
    if not all(isinstance(getattr(observation, one), str) for one in texts):
        raise ValueError("a text is missing")
    if not all(isinstance(one, str) for one in observation.asked_by) or not isinstance(observation.failed, bool):
        raise ValueError("a requirement id or a yes or no is missing")
    datetime.fromtimestamp(observation.at_wall, timezone.utc)
    if not math.isfinite(observation.at_monotonic) or not isinstance(observation.number, int):
        raise ValueError("a number is missing")


def _read_blob(read: Read, digest: str, kind: str) -> Json:
    if Path(digest).name != digest:
        raise ValueError(f"{digest} is not the name of a blob")
    text = read(f"{BLOBS}/{digest}.txt").decode("utf-8", "surrogatepass")
    return text if kind == "text" else json.loads(text)
