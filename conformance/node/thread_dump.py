"""A JVM's thread dump, written on SIGQUIT: which shutdown hooks still run, and what each waits for.

It explains a stop that hangs: the JVM ends only when its last hook has returned.
"""

import re
from itertools import zip_longest

BEGIN, END = "Full thread dump", "JNI global ref"
#: Code of the JVM's shutdown hooks: Carbon's own, and Spark's through Hadoop's manager
#: (docs/product/outages.md#a-graceful-stop-that-does-not-end).
_HOOKS = ("CarbonServerManager.shutdown", "ShutdownHookManager")
_THREAD = re.compile(r'^"([^"\n]{0,200})"', re.MULTILINE)
_FRAME = re.compile(r"^\s+at ([\w.$<>/]+)\(", re.MULTILINE)
#: Frames of the waiting itself, in any library; the frame below shows what is awaited.
_PLUMBING = re.compile(r"(?:java|jdk|sun|scala)\.|.*\.(?:awaitResult|waitForStop)$|.*\$\$anon|.*\.tryLog")
_SHOWN = 2


def newest(console: str) -> str:
    """The newest complete dump in a JVM's output; "" if there is none."""
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
