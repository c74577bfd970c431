"""Where ssh keeps the connections of one run: a folder that is nobody else's, and gone with the run."""

import shutil
import subprocess
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path

#: Not TMPDIR, which may be long: the path of a socket holds about a hundred characters.
_FOLDER = "/tmp"
#: Seconds for a connection to be told its end.
_EXIT_S = 5


class SshSockets:
    """Hands out paths of sockets; `close`, at the latest the interpreter's end, ends the connections behind them."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="das-", dir=_FOLDER))
        self.close = weakref.finalize(self, _close, self.folder)

    def path(self, number: int) -> str:
        """The socket of a node."""
        return str(self.folder / str(number))


def _close(folder: Path) -> None:
    for socket in folder.iterdir():
        command = ["ssh", "-F", "none", "-o", f"ControlPath={socket}", "-O", "exit", "that.host"]
        with suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run(command, capture_output=True, timeout=_EXIT_S, check=False, stdin=subprocess.DEVNULL)
    shutil.rmtree(folder, ignore_errors=True)
