import pytest

from conformance.errors import ConformanceError
from conformance.pack.steps.xml_file import XmlFile, element

ODD = """<?xml version='1.0'?>\r
<r\r
   one = '1'\ttwo="&#50;" ><!-- x -->\r
  <x>a > b &quot;c&quot; <![CDATA[<&>]]> &#233;</x>
  <y   /><z
  ></z><?p  i?></r >\r
 <!-- end -->"""


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


def changed(path, *changes):
    """The file's text when these changes were made, each saved."""
    for change in changes:
        file = XmlFile.open(path)
        change(file)
        file.save()
    return path.read_bytes().decode()


WINDOWS = "\ufeff" + TEXT.replace("\n", "\r\n")
EMPTY = '<r xmlns="urn:n">\n  <y>{}</y>\n</r>\n'


@pytest.mark.parametrize(("text", "changes", "after"), [
    (TEXT, [lambda file: (file.set_text("/r/x", "new"), file.set_attribute("/r/y", "k", "2"))],
     TEXT.replace("old", "new").replace("<y/>", '<y k="2"/>')),
    (WINDOWS, [lambda file: file.set_text("/r/x", "new")], WINDOWS.replace("old", "new")),
    # A placed element is laid out like its neighbours, and replaces the one that is there.
    (TEXT, [lambda file: file.place(element("z", None, element("q", "1")), "/r", "z", after="x")],
     TEXT.replace("old</x>", "old</x>\n  <z>\n      <q>1</q>\n  </z>")),
    (TEXT, [lambda file, text=text: file.place(element("x", text, k="1"), "/r", "x[@k='1']") for text in "122"],
     TEXT.replace('<x  k="1">old', '<x k="1">2')),
    (EMPTY.format(""), [lambda file: file.place(element("{urn:n}z", "1"), "/d:r/d:y", "d:z")],
     EMPTY.format("\n      <z>1</z>\n  ")),
])  # fmt: skip
def test_only_the_place_that_is_set_changes(write, text, changes, after):
    assert changed(write(text), *changes) == after


def test_a_new_file_takes_the_old_ones_place_so_that_hard_links_keep_theirs_but_only_where_it_differs(write, tmp_path):
    path = write(TEXT)
    before = path.stat()
    changed(path, lambda file: file.set_text("/r/x", "old"))
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    (tmp_path / "template.xml").hardlink_to(path)
    changed(path, lambda file: file.set_text("/r/x", "new"))
    assert (tmp_path / "template.xml").read_text() == TEXT
    assert sorted(each.name for each in tmp_path.iterdir()) == ["some.xml", "template.xml"]


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-16"])
def test_the_encoding_is_kept(write, encoding):
    path = write(f'<?xml version="1.0" encoding="{encoding}"?>\n<r><x>Müller</x><y/></r>', encoding)
    file = XmlFile.open(path)
    file.set_text("/r/y", "é")
    file.save()
    assert "<x>Müller</x><y>é</y>" in path.read_bytes().decode(encoding)
    assert XmlFile.open(path).one("/r/y").text == "é"


@pytest.mark.parametrize(("change", "before", "after"), [
    (lambda file: file.set_text("/r/y", "<new>"), "<y   />", "<y>&lt;new&gt;</y>"),
    (lambda file: file.set_text("/r/z", "new\nline"), "></z>", ">new\r\nline</z>"),
    (lambda file: file.set_attribute("/r", "two", "3<"), '"&#50;"', '"3&lt;"'),
    (lambda file: file.set_attribute("/r", "three", "3"), '"&#50;" >', '"&#50;" three="3" >'),
    (lambda file: file.place(element("q"), "/r/y", "q"), "<y   />", "<y>\r\n      <q/>\r\n  </y>"),
], ids=["text", "text of several lines", "attribute", "new attribute", "child"])  # fmt: skip
def test_every_character_beside_the_change_stays(write, change, before, after):
    file = XmlFile.open(write(ODD))
    change(file)
    assert file.to_bytes().decode() == ODD.replace(before, after)


@pytest.mark.parametrize(("change", "expected"), [
    (lambda file: file.set_text("/r/absent", "1"), "nothing at /r/absent"),
    (lambda file: file.place(element("q"), "/r", "q", after="z"), "nothing at /r/z"),
    (lambda file: file.place(element("x"), "/r", "x"), r"2 elements \(lines 2, 3\) at /r/x"),
])  # fmt: skip
def test_a_place_that_is_missing_or_there_twice_is_named_with_file_and_xpath(write, tmp_path, change, expected):
    with pytest.raises(ConformanceError, match=rf"some\.xml: {expected}"):
        change(XmlFile.open(write("<r>\n<x/>\n<x/>\n</r>")))
    with pytest.raises(ConformanceError, match=r"none\.xml: no such file"):
        XmlFile.open(tmp_path / "none.xml")


@pytest.mark.parametrize(("data", "expected"), [
    (b"<r>\n<x>\n</r>", r"some\.xml:3: not well-formed XML"),
    (b"", r"some\.xml:1: not well-formed XML"),
    (b"<r>\n\xff</r>", r"some\.xml:2: not well-formed XML"),
    (b'<?xml version="1.0" encoding="klingon"?><r/>', r"some\.xml:1: not well-formed XML"),
    (b'<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>\n<r>&e;</r>', r"some\.xml: has a document type"),
], ids=["unclosed", "empty", "not UTF-8", "unknown encoding", "entity"])  # fmt: skip
def test_malformed_files_are_named_with_their_line(tmp_path, data, expected):
    (tmp_path / "some.xml").write_bytes(data)
    with pytest.raises(ConformanceError, match=expected):
        XmlFile.open(tmp_path / "some.xml")
