"""Reads a home's files in a volume through a long-lived process in the observer container, one question a line."""

import json
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from conformance.errors import ConformanceError
from conformance.targets.compose import session
from conformance.targets.compose.inside.files import METHODS, packed, unpacked

#: Seconds to wait for an answer; the digests of all bundles alone take several.
_ANSWER_S = 120.0


def _asking(method: str) -> Callable[..., Any]:
    """Return a method of ContainerHome that asks the process for the same method of HomeFolder."""
    return lambda home, *arguments: home._ask(method, *arguments)


class ContainerHome:
    """The methods of conformance.targets.shared.home_folder.HomeFolder; all of them raise OSError."""

    read, read_from, write, remove, size, listing, digests, real_path = map(_asking, METHODS)

    def __init__(self, observer: str, real: str, seen: str, answer_s: float = _ANSWER_S) -> None:
        """`real` is the home's folder in the container `observer`; `seen` is where the node's processes see it."""
        self._answer_s = answer_s
        self._asked = threading.Lock()
        serve = ["python3", "-m", "conformance.targets.compose.inside", "files", real, seen]
        self._command = ["docker", "exec", "-i", observer, *serve]
        self._process: subprocess.Popen[bytes] | None = None

    def close(self) -> None:
        """Close the input of the process in the observer, which ends it; a later question starts a new process."""
        process, self._process = self._process, None
        if process is not None:
            session.end(process)
            for pipe in (process.stdin, process.stdout):
                assert pipe is not None
                # What was not sent yet cannot be sent any more.
                with suppress(OSError):
                    pipe.close()

    def _ask(self, method: str, *arguments: Any) -> Any:
        question = json.dumps({"do": method, "args": [packed(one) for one in arguments]})
        with self._asked:
            try:
                answer = json.loads(self._line(question.encode() + b"\n"))
            except (OSError, ValueError):
                self.close()
                remedy = "look into its log: docker compose logs"
                raise ConformanceError("the observer's container does not answer", remedy) from None
            except BaseException:
                # Otherwise a late answer would be read as the answer to the next question.
                self.close()
                raise
        if "error" in answer:
            raise OSError(answer["errno"], answer["error"], answer["path"])
        return unpacked(answer["told"])

    def _line(self, question: bytes) -> bytes:
        if self._process is None:
            self._process = session.start(self._command, stdin=subprocess.PIPE)
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        # After the timer ends the process, the pending read returns the end of its output.
        limit = threading.Timer(self._answer_s, session.end, [process])
        # The timer may still run if a signal comes before it is cancelled; it must not keep the suite from ending.
        limit.daemon = True
        try:
            limit.start()
            process.stdin.write(question)
            process.stdin.flush()
            return process.stdout.readline()
        finally:
            limit.cancel()
