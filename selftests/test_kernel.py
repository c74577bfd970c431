"""Which Carbon kernel a home holds."""

import pytest

from conformance.evidence.witness import Witness
from conformance.node.home.kernel import PLUGINS, VERSION_FILE, kernel_version
from conformance.waiting import SYSTEM
from selftests.fake_node import FakeAccess

CORE = f"{PLUGINS}/org.wso2.carbon.core_"


@pytest.mark.parametrize(
    ("files", "version"),
    [
        ({f"{CORE}4.4.9.jar": b"", VERSION_FILE: b"WSO2 Carbon Framework v4.4.8"}, "4.4.9"),
        ({VERSION_FILE: b"WSO2 Carbon Framework v4.4.8\n"}, "4.4.8"),
        ({VERSION_FILE: b"\xff\x00 no version"}, ""),
        ({f"{CORE}4.4.9.jar": b"", f"{CORE}4.5.1.jar": b""}, ""),
        ({}, ""),
    ],
)
def test_the_bundle_tells_the_version_else_the_file_beside_the_start_script(files, version):
    assert kernel_version(FakeAccess("node1", files), Witness(None, None, SYSTEM)) == version
