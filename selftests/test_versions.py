import pytest

from conformance.errors import ConformanceError
from conformance.pack.imports import Version, VersionRange


@pytest.mark.parametrize(
    ("wanted", "offered", "met"),
    [
        ("[1.2,2)", "1.2.7", True),
        ("[1.2,2)", "2.0.0", False),
        ("(1.2,2]", "1.2.0", False),
        ("(1.2,2]", "2.0.0", True),
        ("2.1.1", "3.0", True),
        ("2.1.1", "2.1.0", False),
        ("[2.0,3.0)", "2.0.0.wso2v1", True),
    ],
)
def test_a_range_holds_what_osgi_says(wanted, offered, met):
    assert (Version.parse(offered) in VersionRange.parse(wanted)) is met


def test_a_qualifier_makes_a_version_newer():
    assert Version.parse("1.6.2") < Version.parse("1.6.2.wso2v1")


@pytest.mark.parametrize("text", ["", "one", "1.2.3.4.5", "[1,2"])
def test_what_is_no_version_is_refused(text):
    with pytest.raises(ConformanceError, match="is not an OSGi version"):
        VersionRange.parse(text)
