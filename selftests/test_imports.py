from conformance.pack import imports
from selftests.jars import jar


def test_an_import_that_another_bundle_exports_is_met(tmp_path):
    user = jar(tmp_path / "user.jar", Import_Package='a.b;version="[1,2)"')
    giver = jar(tmp_path / "giver.jar", Export_Package='a.b;version="1.5"')

    assert imports.missing([user, giver], []) == []


def test_an_export_of_the_wrong_version_is_told_with_what_is_offered(tmp_path):
    user = jar(tmp_path / "user.jar", Import_Package='a.b;version="[2,3)"')
    giver = jar(tmp_path / "giver.jar", Export_Package='a.b;version="1.5"')

    gaps = imports.missing([user, giver], [])

    assert [str(gap) for gap in gaps] == ["user.jar imports a.b [2,3): 1.5.0"]


def test_an_import_of_nobodys_package_is_told(tmp_path):
    user = jar(tmp_path / "user.jar", Import_Package="no.such")

    gaps = imports.missing([user], ["java.sql"])

    assert [str(gap) for gap in gaps] == ["user.jar imports no.such (any version): no bundle exports it"]


def test_optional_system_and_own_packages_need_no_exporter(tmp_path):
    header = "javax.sql,gone;resolution:=optional,mine"
    user = jar(tmp_path / "user.jar", Import_Package=header, Export_Package="mine")

    assert imports.missing([user], ["javax.sql"]) == []
