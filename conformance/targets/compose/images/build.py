"""Builds the images of a node and of MySQL from the cache and the Dockerfiles of compose/."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from conformance.pack import home
from conformance.pack.built import PackKind
from conformance.pack.steps import das_base
from conformance.project import ROOT
from conformance.targets.compose.images import base, docker_command
from conformance.targets.compose.images.base import Say
from conformance.targets.embedded.prepare import Prepared, prepare
from conformance.targets.shared.choice import LabOptions

COMPOSE = ROOT / "compose"
NODE, MYSQL = "das-conformance-node", "das-conformance-mysql"
#: Label of a node image with the product facts that the report shows (JSON).
IDENTITY = "das-conformance.identity"


class Images(NamedTuple):
    """Image names; their tags change with the content."""

    node: str
    mysql: str

    @property
    def missing(self) -> list[str]:
        """Names of the images that Docker lacks. ConformanceError if Docker cannot be asked."""
        return [name for name in (self.node, self.mysql) if not docker_command.run(["image", "ls", "--quiet", name])]


def names(options: LabOptions) -> Images:
    """Return the image names for the present suite, pack and MySQL; fetches only what the cache lacks."""
    return _names(prepare(options, lambda *_: None), options)


def ensure(options: LabOptions, base_image: str, say: Say) -> Images:
    """Build missing images on `base_image`, or on a base of Debian packages if that is "". Raises ConformanceError."""
    prepared = prepare(options, lambda *_: None)
    images = _names(prepared, options)
    missing = images.missing
    on = (base_image or base.ensure(say)) if missing else ""
    if images.node in missing:
        say(f"{images.node}: building")
        with _node_context(prepared) as context:
            identity = json.dumps({**prepared.pack.identity, "java": prepared.java.version})
            arguments = [f"BASE={on}", f"PACK_KIND={(PackKind.VENDOR if options.das_pack else PackKind.PUBLIC).value}"]
            docker_command.build(images.node, COMPOSE / "node.Dockerfile", context, arguments, {IDENTITY: identity})
    if images.mysql in missing:
        say(f"{images.mysql}: building")
        with _mysql_context(prepared) as context:
            docker_command.build(images.mysql, COMPOSE / "mysql.Dockerfile", context, [f"BASE={on}"])
    for image, name in ((images.node, NODE), (images.mysql, MYSQL)):
        docker_command.run(["tag", image, f"{name}:latest"])
    return images


def _names(prepared: Prepared, options: LabOptions) -> Images:
    node = hashlib.sha256(json.dumps([prepared.pack.identity, prepared.java.version], sort_keys=True).encode())
    for path in (COMPOSE / "node.Dockerfile", *_sources()):
        node.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    mysql = hashlib.sha256(prepared.mysql.release.encode())
    for name in ("mysql.Dockerfile", "mysql-entrypoint"):
        mysql.update((COMPOSE / name).read_bytes())
    return Images(f"{NODE}:{node.hexdigest()[:12]}", f"{MYSQL}:{options.mysql}-{mysql.hexdigest()[:12]}")


def _sources() -> list[Path]:
    """The files that configure a home: Python modules, and the files that they copy into it."""
    code = ROOT / "conformance"
    return sorted({*code.rglob("*.py"), *(path for path in das_base.FILES.rglob("*") if path.is_file())})


@contextmanager
def _node_context(prepared: Prepared) -> Iterator[Path]:
    with docker_command.context() as folder:
        home.make(prepared.pack.path, folder / "template")
        shutil.copytree(prepared.java.home, folder / "java", symlinks=True)
        for path in _sources():
            target = folder / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
        yield folder


@contextmanager
def _mysql_context(prepared: Prepared) -> Iterator[Path]:
    with docker_command.context() as folder:
        shutil.copytree(prepared.mysql.base, folder / "mysql", symlinks=True, copy_function=os.link)
        shutil.copy2(COMPOSE / "mysql-entrypoint", folder)
        yield folder
