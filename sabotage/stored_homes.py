"""The homes' files in a stored run: its answers about them change as if the files themselves had been changed."""

import hashlib
import re
from pathlib import Path, PurePosixPath
from typing import Any

from conformance.deployment import description
from conformance.deployment.spec import ClusterSpec
from conformance.errors import EvidenceError
from conformance.evidence.observation import Json, Observation
from conformance.node import server_start
from conformance.node.home.jdbc_driver import LIBRARIES
from conformance.node.home.start_options import StartOptions
from conformance.node.home.xml_source import decode_xml
from conformance.node.log.event import decode
from conformance.node.log.follower import LOG_PATH
from sabotage.homes import CannotBreak
from sabotage.stored_run import Edit, StoredRun

_LOG = f"start log: {LOG_PATH}"
_LOG_IS_WHOLE = "log ends with a whole line"
_NAMES, _PRESENCE, _DIGESTS = "names in", "presence of", "SHA-256 of the files in"
_DRIVERS = f"driver classes of the jars in {LIBRARIES}"
_APP = "event receivers in"
_NO_ARCHIVE = "cannot be opened: File is not a zip file"
_DECLARED = re.compile(r"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


class StoredHomes:
    """See sabotage.homes.Homes."""

    def __init__(self, run: StoredRun) -> None:
        self.run = run

    @property
    def spec(self) -> ClusterSpec:
        """The cluster as the run recorded it."""
        return description.spec_of(self._deployment, "the stored run")

    @property
    def single_host(self) -> bool:
        """Whether the run recorded that both nodes share one host."""
        return bool(self._deployment["single_host"])

    @single_host.setter
    def single_host(self, value: bool) -> None:
        self.run.put("cluster", description.QUESTION, {**self._deployment, "single_host": value})

    def state(self, node: str, **changes: object) -> None:
        """Change what the run recorded about a node."""
        state, plain = self._deployment, {name: _plain(value) for name, value in changes.items()}
        nodes = [{**one, **plain} if one["name"] == node else one for one in state["spec"]["nodes"]]
        self.run.put("cluster", description.QUESTION, {**state, "spec": {**state["spec"], "nodes": nodes}})

    def names(self, node: str, folder: str) -> list[str]:
        """Return names in a folder that the run listed."""
        return list(self._answer(node, f"{_NAMES} {folder}") or ())

    def read(self, node: str, path: str) -> bytes:
        """Return a file that the run read, in the encoding that it declares."""
        answer = self._answer(node, _question(path))
        if not isinstance(answer, str):
            raise CannotBreak(f"{node} {path}: the stored run did not read it", "take a run that did")
        declared = _DECLARED.match(answer)
        return answer.encode(declared[1] if declared else "utf-8", "surrogatepass")

    def write(self, node: str, path: str, data: bytes) -> None:
        """Change the answers as if the run had found this file."""
        if path == LOG_PATH:
            self.run.put(node, _LOG, decode(data))
            self.run.put(node, _LOG_IS_WHOLE, data.endswith(b"\n"))
            return
        text = decode_xml(node, path, data) if path.endswith(".xml") else data.decode("utf-8", "replace")
        self.run.put(node, _question(path), text)
        self.run.put(node, f"{_PRESENCE} {path}", True)
        self._appears(node, _place(path)[0])
        if path == StartOptions.PATH:
            # The script counts only for a server whose command line is unknown.
            self.run.put(node, server_start.QUESTION, None)
        if path.endswith(".car"):
            self.run.put(node, f"{_APP} {path}", {"definitions": {}, "problem": _NO_ARCHIVE})
        folder, name = _place(path)
        self._change(node, f"{_NAMES} {folder}", lambda names: sorted({*names, name}), [])
        self._change(node, f"{_DIGESTS} {folder}", lambda every: {**every, name: hashlib.sha256(data).hexdigest()}, {})
        if folder == LIBRARIES:
            broken = {"classes": [], "problem": _NO_ARCHIVE}
            self._change(node, _DRIVERS, lambda jars: {**jars, name: broken}, {})

    def remove(self, node: str, path: str) -> None:
        """Change the answers as if the run had found no such file."""
        folder, name = _place(path)
        asked = self._observation(node, _question(path))
        if asked is None and name not in self.names(node, folder):
            raise CannotBreak(f"{node} {path}: the stored run did not see it", "take a run that did")
        for question in (_question(path), *((_LOG_IS_WHOLE,) if path == LOG_PATH else ())):
            self._lose(node, question, path)
        self.run.put(node, f"{_PRESENCE} {path}", False)
        self._change(node, f"{_NAMES} {folder}", lambda names: [one for one in names if one != name], [])
        self._change(node, f"{_DIGESTS} {folder}", lambda every: _without(every, name), {})
        if folder == LIBRARIES:
            self._change(node, _DRIVERS, lambda jars: _without(jars, name), {})

    @property
    def _deployment(self) -> Any:
        return self._answer("cluster", description.QUESTION)

    def _appears(self, node: str, folder: str) -> None:
        """Make the listings of the parent folders contain a folder, if the run listed them."""
        while "/" in folder:
            around, name = _place(folder)
            if self._observation(node, f"{_NAMES} {around}"):
                self._change(node, f"{_NAMES} {around}", lambda names, name=name: sorted({*names, name}), [])  # type: ignore[misc]
            folder = around

    def _lose(self, node: str, question: str, path: str) -> None:
        if self._observation(node, question):
            gone = EvidenceError(f"{node} {path}: cannot be read (No such file or directory)", "put the file back")
            self.run.fail(question, lambda one: one.key == ("", node, question, 1), str(gone), EvidenceError)

    def _change(self, node: str, question: str, edit: Edit, empty: Json) -> None:
        """Change the answer about a folder, even if the run did not ask, because the suites may ask now."""
        answer = self._answer(node, question)
        self.run.put(node, question, edit(empty if answer is None else answer))

    def _answer(self, subject: str, question: str) -> Json:
        found = self._observation(subject, question)
        return None if found is None or found.failed else found.answer

    def _observation(self, subject: str, question: str) -> Observation | None:
        return next(iter(self.run.find(lambda one: one.key == ("", subject, question, 1))), None)


def _question(path: str) -> str:
    return _LOG if path == LOG_PATH else f"file {path}"


def _place(path: str) -> tuple[str, str]:
    place = PurePosixPath(path)
    return str(place.parent), place.name


def _plain(value: object) -> Json:
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, Path) else value


def _without(every: dict[str, Json], name: str) -> dict[str, Json]:
    return {one: entry for one, entry in every.items() if one != name}
