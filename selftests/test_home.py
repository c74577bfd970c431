import pytest

from conformance.errors import ConformanceError
from conformance.pack import home


@pytest.fixture
def template(tmp_path):
    for name in ("dropins/a.jar", "conf/carbon.xml"):
        path = tmp_path / "template" / name
        path.parent.mkdir(parents=True)
        path.write_text("stock")
    return tmp_path / "template"


@pytest.mark.parametrize(
    ("folder", "shared"),
    [("", True), ("patches", True), ("patches/patch0075", False), ("servicepacks/servicepack0001", False)],
)
def test_jars_are_shared_where_there_are_no_patches_and_everything_else_is_a_copy(template, tmp_path, folder, shared):
    (template / "repository/components" / folder).mkdir(parents=True)
    made = home.make(template, tmp_path / "node1")

    assert (made / "dropins/a.jar").samefile(template / "dropins/a.jar") is shared
    assert not (made / "conf/carbon.xml").samefile(template / "conf/carbon.xml")


def test_editing_a_home_leaves_the_template_alone(template, tmp_path):
    made = home.make(template, tmp_path / "node1")

    (made / "conf/carbon.xml").write_text("edited")

    assert (template / "conf/carbon.xml").read_text() == "stock"


def test_a_home_is_never_made_over_another(template, tmp_path):
    home.make(template, tmp_path / "node1")

    with pytest.raises(ConformanceError, match="node1"):
        home.make(template, tmp_path / "node1")
