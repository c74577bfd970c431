"""A JVM's thread dump, as SIGQUIT lets it write one: which shutdown hooks still work, and what each waits in.

A stop that does not end is explained by them: the JVM halts when the last of its hooks has returned.
"""

import re
from itertools import zip_longest

BEGIN, END = "Full thread dump", "JNI global ref"
#: Code that runs in a hook of the JVM: Carbon's own, and Spark's through Hadoop's manager
#: (docs/product/outages.md#a-graceful-stop-that-does-not-end).
_HOOKS = ("CarbonServerManager.shutdown", "ShutdownHookManager")
_THREAD = re.compile(r'^"([^"\n]{0,200})"', re.MULTILINE)
_FRAME = re.compile(r"^\s+at ([\w.$<>/]+)\(", re.MULTILINE)
#: Waiting itself, in whatever library: what is waited for stands below.
_PLUMBING = re.compile(r"(?:java|jdk|sun|scala)\.|.*\.(?:awaitResult|waitForStop)$|.*\$\$anon|.*\.tryLog")
_SHOWN = 2


def newest(console: str) -> str:
    """The newest dump in what a JVM printed, "" when there is none that is complete."""
    begin, end = console.rfind(BEGIN), console.rfind(END)
    return console[begin:end] if 0 <= begin < end else ""


def hooks(dump: str) -> list[str]:
    """Each shutdown hook that has not returned, for the operator: its thread, and where it waits."""
    threads = list(_THREAD.finditer(dump))
    found = []
    for thread, following in zip_longest(threads, threads[1:]):
        frames = _FRAME.findall(dump, thread.end(), following.start() if following else len(dump))
        if any(hook in frame for hook in _HOOKS for frame in frames):
            own = [frame for frame in frames if not _PLUMBING.match(frame)][:_SHOWN]
            found.append(f"{thread[1]} in {' of '.join(own) or frames[0]}")
    return found
