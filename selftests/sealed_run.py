"""A small run with every kind of verdict, sealed, to be changed and sealed again as someone without its key could."""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from conformance.evidence import bundle
from reports import verify
from selftests.project import Project

CANARY = "planted-key-" + "0123456789abcdef" * 2
#: AA-01 fails on one of two nodes, BB-01 passes, CC-01 is not applicable.
SUITE = f"""
@pytest.mark.parametrize("node", ["node1", "node2"])
@requirement("AA-01")
def test_role(deployment, witness, node):
    role = witness.ask(node, "role", lambda: "active")
    assert node == "node1" or role == "passive", f"{{node}} is {{role}}"

@requirement("BB-01")
def test_file(deployment, witness):
    text = witness.ask("node1", "file carbon.xml", lambda: "<Server/> <!-- {CANARY} " + "x" * 70000 + " -->")
    assert text.startswith("<Server/>")

@requirement("CC-01")
def test_presenter(deployment, witness):
    assert witness.ask("node1", "presenter", lambda: False) is False
    not_applicable("no node is presenter")
"""
WAIVER = 'AA-01 = {{ reason = "known", owner = "operations", expires = {} }}\n'


def made(project: Project, *arguments: str) -> SealedRun:
    """The small run; its folder is moved, so that the project can run again."""
    project.suite("three", SUITE)
    project.run_once(*arguments)
    folder = project.pytester.path / "stored"
    shutil.rmtree(folder, ignore_errors=True)
    return SealedRun(project.folder.rename(folder))


def waived(project: Project, *arguments: str) -> SealedRun:
    """A run with a log, and a failure that is waived for ten days."""
    (project.folder / "logs").mkdir(parents=True)
    (project.folder / "logs" / "node1.log").write_text("started\n")
    day = datetime.now(timezone.utc).date() + timedelta(days=10)
    (project.pytester.path / "waivers.toml").write_text(WAIVER.format(day.isoformat()))
    return made(project, "--waivers=waivers.toml", *arguments)


def written(folder: Path, key: Ed25519PrivateKey) -> tuple[Path, Path]:
    private, public = folder / "key.pem", folder / "public.pem"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return private, public


def refused(run: SealedRun, capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, str]:
    capsys.readouterr()
    assert run.verify(*arguments) == 1
    printed = capsys.readouterr().out.splitlines()
    return dict(re.fullmatch(r"refused {4}(\w+): (.+)", line).groups() for line in printed)  # type: ignore[union-attr, misc]


class SealedRun:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def verify(self, *arguments: str) -> int:
        """What the verifier says: its exit code."""
        return verify.main([str(self.folder), *arguments])

    @property
    def blob(self) -> Path:
        """The one long answer."""
        (found,) = (self.folder / "evidence" / "blobs").iterdir()
        return found

    @property
    def attestation(self) -> Path:
        """What a signed run says for policy engines."""
        return self.folder / "attestation.intoto.json"

    @property
    def envelope(self) -> dict[str, Any]:
        return dict(json.loads(self.attestation.read_text()))

    @property
    def statement(self) -> dict[str, Any]:
        return dict(json.loads(base64.b64decode(self.envelope["payload"])))

    def seal(self) -> None:
        bundle.seal(self.folder)

    @contextmanager
    def signoff(self) -> Iterator[dict[str, Any]]:
        """The sign-off, to be changed; sealed again afterwards."""
        path = self.folder / "signoff.json"
        parsed = json.loads(path.read_text())
        yield parsed
        path.write_text(json.dumps(parsed))
        self.seal()

    def records(self, name: str) -> list[Any]:
        """The records in a file of the evidence, JSON lines or a JSON list."""
        text = (self.folder / "evidence" / name).read_text()
        return [json.loads(line) for line in text.splitlines()] if name.endswith("l") else list(json.loads(text))

    def change(self, name: str, change: Callable[[list[Any]], object]) -> None:
        """Change the records in a file of the evidence, and seal again."""
        records = self.records(name)
        change(records)
        text = "".join(json.dumps(one) + "\n" for one in records) if name.endswith("l") else json.dumps(records)
        (self.folder / "evidence" / name).write_text(text)
        self.seal()
