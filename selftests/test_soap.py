"""SOAP: answers plain, with attachments, and none at all; and the admin services that are asked over it."""

from typing import Any

import pytest
from lxml import etree

from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.services import soap
from conformance.node.services.admin import AdminServices
from conformance.node.services.analytics_processor import AnalyticsProcessor
from conformance.node.services.http_session import HttpAnswer
from conformance.node.services.query import QueryRefused, QueryResult
from conformance.secret import Secret
from selftests.fake_http import Reply, session

NS = "http://admin.spark.analytics.carbon.wso2.org"
INCLUDE = '<d><i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="cid:{}"/></d>'
MISSING = "The service cannot be found for the endpoint reference (EPR) https://h:9443/services/UserAdmin"
NO_OPERATION = "The endpoint reference (EPR) for the Operation not found is https://h:9443/services/UserAdmin"
OTHER = "namespace mismatch require http://of.the.node found http://org.apache.axis2/xsd"
XSD = "http://org.apache.axis2/xsd"
NIL = 'xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:nil="true"'


def envelope(body: str) -> str:
    return f'<s:Envelope xmlns:s="{soap.ENVELOPE}"><s:Body>{body}</s:Body></s:Envelope>'


def answer(body: bytes, kind: str = "text/xml") -> HttpAnswer:
    return HttpAnswer("node1", "POST", "https://h/services/S", 200, {"content-type": kind}, body)


def mtom(*parts: tuple[str, str], start: str = "root") -> HttpAnswer:
    text = "".join(f"--B\r\nContent-ID: <{name}>\r\nContent-Type: x/y\r\n\r\n{part}\r\n" for name, part in parts)
    kind = f'multipart/related; boundary="B"; type="application/xop+xml"; start="<{start}>"'
    return answer(f"{text}--B--\r\n".encode(), kind)


def test_a_request_holds_its_parameters_in_order_and_leaves_out_none():
    request = etree.fromstring(soap.envelope(NS, "login", [("b", "1 < 2"), ("none", None), ("a", "2")]))
    call = request[0][0]
    assert [(soap.local_name(child), child.text) for child in call] == [("b", "1 < 2"), ("a", "2")]


def test_the_root_part_of_an_mtom_answer_is_found_by_its_name():
    for start, text in (("rootX", "1"), ("gone", "2")):
        xml = soap.xml_text(mtom(("other", envelope("<r>2</r>")), ("rootX", envelope("<r>1</r>")), start=start))
        assert soap.body("node1", xml).text == text


def test_an_attachment_is_put_in_as_base64():
    xml = soap.xml_text(mtom(("root", envelope(INCLUDE.format("file"))), ("file", "abc")))
    assert soap.body("node1", xml).text == "YWJj"


@pytest.mark.parametrize(("broken", "expected"), [
    (mtom(("root", envelope(INCLUDE.format("gone")))), "attachment 'gone' is missing"),
    (answer(b"nothing", 'multipart/related; boundary="B"'), "without parts"),
])  # fmt: skip
def test_a_multipart_answer_without_its_parts_is_an_evidence_error(broken, expected):
    with pytest.raises(EvidenceError, match=expected):
        soap.xml_text(broken)


def test_a_fault_is_a_failure_with_reason_and_detail():
    fault = "<s:Fault><faultcode>s:Server</faultcode><faultstring>Access Denied.</faultstring>"
    with pytest.raises(soap.SoapFault) as raised:
        soap.body("node1 login", envelope(f"{fault}<detail><m>please login</m></detail></s:Fault>"))
    assert (raised.value.reason, raised.value.detail) == ("Access Denied.", "please login")
    assert str(raised.value) == "node1 login: found SOAP fault 'Access Denied.' (please login), expected an answer"


@pytest.mark.parametrize("text", ["", "<html><p>404", "<a/>", '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'])
def test_what_is_no_soap_is_an_evidence_error(text):
    with pytest.raises(EvidenceError, match="expected"):
        soap.body("node1", text)


def test_nil_is_none_and_empty_is_empty():
    nil = 'xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:nil'
    parent = etree.fromstring(f'<r><v {nil}="true"/><v {nil}="1"/><!-- v --><v {nil}="0"/><v/><w/></r>')
    assert [soap.value(child) for child in soap.children(parent, "v")] == [None, None, "", ""]


class Node:
    """Answers each request by its own name space: with a fault, or, where that is "", with nothing."""

    node, base_url = "node1", "https://h:9443/"

    def __init__(self, *faults: str, answer: str = "<r/>") -> None:
        self._answer = answer
        self.requests: list[etree._Element] = []
        self._faults = list(faults)

    def post(self, path: str, *, data: bytes, **_: Any) -> HttpAnswer:
        self.requests.append(etree.fromstring(data)[0][0])
        fault = self._faults.pop(0) if self._faults else ""
        content = f"<s:Fault><faultstring>{fault}</faultstring><detail/></s:Fault>" if fault else self._answer
        text = f'<s:Envelope xmlns:s="{soap.ENVELOPE}"><s:Body>{content}</s:Body></s:Envelope>'
        kind = {"content-type": "text/xml"}
        return HttpAnswer("node1", "POST", f"https://h:9443/{path}", 500 if fault else 200, kind, text.encode())

    @property
    def sent(self) -> list[tuple[str, str | None]]:
        """Names and values of the newest request."""
        return [(soap.local_name(one), one.text) for one in self.requests[-1]]


def services(node: Node) -> AdminServices:
    http: Any = node
    return AdminServices(http, Witness.silent())


@pytest.mark.parametrize(("reason", "error", "text"), [
    (MISSING, soap.ServiceMissing, "UserAdmin deleteUser: .*not deployed on this node - see docs"),
    (NO_OPERATION, soap.ServiceMissing, "UserAdmin deleteUser: .*not deployed on this node - see docs"),
    ("Access Denied.", soap.SoapFault, "Access Denied"),
])  # fmt: skip
def test_a_refusal_is_no_missing_service(reason, error, text):
    with pytest.raises(error, match=text):
        services(Node(reason)).remove_user("jo")


def test_a_service_with_messages_in_another_name_space_is_asked_again_in_that():
    node = Node(OTHER)
    services(node).remove_user("jo")
    assert [one.tag for one in node.requests] == [f"{{{XSD}}}deleteUser", "{http://of.the.node}deleteUser"]
    assert node.requests[1][0].tag == "{http://of.the.node}userName"
    assert node.sent == [("userName", "jo")]


@pytest.mark.parametrize(("faults", "asked"), [
    ((OTHER.replace("http://of.the.node", XSD),), 1), ((OTHER, OTHER), 2), ((OTHER, "Access Denied."), 2),
])  # fmt: skip
def test_it_is_asked_again_once_and_not_in_the_name_space_that_it_refused(faults, asked):
    node = Node(*faults)
    with pytest.raises(soap.SoapFault):
        services(node).remove_user("jo")
    assert len(node.requests) == asked


def test_users_and_resources_are_made_with_the_names_of_the_services_own_descriptions():
    node = Node()
    services(node).add_user("jo", Secret("not shown"), "admin")
    assert node.requests[0].tag == f"{{{XSD}}}addUser"
    said = [("userName", "jo"), ("password", "not shown"), ("roles", "admin"), ("profileName", "default")]
    assert node.sent == said
    node = Node()
    services(node).write_resource("/_system/config", "a.txt", "text")
    assert [name for name, _ in node.sent] == ["parentPath", "fileName", "mediaType", "description", "content"]


@pytest.mark.parametrize(("answer", "text"), [
    *((f"<r><return{more}</return></r>", value) for more, value in ((">a", "a"), (">", ""), ("><!-- b -->", ""))),
    *(("<r/>", ""), ("", "")),
])  # fmt: skip
def test_a_resource_is_the_text_of_the_answer(answer, text):
    node = Node(answer=answer)
    assert services(node).read_resource("/a") == text
    assert node.sent == [("path", "/a")]


@pytest.mark.parametrize(("text", "accepted"), [("true", True), ("false", False)])
def test_a_login_is_what_the_node_says(text, accepted):
    node = Node(answer=f"<x:loginResponse xmlns:x='y'><x:return>{text}</x:return></x:loginResponse>")
    assert services(node).accepts("jo", Secret("not shown")) is accepted
    assert node.requests[0].tag == "{http://authentication.services.core.carbon.wso2.org}login"
    assert node.sent == [("username", "jo"), ("password", "not shown")]


@pytest.mark.parametrize("answer", ["", "<r/>", "<r><return>yes</return></r>", "<r><other>true</other></r>"])
def test_any_other_answer_to_a_login_is_no_evidence(answer):
    with pytest.raises(EvidenceError, match=r"services/AuthenticationAdmin login: found .*, expected true or false"):
        services(Node(answer=answer)).accepts("jo", Secret("not shown"))


def processor(*replies: Reply) -> AnalyticsProcessor:
    witness = Witness.silent()
    return AnalyticsProcessor(AdminServices(session(*replies), witness), "node1")


def result(columns: str, rows: str) -> str:
    return f"<n:executeQueryResponse xmlns:n='u'><n:return>{columns}{rows}</n:return></n:executeQueryResponse>"


def test_a_result_has_its_columns_and_rows():
    row = "<rowsResults><columnValues>1</columnValues><columnValues>x</columnValues></rowsResults>"
    names = "<c:columnNames xmlns:c='v'>id</c:columnNames><c:columnNames xmlns:c='v'>name</c:columnNames>"
    found = processor(Reply(200, envelope(result(names, row)))).query("SELECT id, name FROM t")
    assert found == QueryResult(("id", "name"), (("1", "x"),))


def test_empty_arrays_come_as_nil_and_a_null_reads_as_the_console_shows_it():
    body = result(f"<columnNames {NIL}/>", f"<rowsResults {NIL}/>")
    assert processor(Reply(200, envelope(body))).query("CREATE ...") == QueryResult()
    body = result("<columnNames>a</columnNames>", f"<rowsResults><columnValues {NIL}/></rowsResults>")
    assert processor(Reply(200, envelope(body))).query("SELECT a").rows == (("NULL",),)


def test_a_fault_is_a_refused_query_with_the_users_message():
    fault = "<s:Fault><faultstring>f</faultstring><detail><m>Exception in executing query SELEC</m></detail></s:Fault>"
    with pytest.raises(QueryRefused) as raised:
        processor(Reply(500, envelope(fault))).query("SELEC")
    assert raised.value.reason == "Exception in executing query SELEC"


def test_an_answer_without_a_body_is_none():
    assert processor(Reply(202, " ")).script("SELECT 1") == []


@pytest.mark.parametrize("reply", [
    Reply(201), Reply(501, envelope("")), Reply(404, "<html>no"), Reply(401, ""), Reply(500, "boom"), Reply(302, ""),
])  # fmt: skip
def test_an_http_error_is_no_answer(reply):
    with pytest.raises(EvidenceError, match=f"HTTP {reply.status_code}"):
        processor(reply).query("SELECT 1")


@pytest.mark.parametrize("answer", ["", "<r/>", f"<r><return {NIL}/></r>", "<r><other/></r>"])
def test_an_answer_without_a_result_is_no_answer(answer):
    with pytest.raises(EvidenceError, match="without a result"):
        processor(Reply(200, envelope(answer))).query("SELECT 1")


def test_a_script_is_sent_without_line_breaks():
    http = session(Reply(200, envelope("<r><return/><return/></r>")))
    script = AnalyticsProcessor(AdminServices(http, Witness.silent()), "node1")
    assert len(script.script("SELECT a\nFROM t", "SELECT 2")) == 2
    assert b"SELECT a FROM t; SELECT 2;" in http._transport.asked[0][2]["data"]
