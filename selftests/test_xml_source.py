import pytest

from conformance.errors import EvidenceError
from conformance.node.home.xml_source import XmlSource, decode_xml

TEXT = """<?xml version="1.0" encoding="ISO-8859-1"?>
<Server xmlns="http://wso2.org/x">
  <!-- <Offset>9</Offset> -->
  <Ports><Offset> 1<!-- no --><?no no?>2 </Offset></Ports>
  <members><member><port>1</port></member><member><port>2</port></member></members>
  <mode name="HA" enable="true"/>
</Server>"""
LAUGHS = '<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.fixture
def source():
    return XmlSource("node1", "conf/a.xml", TEXT)


def test_a_value_is_found_whatever_its_namespace_and_knows_its_place(source):
    value = source.text("Ports/Offset")
    assert value == " 12 "
    # What stands in a comment is no value.
    assert source.first("Offset") is None
    assert str(value.where) == "node1 conf/a.xml:4 /Server/Ports/Offset"


@pytest.mark.parametrize(("path", "found"), [
    *((f"{name}.xml", False) for name in ("axis2/axis2", "registry", "user-mgt", "event-processor")),
    *((f"{name}.xml", False) for name in ("analytics/analytics-config", "analytics/rdbms-config")),
    *((f"{name}.xml", False) for name in ("etc/tasks-config", "datasources/master-datasources")),
    *((f"{name}.xml", True) for name in ("carbon", "etc/jmx", "etc/hazelcast", "tomcat/catalina-server")),
])  # fmt: skip
@pytest.mark.parametrize("text", ['<a xmlns="urn:x"><b>1</b></a>', '<a><x:b xmlns:x="urn:x">1</x:b></a>'])
def test_in_some_files_the_product_overlooks_what_is_in_a_namespace_and_that_is_said(path, found, text):
    value = XmlSource("node1", f"repository/conf/{path}", text).text("b")
    assert value.present is found
    assert ("(the product overlooks what is in an XML namespace; remove it: {urn:x}" in str(value.where)) is not found


def test_twins_are_numbered_and_named_elements_are_named(source):
    second = source.all("members/member/port")[1]
    mode = source.first("mode")
    assert source.where(second).xpath == "/Server/members/member[2]/port"
    assert str(source.attribute(mode, "enable").where) == "node1 conf/a.xml:6 /Server/mode[@name='HA']/@enable"


def test_the_places_of_many_twins_cost_one_pass():
    many = XmlSource("node1", "conf/a.xml", f"<a>{'<m/>' * 20_000}</a>")
    assert [many.where(one).xpath for one in many.all("m")][::10_000] == ["/a/m[1]", "/a/m[10001]"]


def test_an_absent_value_says_what_the_product_takes(source):
    value = source.text("Ports/JMX/Port", default="9999")
    assert (value, value.present) == ("9999", False)
    assert "(absent; the product then takes '9999')" in str(value.where)
    assert source.text("nothing").describe() == "nothing"


@pytest.mark.parametrize(("text", "line"), [
    ("<a>\n<b>\n</a>", 3),
    ("<a/>\n<b/>", 2),
    *((text, 1) for text in (
        "", "<a>&nope;</a>", "plain text", "<a>\x00</a>", "\n\n\ud800", "<a>" * 300 + "</a>" * 300,
    )),
])  # fmt: skip
def test_bad_xml_is_an_error_with_its_line(text, line):
    with pytest.raises(EvidenceError, match=f"node1 conf/a.xml:{line}: is not well-formed XML"):
        XmlSource("node1", "conf/a.xml", text)


@pytest.mark.parametrize("entities", ['<!ENTITY l11 SYSTEM "file://{}/secret">', LAUGHS])
def test_entities_are_refused_and_no_file_is_read(tmp_path, entities):
    (tmp_path / "secret").write_text("canary")
    text = f"<!DOCTYPE a [{entities.format(tmp_path)}]><a>&l11;</a>"
    with pytest.raises(EvidenceError, match=r"DOCTYPE|amplification") as refused:
        XmlSource("node1", "conf/a.xml", text)
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_the_declared_encoding_counts(encoding):
    declared = encoding.removesuffix("-sig")
    data = f'<?xml version="1.0" encoding="{declared}"?><a>caf\xe9</a>'.encode(encoding)
    assert XmlSource("node1", "a.xml", decode_xml("node1", "a.xml", data)).root.text == "café"


@pytest.mark.parametrize(("data", "expected"), [
    *((data, "2: cannot be read as utf-8") for data in (b"<a>\n\xff</a>", b"\n\xff")),
    (b'<?xml version="1.0" encoding="utf-8"?>\n<a>caf\xe9</a>', "2: cannot be read as utf-8"),
    (b'<?xml version="1.0" encoding="klingon"?><a/>', "1: cannot be read as klingon"),
    # Java lacks these.
    *(
        (f'<?xml version="1.0" encoding="{name}"?><a/>'.encode(), "1: declares the encoding .*, which the product's")
        for name in ("idna", "unicode_escape", "raw_unicode_escape", "utf-7", "punycode", "undefined")
    ),
])  # fmt: skip
def test_a_bad_byte_or_an_encoding_that_no_one_knows_is_an_error_with_its_line(data, expected):
    with pytest.raises(EvidenceError, match=rf"node1 a\.xml:{expected}"):
        decode_xml("node1", "a.xml", data)


@pytest.mark.parametrize("name", [
    "UTF-8", "us-ascii", "ISO-8859-15", "windows-1252", "cp1252", "IBM850", "KOI8-R", "GB18030", "Shift_JIS", "EUC-JP",
])  # fmt: skip
def test_an_encoding_that_both_have_is_read(name):
    text = f'<?xml version="1.0" encoding="{name}"?><a/>'
    assert decode_xml("node1", "conf/a.xml", text.encode()) == text


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_read_without_a_mark_of_its_byte_order(order):
    text = '<?xml version="1.0" encoding="UTF-16"?><a/>'
    assert XmlSource("node1", "conf/a.xml", decode_xml("node1", "conf/a.xml", text.encode(order))).root.tag == "a"
