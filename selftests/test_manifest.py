import pytest

from conformance.errors import ConformanceError
from conformance.pack import manifest


def test_the_main_section_is_read_and_its_continuation_lines_are_joined():
    text = "Manifest-Version: 1.0\r\nImport-Package: a.b,\r\n c.d\r\n\r\nName: x.class\r\nSHA1-Digest: y\r\n"

    assert manifest.parse(text) == {"Manifest-Version": "1.0", "Import-Package": "a.b,c.d"}


def test_a_line_that_is_no_header_is_named_with_its_number_and_a_file_that_is_no_jar(tmp_path):
    path = tmp_path / "cut.jar"
    path.write_bytes(b"PK\x03\x04 and then nothing")

    with pytest.raises(ConformanceError, match=r"bad\.jar:2: no manifest header"):
        manifest.parse("Manifest-Version: 1.0\nthis is text\n", "bad.jar")
    with pytest.raises(ConformanceError, match=r"cut\.jar: not a readable jar"):
        manifest.read(path)


def test_a_rendered_manifest_reads_back_and_keeps_the_line_limit():
    headers = {"Manifest-Version": "1.0", "Export-Package": ",".join(f"some.package.number{n}" for n in range(40))}

    raw = manifest.render(headers)

    assert manifest.parse(raw.decode()) == headers
    assert max(len(line) for line in raw.split(b"\r\n")) <= 72


def test_quoted_commas_do_not_split_clauses():
    found = manifest.clauses('a.b;c.d;version="[1.0,2)";resolution:=optional,e.f;uses:="x,y"')

    assert [clause.names for clause in found] == [("a.b", "c.d"), ("e.f",)]
    assert found[0].optional
    assert found[0].attributes["version"] == "[1.0,2)"
