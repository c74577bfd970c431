"""The search for hostile inputs does not fail while it makes one."""

import tarfile

import pytest

from bench.fuzz_cases import LONGEST, with_entry


@pytest.mark.parametrize("tar_format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_the_longest_name_fits_into_each_format_of_tar(tar_format, tmp_path):
    (tmp_path / "carbon.xml").write_text("<Server/>")
    entry = tarfile.TarInfo("a/" * LONGEST[tar_format])
    made = with_entry(tmp_path, tar_format, entry, b"content")
    assert [piece in made for piece in (b"<Server/>", b"content")] == [True, True]
