"""Finds the commands of a shell script that surely run, and those in branches that only the running shell decides."""

from collections.abc import Callable, Sequence
from enum import IntEnum, auto

from conformance.node.home.shell_commands import ASSIGNMENT, EXPORTS, KEYWORDS, LINKS, READS, VARIABLE, bare

#: Commands that do not fail, so that a command after `&&` runs.
_SUCCEED = (*EXPORTS, *READS, "cd", ":", "true", "echo", "set", "readonly", "unset", "mkdir", "umask")
_FILE_TESTS = {"-f", "-r", "-e", "-s", "-x"}


class _Run(IntEnum):
    """Whether a branch runs; in one that depends on a file, only reading that file counts as run."""

    SURELY = auto()
    WITH_FILE = auto()
    MAYBE = auto()


class Branches:
    """Follows a script command by command; a branch for an unset variable is taken."""

    def __init__(self, is_set: Callable[[str], bool], *, surely: bool = True) -> None:
        """`is_set` returns whether the script has set a variable; `surely`: whether the script itself runs."""
        self._is_set = is_set
        #: For each open branch, how sure it and its outer branches are.
        self._open = [_Run.SURELY if surely else _Run.MAYBE]
        self._chain = _Run.SURELY
        self._asking = False
        self._last: list[str] = []

    def enter(self, words: Sequence[str]) -> bool:
        """Take the next command with its keywords; returns whether it surely runs."""
        link, *rest = words if words[0] in LINKS else ("", *words)
        self._chain = self._after(link) if link else _Run.SURELY
        if self._asking and link:
            self._open[-1] = max(self._open[-1], self._outcome(link, rest))
        for number, word in enumerate(rest):
            self._keyword(word, rest[number + 1 :])
            if word not in KEYWORDS:
                break
        self._last = bare(words)
        found = max(self._open[-1], self._chain)
        return found is _Run.SURELY or (found is _Run.WITH_FILE and any(word in READS for word in self._last[:1]))

    def _keyword(self, word: str, rest: Sequence[str]) -> None:
        if word == "if":
            self._enclosed(self._outcome("&&", rest))
            self._asking = True
        elif word == "then":
            self._asking = False
        elif word in ("case", "function"):
            self._enclosed(_Run.MAYBE)
        elif word == "{":
            self._enclosed(self._chain)
        elif word in ("elif", "else") and len(self._open) > 1:
            self._open[-1] = _Run.MAYBE
            self._asking = word == "elif"
        elif word in ("fi", "esac", "}") and len(self._open) > 1:
            self._open.pop()

    def _enclosed(self, run: _Run) -> None:
        self._open.append(max(self._open[-1], run))

    def _after(self, link: str) -> _Run:
        """Whether a command runs that `link` connects to the last one."""
        if self._chain is not _Run.SURELY or not self._last:
            return _Run.MAYBE
        return self._outcome(link, self._last)

    def _outcome(self, link: str, words: Sequence[str]) -> _Run:
        """Whether a command after `link` runs, as far as the script shows."""
        if link not in ("&&", "||") or not words:
            return _Run.MAYBE
        asked = [match[1] or match[2] for word in words for match in VARIABLE.finditer(word)]
        if ("-z" if link == "&&" else "-n") in words and not any(map(self._is_set, asked)):
            return _Run.SURELY
        if link == "&&" and (words[0] in _SUCCEED or ASSIGNMENT.fullmatch(words[0])):
            return _Run.SURELY
        return _Run.WITH_FILE if link == "&&" and _FILE_TESTS & {*words} else _Run.MAYBE
