"""bin/load-spark-env-vars.sh: what the start script exports to the JVM (page: step 6).

The start script reads it before Java starts, and what the start script itself exports after that wins. See
docs/product/spark.md#home-and-address.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from conformance.errors import EvidenceError
from conformance.judgement.located import Located, Where
from conformance.node.home.shell_commands import ASSIGNMENT, EXPORTS, READS, Command, bare, commands
from conformance.node.home.start_script import StartScript

LOCAL_IP = "SPARK_LOCAL_IP"
_NAME = "load-spark-env-vars.sh"
#: Characters of a script.
_LONGEST = 1 << 20


class SparkEnvironment:
    """Environment of one node's Spark, as far as it can be read without running the script."""

    PATH = f"bin/{_NAME}"

    def __init__(self, node: str, text: str, start: str = "") -> None:
        """`text` is the script, `start` the start script that reads it; each is "" where it is missing."""
        self._script = Where(node, self.PATH)
        for where, script in ((self._script, text), (Where(node, StartScript.PATH), start)):
            if len(script) > _LONGEST:
                raise EvidenceError(f"{where}: has {len(script)} characters", "put the product's own script there")
        self._assigned: dict[str, Located] = {}
        self._exported: set[str] = set()
        before, after = _parted_by_reading(start)
        self._run_all(StartScript.PATH, before)
        self._run_all(self.PATH, commands(text))
        self._run_all(StartScript.PATH, after)

    @cached_property
    def local_ip(self) -> Located:
        """The exported SPARK_LOCAL_IP; where it is not exported the missing value, which tells if it is assigned."""
        value = self._assigned.get(LOCAL_IP)
        if value is not None and LOCAL_IP in self._exported:
            return value
        note = f"export {LOCAL_IP} (absent)" if value is None else f"{LOCAL_IP} (assigned, but not exported)"
        return Located.missing(replace(self._script if value is None else value.where, xpath=note))

    @property
    def computed(self) -> bool:
        """Whether only a running shell can tell SPARK_LOCAL_IP: it is made of variables or commands."""
        return bool(re.search(r"[$`*?]", self.local_ip))

    def _run_all(self, path: str, script: Sequence[Command]) -> None:
        for line, words in script:
            self._run(Where(self._script.node, path, line), bare(words))

    def _run(self, command: Where, words: list[str]) -> None:
        exporting = bool(words) and words[0] in EXPORTS
        for word in words:
            assignment = ASSIGNMENT.fullmatch(word)
            if assignment:
                name, value = assignment.groups()
                self._assigned[name] = Located(value, replace(command, xpath=name))
            if exporting:
                self._exported.add(assignment[1] if assignment else word)
        if words and words[0] == "unset":
            for name in words[1:]:
                self._assigned.pop(name, None)


def _parted_by_reading(start: str) -> tuple[Sequence[Command], Sequence[Command]]:
    """The start script's own commands before it reads the script and after that; all of them after, if it does not.

    Only those with which a line begins: what is indented, or follows a test, may never be run.
    """
    lines = start.split("\n")
    sure = [(line, words) for line, words in commands(start) if lines[line - 1].startswith(words[0])]
    reading = [at for at, (_, words) in enumerate(sure) if words[0] in READS and words[-1].endswith(_NAME)]
    at = reading[-1] if reading else 0
    return sure[:at], sure[at:]
