"""A whole run on an attached deployment of which one node cannot be reached: its own requirements are errors only."""

from pathlib import Path

from selftests import whole_run
from selftests.test_attached_deployment import inventory_of

UNREACHED = (
    "das2: ssh://nobody@127.0.0.1:1 cannot be reached: ssh: connect to host 127.0.0.1 port 1: Connection refused"
)


def target(folder: Path, *hosts: str) -> str:
    return f"--target=attached:{inventory_of(folder, *hosts)}"


def test_a_node_that_is_away_does_not_keep_the_other_from_being_judged(tmp_path: Path) -> None:
    away = target(tmp_path, "local://", "ssh://nobody@127.0.0.1:1")
    done = whole_run.run(away, "suites/test_clustering.py")
    assert done.verdict("CLU-01") == "error"
    assert UNREACHED in done.message("CLU-01")
    assert "8 passed" in done.output


def test_a_wrong_inventory_is_one_line_and_nothing_is_judged(tmp_path: Path) -> None:
    (tmp_path / "inventory.toml").write_text('[nodes.das1]\nhots = "x"\n')
    done = whole_run.run(f"--target=attached:{tmp_path / 'inventory.toml'}", "suites/test_clustering.py")
    assert done.code == 4
    assert "[nodes.das1]: unknown key hots - use address, console_log," in done.output
    assert "Traceback" not in done.output


def test_what_the_target_lacks_is_told_with_what_would_give_it(tmp_path: Path) -> None:
    done = whole_run.run(target(tmp_path, "local://", "local://"), "--only=FO-13,FO-09")
    assert "fault, artifacts; the inventory needs allow.faults with both nodes" in done.message("FO-09")
    assert "MySQL servers of others are not broken: use --target embedded or compose" in done.message("FO-13")
