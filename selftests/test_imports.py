import pytest

from conformance.pack import imports
from selftests.jars import jar


@pytest.mark.parametrize(
    ("user", "gaps"),
    [
        ({"Import_Package": 'a.b;version="[1,2)"'}, []),
        ({"Import_Package": 'a.b;version="[2,3)"'}, ["user.jar imports a.b [2,3): 1.5.0"]),
        ({"Import_Package": "no.such"}, ["user.jar imports no.such (any version): no bundle exports it"]),
        ({"Import_Package": "javax.sql,gone;resolution:=optional,mine", "Export_Package": "mine"}, []),
    ],
    ids=["met", "of the wrong version", "of no one's package", "system, optional and own"],
)
def test_an_import_that_nothing_meets_is_told_with_what_is_offered(tmp_path, user, gaps):
    bundles = [jar(tmp_path / "user.jar", **user), jar(tmp_path / "giver.jar", Export_Package='a.b;version="1.5"')]

    assert [str(gap) for gap in imports.missing(bundles, ["javax.sql"])] == gaps
