"""Templates that were translated by an earlier run are taken again, unless anything is another."""

from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from reports.page.render import Translated


@pytest.fixture
def compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where Python keeps compiled modules, for once."""
    monkeypatch.setattr("sys.pycache_prefix", str(tmp_path))
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    return tmp_path


def page(source: str = "{{ 1 + 1 }}\n", options: str = "") -> str:
    kept = Translated(Path("/templates"), options)
    return Environment(loader=DictLoader({"page": source}), bytecode_cache=kept).get_template("page").render()


def files(folder: Path) -> list[Path]:
    return [one for one in folder.rglob("*") if one.is_file()]


def test_a_translation_is_taken_again(compiled, monkeypatch):
    assert page() == "2"
    monkeypatch.setattr(Environment, "_generate", lambda *_args, **_more: pytest.fail("translated again"))
    assert page() == "2"


@pytest.mark.parametrize("other", [{"source": "{{ 2 + 1 }}"}, {"options": "trim_blocks"}])
def test_of_another_source_or_other_options_it_is_not_taken(compiled, other):
    page()
    before = files(compiled)[0].read_bytes()
    page(**other)
    assert [one.read_bytes() == before for one in files(compiled)] == [False]


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[:-9], lambda data: b"x" * len(data)])
def test_a_damaged_one_is_made_again(compiled, damage):
    page()
    path = files(compiled)[0]
    path.write_bytes(damage(path.read_bytes()))
    assert page() == "2"


def test_where_nothing_can_or_may_be_kept_the_page_is_made_all_the_same(compiled, monkeypatch):
    monkeypatch.setattr("sys.pycache_prefix", "/dev/null")
    assert page() == "2"
    monkeypatch.setattr("sys.pycache_prefix", str(compiled))
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    assert page() == "2"
    assert files(compiled) == []
