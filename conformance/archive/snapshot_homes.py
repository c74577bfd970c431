"""Finds the DAS homes among handed-in files: one folder per node, with the home in it or one level deeper."""

from collections.abc import Mapping
from posixpath import commonpath

from conformance.archive import file_tree, topology
from conformance.archive.archive import SUFFIXES
from conformance.archive.file_tree import FileTree
from conformance.archive.topology import Topology
from conformance.deployment.interface import NotCollected
from conformance.errors import ConformanceError

_CONF = "repository/conf"
#: Maximum depth and number of folders to search for a home, and maximum names in a message.
_DEEPEST, _MOST_FOLDERS, _SHOWN = 10, 2000, 4
#: Extensions of archives that are not read.
_NOT_READ = (".7z", ".rar", ".zst")
_LAYOUT = f"put each node's home into a folder of its own, so that NODE/{_CONF} or NODE/HOME/{_CONF} is there"


def find(tree: FileTree, where: str, top_name: str) -> tuple[dict[str, str], Topology]:
    """Node names with the paths of their homes, and topology.toml's content. Names are the folders' names, in order.

    A home at the top itself is named `top_name`. ConformanceError if there is none, or the topology names another.
    """
    base = _base(tree)
    stated = _topology(tree, base, where)
    if stated.nodes:
        homes = {name: _named(tree, base, node.folder, where) for name, node in stated.nodes.items()}
    else:
        homes = {top_name: base} if _is_home(tree, base) else _below_or_deeper(tree, base)
    if len({tree.identity(home) for home in homes.values()}) == 1 < len(homes):
        raise ConformanceError(f"{where}: {' and '.join(homes)} have one home, {next(iter(homes.values()))}", _LAYOUT)
    if not homes:
        raise ConformanceError(
            f"{where}: no DAS home in it (no folder {_CONF}; links that lead out are not followed){archives(tree)}",
            _LAYOUT,
        )
    return homes, stated


def _base(tree: FileTree) -> str:
    """The folder that contains the nodes: the top, or its only folder if that contains them."""
    folders = _folders(tree, "")
    alone = len(folders) == 1 and not _is_home(tree, "") and not _below(tree, "")
    return folders[0] if alone else ""


def _below_or_deeper(tree: FileTree, base: str) -> dict[str, str]:
    """The homes right below; where that is one or none, those at any depth."""
    below = _below(tree, base)
    if len(below) > 1:
        return below
    deeper = _deeper(tree)
    return _named_apart(deeper) if len(deeper) > len(below) else below


def _below(tree: FileTree, base: str) -> dict[str, str]:
    found = {name: _home_in(tree, _join(base, name)) for name in _folders(tree, base)}
    return {name: home for name, home in found.items() if home}


def _home_in(tree: FileTree, folder: str) -> str:
    """The home in a node's folder, or "". Two homes side by side belong to two nodes, not to this folder."""
    if _is_home(tree, folder):
        return folder
    deeper = [_join(folder, name) for name in _folders(tree, folder) if _is_home(tree, _join(folder, name))]
    return deeper[0] if len({tree.identity(home) for home in deeper}) == 1 else ""


def _deeper(tree: FileTree, top: str = "") -> list[str]:
    """Homes anywhere below a folder, each once, even inside their host's path or beside other folders."""
    found: dict[object, str] = {}
    level = [top]
    for _ in range(_DEEPEST):
        for folder in level:
            if _is_home(tree, folder):
                found.setdefault(tree.identity(folder), folder)
        around = [folder for folder in level if folder not in found.values()]
        level = [_join(folder, name) for folder in around for name in _folders(tree, folder)][:_MOST_FOLDERS]
    return [*found.values()]


def _named_apart(homes: list[str]) -> dict[str, str]:
    """Each home, named by the first folder in its path that differs from the others."""
    shared = len(commonpath(homes).split("/")) if len(homes) > 1 and commonpath(homes) else 0
    names = [home.split("/")[shared:] or [home] for home in homes]
    first = [name[0] for name in names]
    return dict(zip(first if len({*first}) == len(first) else map("/".join, names), homes, strict=True))


def archives(tree: FileTree) -> str:
    """Archives found instead, for a message."""
    found = [name for name in tree.names("") if name.lower().endswith((*SUFFIXES, *_NOT_READ))]
    return f"; unpack {', '.join(found[:_SHOWN])}: archives in it are not looked into" if found else ""


def _named(tree: FileTree, base: str, folder: str, where: str) -> str:
    home, deeper = _home_in(tree, _join(base, folder)), _deeper(tree, _join(base, folder))
    if not home and len(deeper) != 1:
        raise ConformanceError(f"{where}/{topology.FILE}: no DAS home in folder {folder!r}", _LAYOUT)
    return home or deeper[0]


def _topology(tree: FileTree, base: str, where: str) -> Topology:
    place = f"{where}/{_join(base, topology.FILE)}"
    try:
        return topology.parse(file_tree.read(tree, _join(base, topology.FILE)), place)
    except NotCollected:
        return Topology()
    except OSError as problem:
        raise ConformanceError(f"{place}: cannot be read ({problem.strerror})", "correct or remove it") from None


def _is_home(tree: FileTree, path: str) -> bool:
    return tree.is_folder(_join(path, _CONF))


def _folders(tree: FileTree, path: str) -> list[str]:
    """Names of the folders in a folder, without those that operating systems add."""
    try:
        names = tree.names(path)
    except OSError:
        return []
    ours = [name for name in names if not name.startswith((".", "__MACOSX"))]
    return [name for name in ours if tree.is_folder(_join(path, name))]


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def listing(homes: Mapping[str, str]) -> str:
    """The found homes, for a message."""
    return ", ".join(f"{name} ({home})" if home not in ("", name) else name for name, home in homes.items())
