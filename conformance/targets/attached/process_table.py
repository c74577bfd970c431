"""Reads a Linux host's processes from /proc with shell tools only, because containers often lack ps."""

import re
from collections.abc import Iterable
from typing import Any

from conformance.errors import EvidenceError
from conformance.node.server_command import MAIN_CLASS

#: Prints the machine's own facts first, then for each process its stat line, a tab, and its arguments with blanks. The
#: shell itself reads the stat line: a host has hundreds of processes, and each tool would be one more to start.
#: The kernel's threads, which have no memory (21), have no arguments.
COMMAND = r"""
printf '%s\t%s\t' "$(getconf CLK_TCK 2>/dev/null || echo 100)" "$(getconf PAGESIZE 2>/dev/null || echo 4096)"
sed -n 's/^btime //p' /proc/stat
for process in /proc/[0-9]*; do
  { IFS= read -r stat <"$process/stat"; } 2>/dev/null || continue
  printf '%s\t' "$stat"
  set -- ${stat##*) }
  [ "${21}" = 0 ] || tr '\0\n' '  ' <"$process/cmdline" 2>/dev/null
  echo
done
"""
_STATES = {"R": "running", "S": "sleeping", "D": "disk-sleep", "T": "stopped", "t": "stopped", "Z": "zombie"}
#: The server's main class, and those of Spark's processes, such as CoarseGrainedExecutorBackend.
_MAIN = re.compile(rf"(?:{re.escape(MAIN_CLASS)}|org\.apache\.spark\.[\w.$]+)$")
_JAVA = re.compile(r"(?:^|/)java$")
_STAT = re.compile(r"^(\d+) \((.*)\) (\S) (.*)$")


def parse(text: str, where: str) -> list[dict[str, Any]]:
    """Return all processes; see NodeAccess.processes. EvidenceError if the host prints something else."""
    try:
        first, *lines = text.splitlines()
        ticks, page, boot = (int(one) for one in first.split("\t"))
        return [_process(line, ticks, page, boot) for line in lines if line.strip()]
    except (ValueError, IndexError, AttributeError):
        raise EvidenceError(f"{where}: its processes cannot be read from /proc", "judge a Linux host") from None


def of_home(processes: Iterable[dict[str, Any]], home: str) -> list[dict[str, Any]]:
    """Return this home's server JVM, its start script, Spark's executors, and all processes that they started.

    Other processes may name the home too, for example one that follows its log; the suite must not end those.
    """
    every = list(processes)
    roots = [one for one in every if _is_java_of(one, home) or _is_script(one, rf"{re.escape(home)}/bin/")]
    servers = {one["ppid"] for one in roots if MAIN_CLASS in one["command"]}
    # A script that was started by a relative path is found through its child.
    roots += [one for one in every if one["pid"] in servers and _is_script(one, r"\S*")]
    found = {one["pid"] for one in roots}
    while more := {one["pid"] for one in every if one["ppid"] in found} - found:
        found |= more
    return [one for one in every if one["pid"] in found and one["status"] != "zombie"]


def _is_java_of(one: dict[str, Any], home: str) -> bool:
    command = one["command"]
    if not command or not _JAVA.search(command[0]) or not any(_MAIN.match(word) for word in command[1:]):
        return False
    return bool(re.search(rf"(?:^|[\s=:]){re.escape(home)}(?:/|[\s:]|$)", " ".join(command)))


def _is_script(one: dict[str, Any], folder: str) -> bool:
    """Whether the process is wso2server.sh itself, or the shell that runs it."""
    shell = r"(?:(?:\S*/)?(?:ba|da|k|a)?sh (?:-[^c\s]\S* )*)?"
    return bool(re.match(rf"{shell}{folder}wso2server\.sh(?:\s|$)", " ".join(one["command"])))


def _process(line: str, ticks: int, page: int, boot: int) -> dict[str, Any]:
    stat, _, arguments = line.partition("\t")
    matched = _STAT.match(stat)
    if matched is None:
        raise ValueError(line)
    pid, name, state, rest = matched.groups()
    fields = rest.split()
    return {
        "pid": int(pid),
        "ppid": int(fields[0]),
        "name": name,
        "command": arguments.split(),
        "status": _STATES.get(state, state),
        "started": boot + int(fields[18]) / ticks,
        "rss": int(fields[20]) * page,
        "cpu": round((int(fields[10]) + int(fields[11])) / ticks, 2),
    }
