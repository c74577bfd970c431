"""Options that bin/wso2server.sh passes to the server's JVM, read without running the script.

A port offset given at the start overrides carbon.xml (docs/product/ports.md#ports-and-the-offset): a reader of only
carbon.xml looks for the node on ports where nothing listens.
"""

import posixpath
import re
from collections.abc import Callable
from itertools import dropwhile
from typing import NamedTuple

from conformance.judgement.located import Located, Where
from conformance.node.home.shell_branches import Branches
from conformance.node.home.shell_commands import ASSIGNMENT, EXPORTS, READS, VARIABLE, bare, commands
from conformance.node.server_command import MAIN_CLASS

#: The product's system property for the offset, and Hazelcast's for its file.
PORT_OFFSET, HAZELCAST_CONFIG = "portOffset", "hazelcast.config"
#: The stock script's variable for options.
_OPTIONS = "JAVA_OPTS"
_SCRIPT = "wso2server.sh"
#: A comment of a script for Windows.
_REMARK = re.compile(r"\s*@?(?:rem\b|::)", re.IGNORECASE)
#: Stands for all arguments of a script.
_ARGUMENTS = "@"
#: Commands that may name the script without starting it.
_NEVER_STARTS = ("echo", "printf", "test", "[", "[[", "exit")
#: Gives an unset variable a default, as an argument of a command without effect.
_DEFAULT = re.compile(r"\$\{(\w+):?=(.*)\}", re.DOTALL)
#: A sourced script: its path in the home, or its name, which is looked up in bin.
_IN_HOME = re.compile(r"\$(?:CARBON_HOME|\{CARBON_HOME\})/+([\w./-]+)")
_SOURCED = re.compile(r"(?:.*[/)`\"'])?([\w.-]+)")
#: Maximum characters of a composed value, and maximum number of scripts.
_LONGEST, _MOST_FILES = 1 << 16, 10


class StartOption(NamedTuple):
    """An option that was found; `certain` is False if it is in a branch that only the shell decides."""

    value: Located
    certain: bool


class _Assignment(NamedTuple):
    """A text that may contain options: a variable's value, or a start command, which has no variable."""

    variable: str
    text: str
    where: Where
    certain: bool


class StartOptions:
    """Options in one node's start script, in the scripts that it reads, and in files beside the home."""

    PATH = "bin/wso2server.sh"
    #: Windows starts this one instead.
    BATCH = "bin/wso2server.bat"
    #: Not a file, but what a snapshot has beside the home: in each line a path, a line's number and an option, by tabs.
    BESIDE = "start options beside the home"

    def __init__(self, node: str, text: str, sourced: Callable[[str], str] = lambda _: "") -> None:
        """`sourced` returns the text of another script; "" if there is none."""
        self._node = node
        self._sourced = sourced
        self._read = {self.PATH}
        self._variables: dict[str, str] = {}
        #: Variables that may have a value, certain or not.
        self._touched: set[str] = set()
        self._assigned: list[_Assignment] = []
        self._started: list[_Assignment] = []
        self._batch = [
            _Assignment("", line, Where(node, self.BATCH, number), certain=False)
            for number, line in enumerate(sourced(self.BATCH).splitlines(), 1)
            if not _REMARK.match(line)
        ]
        self._batch += [
            _Assignment("", option, Where(node, path, int(number)), certain=False)
            for path, number, option in re.findall(r"(.+)\t(\d+)\t(.+)", sourced(self.BESIDE))
        ]
        self._run(self.PATH, text)

    def option(self, name: str) -> StartOption | None:
        """The value of -Dname; the last one counts. None if the script does not set it."""
        pattern = re.compile(rf"(?<![\w$.-])-D{re.escape(name)}=([^\s\"']*)")
        found = [
            StartOption(Located(self._expanded(value), one.where._replace(xpath=f"-D{name}={value}")), one.certain)
            for one in self._texts_with(name)
            for value in pattern.findall(one.text)
        ]
        if not found:
            return None
        certain = [one.value for one in found if one.certain]
        values = {*certain[-1:], *(one.value for one in found if not one.certain)}
        return found[-1]._replace(certain=bool(certain) and len(values) == 1)

    def candidates(self, pattern: re.Pattern[str]) -> list[Located]:
        """Matches of `pattern` in the option that counts: several or none if branches of the script decide.

        The JVM uses the last option; the start command shows which variable comes last.
        """
        command = " ".join(one.text for one in self._started)
        found = [
            (_last_position(command, one.variable or match[0]), number, one, match)
            for number, one in enumerate([*self._assigned, *self._started])
            for match in pattern.finditer(one.text)
        ]
        found.sort(key=lambda ranked: ranked[:2])
        sure = max((place for place, (*_, one, _) in enumerate(found) if one.certain), default=0)
        return [Located(match[1], one.where._replace(xpath=match[0])) for *_, one, match in found[sure:]]

    def in_batch(self, pattern: re.Pattern[str]) -> list[Located]:
        """Matches of `pattern` in the script for Windows."""
        found = ((one, match) for one in self._batch for match in pattern.finditer(one.text))
        return [Located(match[1], one.where._replace(xpath=match[0])) for one, match in found]

    def _texts_with(self, name: str) -> list[_Assignment]:
        """Return the texts with this option, in the order in which the JVM reads them."""
        used = {variable for one in self._started for variable in _names_in(one.text)} | {_OPTIONS}
        through = [one for one in self._assigned if one.variable in used and f"-D{name}=" in one.text]
        direct = [one for one in [*self._batch, *self._started] if f"-D{name}=" in one.text]
        if direct and _reads_after(direct[-1].text, f"-D{name}=", {one.variable for one in through}):
            return [*direct, *through]
        return [*through, *direct]

    def _run(self, path: str, text: str, *, surely: bool = True) -> None:
        text = text.replace("\r\n", "\n")
        lines = text.split("\n")
        branches = Branches(self._touched.__contains__, surely=surely)
        for line, words in commands(text):
            certain = branches.enter(words)
            if command := bare(words):
                indented = lines[line - 1][:1] in (" ", "\t")
                self._command(command, Where(self._node, path, line), certain=certain, indented=indented)

    def _command(self, words: list[str], where: Where, *, certain: bool, indented: bool) -> None:
        first, *rest = words
        values: list[tuple[str, str]] = []
        if first in READS and rest:
            self._source(rest[0], surely=certain)
        elif first in (*EXPORTS, "readonly", "local") or ASSIGNMENT.fullmatch(first):
            matches = filter(None, map(ASSIGNMENT.fullmatch, words))
            values = [(one[1], (f"${one[1]}" if one[0][one.end(1)] == "+" else "") + one[2]) for one in matches]
        elif first == ":":
            matches = filter(None, map(_DEFAULT.fullmatch, rest))
            values = [(one[1], one[2]) for one in matches if one[1] not in self._variables]
        elif first == "setenv" and len(rest) > 1:
            values = [(rest[0], " ".join(rest[1:]))]
        elif first == "set" and rest[:1] == ["--"]:
            values = [(_ARGUMENTS, " ".join(rest))]
        elif first == "unset":
            self._assigned = [one for one in self._assigned if one.variable not in rest]
        elif first == "eval":
            text = " ".join(dropwhile("eval".__eq__, rest)).replace("\\$", "$")
            for _, inner in commands(text):
                self._command(bare(inner) or [":"], where, certain=certain, indented=indented)
        for variable, value in values:
            self._assign(_Assignment(variable, value, where, certain), indented=indented)
        if _starts(words):
            self._started.append(_Assignment("", " ".join(words), where, certain=True))

    def _assign(self, new: _Assignment, *, indented: bool) -> None:
        """An unindented line replaces the variable's value; an indented one may be in an unnoticed branch."""
        self._touched.add(new.variable)
        if new.certain:
            self._variables[new.variable] = self._expanded(new.text)
        if new.certain and not indented and new.variable not in _names_in(new.text):
            self._assigned = [one for one in self._assigned if one.variable != new.variable]
        self._assigned.append(new)

    def _source(self, word: str, *, surely: bool) -> None:
        home, match = _IN_HOME.fullmatch(word), _SOURCED.fullmatch(word)
        path = posixpath.normpath(home[1]) if home else f"bin/{match[1]}" if match else ""
        if path and not path.startswith("..") and path not in self._read and len(self._read) < _MOST_FILES:
            self._read.add(path)
            self._run(path, self._sourced(path), surely=surely)

    def _expanded(self, text: str) -> str:
        def known(match: re.Match[str]) -> str:
            return self._variables.get(_name(match), match[3] or match[0])

        return VARIABLE.sub(known, text[:_LONGEST])[:_LONGEST]


def _name(found: re.Match[str]) -> str:
    return _ARGUMENTS if found[0] == "$*" else found[1] or found[2]


def _names_in(text: str) -> set[str]:
    return {_name(found) for found in VARIABLE.finditer(text)}


def _last_position(command: str, name: str) -> int:
    """Position of the last option or of the variable of this name in a command; -1 if there is none."""
    reading = (match.start() for match in VARIABLE.finditer(command) if name == _name(match))
    return max(command.rfind(name) if name.startswith("-") else -1, *reading, -1)


def _reads_after(command: str, option: str, variables: set[str]) -> bool:
    """Whether a command reads one of these variables after its own last `option`, which then no longer counts."""
    rest = command[command.rfind(option) :]
    return bool(variables & _names_in(rest))


def _starts(words: list[str]) -> bool:
    """Whether a command starts the server, directly or through its script, or is the rest of such a command."""
    if words[0] in _NEVER_STARTS:
        return False
    return words[0].startswith(("-D", "-X")) or any(word == MAIN_CLASS or word.endswith(_SCRIPT) for word in words)
