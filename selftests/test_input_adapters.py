"""Types of input adapters, as a node's admin service lists them."""

import pytest

from conformance.evidence.witness import Witness
from conformance.node.services.admin import AdminServices
from conformance.node.services.input_adapters import InputAdapters
from conformance.node.services.soap import ServiceMissing
from selftests.fake_http import Reply, session
from selftests.test_soap import envelope

NIL = 'xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:nil="true"'


def types(tmp_path, *returns: str) -> list[str]:
    body = f"<n:getAllInputAdapterTypesResponse xmlns:n='u'>{''.join(returns)}</n:getAllInputAdapterTypesResponse>"
    witness = Witness.recording(tmp_path)
    return InputAdapters(AdminServices(session(Reply(200, envelope(body))), witness)).types()


@pytest.mark.parametrize(
    ("returns", "listed"),
    [
        (["<n:return>wso2event</n:return>", "<n:return>http</n:return>"], ["http", "wso2event"]),
        *(([one], []) for one in ("", f"<n:return {NIL}/>", "<n:return/>")),
    ],
)
def test_types_are_those_of_the_answer_in_order_of_name(tmp_path, returns, listed):
    assert types(tmp_path, *returns) == listed


def test_a_node_without_the_service_says_so(tmp_path):
    reason = "The service cannot be found for the endpoint reference (EPR) x"
    fault = f"<s:Fault><faultstring>{reason}</faultstring></s:Fault>"
    admin = AdminServices(session(Reply(500, envelope(fault))), Witness.recording(tmp_path))
    with pytest.raises(ServiceMissing, match="EventReceiverAdminService"):
        InputAdapters(admin).types()
