"""The allow-list of errors: the project's own, and lists that are wrong."""

from datetime import date
from pathlib import Path

import pytest

from conformance.errors import ConformanceError
from conformance.judgement.catalogue import load as load_catalogue
from conformance.node.log.tolerated_errors import load

SUITES = Path(__file__).parents[1] / "suites"
GOOD = """
[[tolerated]]
logger = "a.B"
pattern = "^boom"
reason = "harmless"
until = 2027-01-31
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "list.toml"


def test_the_projects_list_names_requirements_that_exist():
    catalogue = load_catalogue(SUITES / "catalogue.toml")
    judges = {one.judged_by for one in load(SUITES / "tolerated_errors.toml").tolerances if one.judged_by}

    assert judges == {"LOG-08", "LOG-09", "LOG-10"}
    assert judges <= set(catalogue)


def test_a_record_is_read(path):
    path.write_text(GOOD)
    (record,) = load(path).tolerances

    assert (record.logger, record.until, record.kernels) == ("a.B", date(2027, 1, 31), ())


def test_an_empty_list_tolerates_nothing(path):
    path.write_text("# nothing\n")

    assert load(path).tolerances == ()


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        ('logger = "a.B"', "", "field 'logger' is missing"),
        ('"harmless"', '" "', "field 'reason' is missing or no text"),
        ('pattern = "^boom"', "", "neither pattern nor trace"),
        ('"^boom"', '"(boom"', "pattern is not a regular expression"),
        ('"^boom"', "7", "pattern is not a regular expression"),
        ("until = 2027-01-31", "", "a day in 'until' or a requirement in 'judged_by'"),
        ("until = 2027-01-31", 'until = "soon"', "a day in 'until'"),
        ("until = 2027-01-31", "until = 2027-01-31T10:00:00", "a day in 'until'"),
        ("until = 2027-01-31", 'until = "soon"\njudged_by = "LOG-09"', "a day in 'until'"),
        ("until = 2027-01-31", 'until = 2027-01-31\njudged_by = "LOG-09"', "either a day"),
        ("reason", 'kernels = "4.5.1"\nreason', "field 'kernels' is not a list"),
        ("reason", 'after = "lunch"\nreason', "field 'after' is not one of peer lost, shutdown"),
        ("until = 2027-01-31", 'judged_by = "LOG-09"\nafter = "shutdown"', "stands beside 'judged_by'"),
        ("reason", "resaon = 1\nreason", "unknown field resaon"),
    ],
)
def test_a_wrong_record_is_named(path, good, bad, told):
    path.write_text(GOOD.replace(good, bad, 1))

    with pytest.raises(ConformanceError, match=rf"list\.toml: record 1: .*{told}"):
        load(path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("tolerated = 7", "is not a list"),
        ("tolerated = [7]", "record 1: is not a table"),
        ("[[tolerated", "is not TOML"),
    ],
)
def test_a_wrong_file_is_named(path, text, told):
    path.write_text(text)

    with pytest.raises(ConformanceError, match=told):
        load(path)


def test_a_list_that_is_missing_or_no_text_is_named(path):
    with pytest.raises(ConformanceError, match="No such file"):
        load(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConformanceError, match="is not TOML"):
        load(path)
