"""What ran a run."""

import subprocess
from pathlib import Path

from conformance.evidence import provenance


def git(folder: Path, *arguments: str) -> None:
    """Run git in the test's own repository."""
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.invalid"]
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


def test_a_commit_and_its_changes_are_reported_and_a_folder_that_is_no_repository_has_none(tmp_path, monkeypatch):
    repository = tmp_path / "repository"
    repository.mkdir()
    git(repository, "init", "-q")
    git(repository, "commit", "-q", "--allow-empty", "-m", "first")
    clean = provenance.commit(repository)
    (repository / "new.txt").write_text("x")
    assert clean[0] is not None
    assert len(clean[0]) == 40
    assert (clean[1], provenance.commit(repository)) == (False, (clean[0], True))
    (tmp_path / ".git").write_text("gitdir: nowhere\n")
    assert provenance.commit(tmp_path) == (None, None)
    monkeypatch.setenv("PATH", "")
    assert provenance.commit(repository) == (None, None)


def test_the_machine_is_reported():
    machine = provenance.machine()
    assert machine["cpus"] >= 1
    assert machine["memory_bytes"] > 2**20
