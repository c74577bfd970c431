"""bin/load-spark-env-vars.sh: what the start script exports to the JVM (page: step 6).

See docs/product/spark.md#home-and-address.
"""

from __future__ import annotations

import re
from functools import cached_property

from conformance.errors import EvidenceError
from conformance.judgement.located import Located, Where
from conformance.node.home.shell_commands import ASSIGNMENT, EXPORTS, bare, commands

LOCAL_IP = "SPARK_LOCAL_IP"
#: Characters of a script.
_LONGEST = 1 << 20


class SparkEnvironment:
    """Environment of one node's Spark, as far as it can be read without running the script."""

    PATH = "bin/load-spark-env-vars.sh"

    def __init__(self, node: str, text: str) -> None:
        """`text` is the script, "" where there is none."""
        self._script = Where(node, self.PATH)
        if len(text) > _LONGEST:
            raise EvidenceError(f"{self._script}: has {len(text)} characters", "put the product's own script there")
        self._assigned: dict[str, Located] = {}
        self._exported: set[str] = set()
        for line, words in commands(text):
            self._run(line, bare(words))

    @cached_property
    def local_ip(self) -> Located:
        """The exported SPARK_LOCAL_IP; where it is not exported the missing value, which tells if it is assigned."""
        value = self._assigned.get(LOCAL_IP)
        if value is not None and LOCAL_IP in self._exported:
            return value
        note = f"export {LOCAL_IP} (absent)" if value is None else f"{LOCAL_IP} (assigned, but not exported)"
        line = None if value is None else value.where.line
        return Located.missing(Where(self._script.node, self._script.path, line, note))

    @property
    def computed(self) -> bool:
        """Whether only a running shell can tell SPARK_LOCAL_IP: it is made of variables or commands."""
        return bool(re.search(r"[$`*?]", self.local_ip))

    def _run(self, line: int, words: list[str]) -> None:
        exporting = bool(words) and words[0] in EXPORTS
        for word in words:
            assignment = ASSIGNMENT.fullmatch(word)
            if assignment:
                name, value = assignment.groups()
                where = Where(self._script.node, self._script.path, line, name)
                self._assigned[name] = Located(value, where)
            if exporting:
                self._exported.add(assignment[1] if assignment else word)
        if words and words[0] == "unset":
            for name in words[1:]:
                self._assigned.pop(name, None)
