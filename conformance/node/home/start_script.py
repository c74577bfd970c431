"""bin/wso2server.sh: how much memory it lets Carbon's JVM use."""

from __future__ import annotations

import re
from functools import cached_property

from conformance.judgement.located import Located, Where
from conformance.judgement.requirement import not_assessed

_OPTION = re.compile(r"(?:-Xmx|-XX:MaxHeapSize=)([^\s\"';]+)")
_VARIABLE = re.compile(r"\$\{?(\w+)(?::?-([^}]*))?\}?")
_SIZE = re.compile(r"([0-9]{1,15})([kmgt]?)b?", re.IGNORECASE)
#: Variable of the environment that a script may let decide over its own options of memory.
MEMORY = "JVM_MEM_OPTS"
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}


def mebibytes(value: Located) -> int:
    """A size as the JVM and Spark write it, such as 4g or 512m; plain bytes without a unit. AssertionError if none."""
    match = _SIZE.fullmatch(value.strip())
    if match is None:
        raise AssertionError(f"{value.where}: found {value.describe()}, expected a size such as 4g or 512m")
    return int(match[1]) * _UNITS[match[2].lower()] >> 20


class StartScript:
    """The start script of one node."""

    PATH = "bin/wso2server.sh"

    def __init__(self, node: str, text: str) -> None:
        self._node = node
        lines = text.splitlines()
        self._lines = [(number, line) for number, line in enumerate(lines, 1) if not line.lstrip().startswith("#")]

    @cached_property
    def heap(self) -> Located:
        """The JVM's largest heap; the last option counts. NotAssessed when the script leaves it to its environment."""
        found = [
            Located(match[1], Where(self._node, self.PATH, number, match[0]))
            for number, line in self._lines
            for match in _OPTION.finditer(line)
        ]
        if not found:
            not_assessed(f"{self._node} {self.PATH}: names no -Xmx, so the environment decides")
        return self._resolved(found[-1])

    @property
    def yields(self) -> bool:
        """Whether the environment in which it is started may set the heap instead."""
        return any(MEMORY in line for _, line in self._lines)

    def _resolved(self, value: Located) -> Located:
        """The value of a variable that the script itself sets, or its default."""
        variable = _VARIABLE.fullmatch(value)
        if variable is None:
            return value
        assigned = re.compile(rf"(?:^|[\s;]){variable[1]}=[\"']?([^\s\"';$]+)")
        found = [(number, match[1]) for number, line in self._lines if (match := assigned.search(line))]
        if found:
            return Located(found[-1][1], Where(self._node, self.PATH, found[-1][0], variable[1]))
        if variable[2]:
            return Located(variable[2], value.where)
        return not_assessed(f"{value.where}: the environment decides")
