"""bin/wso2server.sh: the memory that it gives to Carbon's JVM."""

import re
from collections.abc import Callable
from functools import cached_property

from conformance.judgement.located import Located, Where
from conformance.judgement.requirement import not_assessed
from conformance.node.home.start_options import StartOptions

_OPTION = re.compile(r"(?:-Xmx|-XX:MaxHeapSize=)(\$\{[^}]*\}|[^\s\"';}]+)")
_VARIABLE = re.compile(r"\$\{?(\w+)(?::?-([^}]*))?\}?")
_SIZE = re.compile(r"([0-9]{1,15})([kmgt]?)b?", re.IGNORECASE)
#: Environment variable that may override the script's memory options.
MEMORY = "JVM_MEM_OPTS"
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}


def size(text: str) -> int | None:
    """Bytes of a size such as 4g or 512m, as for the JVM and Spark, or of a plain number; otherwise None."""
    match = _SIZE.fullmatch(text.strip())
    return None if match is None else int(match[1]) * _UNITS[match[2].lower()]


def mebibytes(value: Located) -> int:
    """A size in mebibytes. AssertionError if the value is not a size."""
    number = size(value)
    if number is None:
        raise AssertionError(f"{value.found}, expected a size such as 4g or 512m")
    return number >> 20


class StartScript:
    """The start script of one node."""

    PATH = "bin/wso2server.sh"

    def __init__(self, node: str, text: str, sourced: Callable[[str], str] = lambda _: "") -> None:
        """`sourced` returns the text of a script that this one reads; "" if there is none."""
        self._node = node
        self._options = StartOptions(node, text, sourced)
        lines = text.splitlines()
        self._lines = [(number, line) for number, line in enumerate(lines, 1) if not line.lstrip().startswith("#")]

    @cached_property
    def heaps(self) -> list[Located]:
        """The JVM's maximum heap; several values if branches of the script decide.

        NotAssessed if the script leaves it to its environment. AssertionError for a value that the JVM rejects.
        """
        found = self._options.candidates(_OPTION)
        if not found:
            return not_assessed(f"{self._node} {self.PATH}: names no -Xmx, so the environment decides")
        heaps = [self._resolved(Located(one, self._placed(one.where))) for one in found]
        for heap in heaps:
            if heap.lower().endswith("b"):
                raise AssertionError(f"{heap.found}, expected a size such as 4g or 512m")
        # The script for Windows counts where it alone was edited.
        other = [one for one in self._options.in_batch(_OPTION) if (size(one) or 0) > max(map(mebibytes, heaps)) << 20]
        return [*heaps, *other]

    @property
    def heap(self) -> Located:
        """The smallest possible heap."""
        return min(self.heaps, key=lambda heap: size(heap) or 0)

    @property
    def yields(self) -> bool:
        """Whether the environment may set the heap instead of this script."""
        return any(MEMORY in line for _, line in self._lines)

    def _placed(self, where: Where) -> Where:
        """The exact line of an option: a command's place is its first line."""
        if where.path != self.PATH:
            return where
        lines = (number for number, line in self._lines if number >= (where.line or 1) and where.xpath in line)
        return where._replace(line=next(lines, where.line))

    def _resolved(self, value: Located) -> Located:
        """The value of a variable that the script sets, or its default."""
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
