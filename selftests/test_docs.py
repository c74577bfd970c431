"""What the documents show is what the suite takes."""

from __future__ import annotations

import re
import textwrap
from datetime import date
from pathlib import Path

from conformance import waiver
from conformance.catalogue import load
from conformance.waiver import Waivers
from selftests.whole_run import PROJECT


def test_the_waivers_that_the_documents_show_are_good_ones(tmp_path: Path) -> None:
    text = (PROJECT / "docs" / "waivers.md").read_text()
    shown = "\n".join(line for line in text.splitlines() if line.startswith("    ") or not line)
    (tmp_path / "waivers.toml").write_text(textwrap.dedent(shown))
    entries = waiver.read(tmp_path / "waivers.toml")
    catalogue = load(PROJECT / "suites" / "catalogue.toml")
    assert set(Waivers(entries, catalogue, date(2026, 11, 23)).in_force) == {one.id for one in entries} != set()


def test_the_links_of_the_documents_lead_somewhere() -> None:
    for document in (PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md")):
        links = re.findall(r"\]\(([^)#:]+)\)", document.read_text())
        assert [link for link in links if not (document.parent / link).exists()] == []
