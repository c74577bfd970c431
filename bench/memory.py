"""Memory of a process tree while it runs."""

from __future__ import annotations

import threading

import psutil

#: Proportional set sizes cost a walk over all mappings, so they are taken rarely.
_EVERY_S = 2.0


class PeakMemory:
    """Samples the summed proportional set size of a process and all its descendants; shared pages count once."""

    def __init__(self, pid: int) -> None:
        self.peak_bytes = 0
        self._root = psutil.Process(pid)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._stop.wait(_EVERY_S):
            self.peak_bytes = max(self.peak_bytes, sum(map(_pss, self._tree())))

    def _tree(self) -> list[psutil.Process]:
        try:
            return [self._root, *self._root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


def _pss(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
        return 0
