"""Which pairs a folder holds, and how their runs are called."""

from pathlib import Path

import pytest

from conformance.errors import ConformanceError
from conformance.session.commands.judge_many import folder


def laid(top: Path, *names: str) -> Path:
    for name in names:
        if name.endswith("/"):
            (top / name).mkdir(parents=True)
        else:
            (top / name).write_text("")
    return top


def test_folders_and_archives_are_pairs_and_the_rest_is_left_aside(tmp_path: Path) -> None:
    found = folder.look(laid(tmp_path, "b/", "a.tar.gz", "c.zip", "notes.txt", ".git/", ".DS_Store"))
    assert [one.name for one in found.pairs] == ["a.tar.gz", "b", "c.zip"]
    assert [one.run_id for one in found.pairs] == ["a", "b", "c"]
    assert found.others == ["notes.txt"]


def test_ids_of_runs_are_apart_whatever_the_names_are(tmp_path: Path) -> None:
    long = "x" * 200
    found = folder.look(laid(tmp_path, "a/", "a.zip", "A.tgz", "ä ö/", "-\n/", f"{long}/", f"{long}y/"))
    ids = [one.run_id for one in found.pairs]
    assert len({one.lower() for one in ids}) == len(ids)
    assert all(len(one) <= 48 and one[0].isalnum() for one in ids)


@pytest.mark.parametrize("names", [("node1/repository/conf/",), ("topology.toml", "x/")])
def test_a_folder_that_is_one_pair_itself_is_refused(tmp_path: Path, names: tuple[str, ...]) -> None:
    with pytest.raises(ConformanceError, match="is one pair, not a folder of pairs"):
        folder.look(laid(tmp_path, *names))


def test_a_folder_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConformanceError, match="Not a directory"):
        folder.look(laid(tmp_path, "file") / "file")
