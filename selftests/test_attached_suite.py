"""A whole run on an attached deployment of which one node cannot be reached: its own requirements are errors only."""

from __future__ import annotations

from pathlib import Path

from selftests import whole_run
from selftests.good_homes import GoodHomes

NODE = '[nodes.das{number}]\nhost = "{host}"\nhome = "{home}"\naddress = "{address}"\n'
UNREACHED = (
    "das2: ssh://nobody@127.0.0.1:1 cannot be reached: ssh: connect to host 127.0.0.1 port 1: Connection refused"
)


def attached(folder: Path, *hosts: str) -> str:
    """The target of two homes, each at its host."""
    homes = GoodHomes(folder)
    nodes = [
        NODE.format(number=number, host=host, home=homes.home(spec.name), address=spec.address)
        for number, (spec, host) in enumerate(zip(homes.specs, hosts, strict=True), 1)
    ]
    (folder / "inventory.toml").write_text("".join(nodes))
    return f"--target=attached:{folder / 'inventory.toml'}"


def test_a_node_that_is_away_does_not_keep_the_other_from_being_judged(tmp_path: Path) -> None:
    target = attached(tmp_path, "local://", "ssh://nobody@127.0.0.1:1")
    done = whole_run.run(target, "suites/test_clustering.py")
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
    done = whole_run.run(attached(tmp_path, "local://", "local://"), "--only=FO-13,FO-09")
    assert "fault, artifacts; the inventory needs allow.faults with both nodes" in done.message("FO-09")
    assert "MySQL servers of others are not broken: use --target embedded or compose" in done.message("FO-13")
