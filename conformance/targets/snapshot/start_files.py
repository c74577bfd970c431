"""Options of a start in files beside a home: units of systemd, environment files, files of Docker.

Whether a node is started by them only its host knows, so that what they change is not assessed.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import PurePosixPath

from conformance.archive import file_tree
from conformance.archive.file_tree import FileTree

_NAMES = re.compile(r".*\.(service|conf|env|ya?ml)|\.env.*|.*(docker|container)file.*", re.IGNORECASE)
#: Where a host has them, below a folder in which the home is.
_FOLDERS = ("", "etc/systemd/system", "etc/default", "etc/sysconfig")
#: In these each name is that of an environment file.
_ANY = ("default", "sysconfig")
#: Nothing else of these files is read, because they hold passwords.
_OPTION = re.compile(r"-Xmx\w+|-XX:MaxHeapSize=\w+|-D(?:portOffset|hazelcast\.config)=[^\s\"',\]]*")


def beside(tree: FileTree, home: str) -> str:
    """The options, in the form of StartOptions.BESIDE."""
    return "".join(f"{path}\t{number}\t{option}\n" for path in _files(tree, home) for number, option in _in(tree, path))


def _files(tree: FileTree, home: str) -> Iterator[str]:
    for around in dict.fromkeys((home, *map(str, PurePosixPath(home).parents))):
        for folder in (PurePosixPath(around, one) for one in _FOLDERS):
            with suppress(OSError):
                names = tree.names(str(folder))
                yield from (str(folder / one) for one in names if folder.name in _ANY or _NAMES.fullmatch(one))


def _in(tree: FileTree, path: str) -> Iterator[tuple[int, str]]:
    with suppress(OSError):
        lines = file_tree.read(tree, path).decode("utf-8", "replace").splitlines()
        for number, line in enumerate(lines, 1):
            if not line.lstrip().startswith(("#", ";")):
                yield from ((number, option) for option in _OPTION.findall(line))
