"""A run's folder, and what ran it."""

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from conformance.errors import ConformanceError
from conformance.evidence import provenance
from conformance.targets.shared import processes, run_folder


def abandon(base, run_id):
    """A run whose process is gone: its folder is there, its lock is not held."""
    folder = run_folder.create(base, run_id)
    (folder.path / "node1").mkdir()
    (folder.path / "node1" / "big").write_text("x")
    os.close(folder.lock_file)
    return folder


def test_a_closed_run_leaves_nothing_but_a_kept_folder_which_stays_in_a_sweep(tmp_path):
    folder, kept = (run_folder.create(tmp_path, run_id) for run_id in ("run-1", "kept"))
    (folder.path / "data").mkdir()
    kept.keep()
    folder.close()
    kept.close()
    assert run_folder.sweep(tmp_path) == []
    assert (folder.path.exists(), kept.path.is_dir()) == (False, True)


@pytest.mark.parametrize(("chosen", "removed"), [
    ((), ["dead", "half-made", "run-1", "run-10"]), (("run-1",), ["run-1"]), (("none",), []),
], ids=["all", "one", "none"])  # fmt: skip
def test_a_sweep_removes_dead_runs_or_one_of_them_and_leaves_living_ones(tmp_path, chosen, removed):
    living = run_folder.create(tmp_path, "living")
    for run_id in ("dead", "run-1", "run-10"):
        abandon(tmp_path, run_id)
    # Without a lock file.
    (tmp_path / "half-made").mkdir()
    assert sorted(run_folder.sweep(tmp_path, *chosen)) == removed
    assert living.path.exists()
    assert not [name for name in removed if (tmp_path / name).exists()]
    assert (tmp_path / "run-10").exists() == ("run-10" not in removed)


def test_a_lock_held_by_another_process_keeps_the_run_alive(tmp_path):
    folder = run_folder.create(tmp_path, "run-1")
    with subprocess.Popen(["sleep", "60"], pass_fds=[folder.lock_file]) as child:
        os.close(folder.lock_file)
        assert run_folder.sweep(tmp_path) == []
        child.kill()
    assert run_folder.sweep(tmp_path) == ["run-1"]


def test_a_sweep_ends_the_marked_processes_of_a_dead_run(tmp_path):
    abandon(tmp_path, "dead")
    leftover = subprocess.Popen(["sleep", "60"], env={processes.MARK: "dead/node1", "PATH": os.environ["PATH"]})
    other = subprocess.Popen(["sleep", "60"], env={processes.MARK: "dead-2/node1", "PATH": os.environ["PATH"]})
    run_folder.sweep(tmp_path)
    assert leftover.wait(5) == -9
    assert other.poll() is None
    other.kill()
    other.wait()


def test_ids_differ_and_sort_by_time_and_one_that_is_in_use_is_refused(tmp_path):
    assert run_folder.new_id() != run_folder.new_id()
    assert run_folder.check_id(run_folder.new_id()) > time.strftime("%Y", time.gmtime())
    run_folder.create(tmp_path, "run-1")
    with pytest.raises(ConformanceError, match="already a run of this id"):
        run_folder.create(tmp_path, "run-1")


@pytest.mark.parametrize(("base", "run_id", "expected"), [
    *(("", run_id, "run id") for run_id in ("", "..", "a/b", "-x", "a b", "x" * 49)),
    ("my cache", "run-1", "a blank"),
])  # fmt: skip
def test_an_id_that_cannot_be_a_folder_and_a_path_with_a_blank_are_refused(tmp_path, base, run_id, expected):
    with pytest.raises(ConformanceError, match=expected):
        run_folder.create(tmp_path / base, run_id)


def test_a_full_disk_is_one_line_that_names_the_folder(tmp_path):
    with pytest.raises(ConformanceError) as raised, run_folder.disk_errors(tmp_path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert str(tmp_path) in str(raised.value)
    assert "No space left on device" in str(raised.value)
    assert "DAS_CONFORMANCE_CACHE" in str(raised.value)


def test_killing_goes_on_until_nothing_is_left():
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    processes.kill_all("test", lambda: [p for p in [psutil.Process(child.pid)] if processes.alive(p)])
    assert child.wait(5) == -9


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.invalid"]
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


def test_a_commit_and_its_changes_are_reported_and_a_folder_that_is_no_repository_has_none(tmp_path, monkeypatch):
    repository = tmp_path / "repository"
    repository.mkdir()
    git(repository, "init", "-q")
    git(repository, "commit", "-q", "--allow-empty", "-m", "first")
    clean = provenance.commit(repository)
    (repository / "new.txt").write_text("x")
    assert isinstance(clean[0], str)
    assert len(clean[0]) == 40
    assert (clean[1], provenance.commit(repository)) == (False, (clean[0], True))
    (tmp_path / ".git").write_text("gitdir: nowhere\n")
    assert provenance.commit(tmp_path) == (None, None)
    monkeypatch.setenv("PATH", "")
    assert provenance.commit(repository) == (None, None)


def test_the_machine_is_reported():
    machine = provenance.machine()
    assert machine["cpus"] == os.cpu_count()
    assert machine["memory_bytes"] > 2**20
