import pytest

from conformance.errors import ConformanceError
from conformance.pack.steps.xml_file import XmlFile, element


@pytest.fixture
def write(tmp_path):
    def file(text, encoding="utf-8"):
        path = tmp_path / "some.xml"
        path.write_bytes(text.encode(encoding))
        return path

    return file


TEXT = """<?xml version="1.0"?>

<!-- a -->
<r>
  <!-- <b> -->
  <x  k="1">old</x>

  <y/>
  <w
    a='>'
    b="&lt;"></w><![CDATA[<v k="1">]]>
</r>

<!-- </r> -->
"""


def test_only_the_place_that_is_set_changes(write):
    path = write(TEXT)
    file = XmlFile.open(path)
    file.set_text("/r/x", "new")
    file.set_attribute("/r/y", "k", "2")
    file.save()

    assert path.read_text() == TEXT.replace("old", "new").replace("<y/>", '<y k="2"/>')


def test_a_file_that_already_says_so_is_not_written(write):
    path = write(TEXT)
    before = path.stat()
    file = XmlFile.open(path)
    file.set_text("/r/x", "old")
    file.save()

    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_new_file_takes_the_old_ones_place_so_that_hard_links_keep_theirs(write, tmp_path):
    path = write(TEXT)
    (tmp_path / "template.xml").hardlink_to(path)
    file = XmlFile.open(path)
    file.set_text("/r/x", "new")
    file.save()

    assert (tmp_path / "template.xml").read_text() == TEXT
    assert sorted(each.name for each in tmp_path.iterdir()) == ["some.xml", "template.xml"]


def test_line_ends_and_byte_order_mark_are_kept(write):
    path = write("\ufeff" + TEXT.replace("\n", "\r\n"))
    file = XmlFile.open(path)
    file.set_text("/r/x", "new")
    file.save()

    assert path.read_bytes().startswith(b"\xef\xbb\xbf<?xml")
    assert path.read_bytes().count(b"\r\n") == path.read_bytes().count(b"\n") == TEXT.count("\n")


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-16"])
def test_the_encoding_is_kept(write, encoding):
    path = write(f'<?xml version="1.0" encoding="{encoding}"?>\n<r><x>Müller</x><y/></r>', encoding)
    file = XmlFile.open(path)
    file.set_text("/r/y", "é")
    file.save()

    assert "<x>Müller</x><y>é</y>" in path.read_bytes().decode(encoding)
    assert XmlFile.open(path).one("/r/y").text == "é"


ODD = """<?xml version='1.0'?>\r
<r\r
   one = '1'\ttwo="&#50;" ><!-- x -->\r
  <x>a > b &quot;c&quot; <![CDATA[<&>]]> &#233;</x>
  <y   /><z
  ></z><?p  i?></r >\r
 <!-- end -->"""


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (lambda file: file.set_text("/r/y", "<new>"), "<y   />", "<y>&lt;new&gt;</y>"),
        (lambda file: file.set_text("/r/z", "new\nline"), "></z>", ">new\r\nline</z>"),
        (lambda file: file.set_attribute("/r", "two", "3<"), '"&#50;"', '"3&lt;"'),
        (lambda file: file.set_attribute("/r", "three", "3"), '"&#50;" >', '"&#50;" three="3" >'),
        (lambda file: file.place(element("q"), "/r/y", "q"), "<y   />", "<y>\r\n      <q/>\r\n  </y>"),
    ],
    ids=["text", "text of several lines", "attribute", "new attribute", "child"],
)
def test_every_character_beside_the_change_stays(write, change, before, after):
    file = XmlFile.open(write(ODD))
    change(file)

    assert file.to_bytes().decode() == ODD.replace(before, after)


def test_a_placed_element_is_laid_out_like_its_neighbours(write):
    path = write(TEXT)
    file = XmlFile.open(path)
    file.place(element("z", None, element("q", "1")), "/r", "z", after="x")
    file.save()

    assert "old</x>\n  <z>\n      <q>1</q>\n  </z>\n\n  <y/>" in path.read_text()


def test_a_placed_element_replaces_the_one_that_is_there(write):
    path = write(TEXT)
    for text in ("1", "2", "2"):
        file = XmlFile.open(path)
        file.place(element("x", text, k="1"), "/r", "x[@k='1']")
        file.save()

    assert path.read_text() == TEXT.replace('<x  k="1">old', '<x k="1">2')


def test_an_element_is_placed_into_an_empty_parent_of_a_namespace(write):
    path = write('<r xmlns="urn:n">\n  <y></y>\n</r>\n')
    file = XmlFile.open(path)
    file.place(element("{urn:n}z", "1"), "/d:r/d:y", "d:z")
    file.save()

    assert path.read_text() == '<r xmlns="urn:n">\n  <y>\n      <z>1</z>\n  </y>\n</r>\n'


def test_a_missing_place_is_named_with_file_and_xpath(write):
    file = XmlFile.open(write(TEXT))

    with pytest.raises(ConformanceError, match=r"some\.xml: nothing at /r/absent"):
        file.set_text("/r/absent", "1")
    with pytest.raises(ConformanceError, match=r"some\.xml: nothing at /r/z"):
        file.place(element("q"), "/r", "q", after="z")


def test_a_place_that_is_there_twice_is_named_with_its_lines(write):
    file = XmlFile.open(write("<r>\n<x/>\n<x/>\n</r>"))

    with pytest.raises(ConformanceError, match=r"some\.xml: 2 elements \(lines 2, 3\) at /r/x"):
        file.place(element("x"), "/r", "x")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"<r>\n<x>\n</r>", r"some\.xml:3: not well-formed XML"),
        (b"", r"some\.xml:1: not well-formed XML"),
        (b"<r>\n\xff</r>", r"some\.xml:2: not well-formed XML"),
        (b'<?xml version="1.0" encoding="klingon"?><r/>', r"some\.xml:1: not well-formed XML"),
        (b'<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>\n<r>&e;</r>', r"some\.xml: has a document type"),
    ],
    ids=["unclosed", "empty", "not UTF-8", "unknown encoding", "entity"],
)
def test_malformed_files_are_named_with_their_line(tmp_path, data, expected):
    (tmp_path / "some.xml").write_bytes(data)

    with pytest.raises(ConformanceError, match=expected):
        XmlFile.open(tmp_path / "some.xml")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConformanceError, match=r"some\.xml: no such file"):
        XmlFile.open(tmp_path / "some.xml")
