"""SOAP answers: plain, MTOM, faults, and what is no SOAP at all."""

import pytest
from lxml import etree

from conformance.errors import EvidenceError
from conformance.node.services import soap
from conformance.node.services.http_session import HttpAnswer

NS = "http://admin.spark.analytics.carbon.wso2.org"
INCLUDE = '<d><i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="cid:{}"/></d>'


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
    told = soap.xml_text(mtom(("other", "<x/>"), ("root", envelope("<r>1</r>"))))
    assert soap.body("node1", told).text == "1"


def test_an_attachment_is_put_in_as_base64():
    told = soap.xml_text(mtom(("root", envelope(INCLUDE.format("file"))), ("file", "abc")))
    assert soap.body("node1", told).text == "YWJj"


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (mtom(("root", envelope(INCLUDE.format("gone")))), "attachment 'gone' is missing"),
        (answer(b"nothing", 'multipart/related; boundary="B"'), "without parts"),
    ],
)
def test_a_multipart_answer_without_its_parts_is_an_evidence_error(broken, told):
    with pytest.raises(EvidenceError, match=told):
        soap.xml_text(broken)


def test_a_fault_is_a_failure_with_reason_and_detail():
    fault = "<s:Fault><faultcode>s:Server</faultcode><faultstring>Access Denied.</faultstring>"
    with pytest.raises(soap.SoapFault) as told:
        soap.body("node1 login", envelope(f"{fault}<detail><m>please login</m></detail></s:Fault>"))
    assert (told.value.reason, told.value.detail) == ("Access Denied.", "please login")


@pytest.mark.parametrize("text", ["", "<html><p>404", "<a/>", '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'])
def test_what_is_no_soap_is_an_evidence_error(text):
    with pytest.raises(EvidenceError, match="expected"):
        soap.body("node1", text)


def test_nil_is_none_and_empty_is_empty():
    parent = etree.fromstring('<r xmlns:x="http://www.w3.org/2001/XMLSchema-instance"><v x:nil="true"/><v/></r>')
    assert [soap.value(child) for child in soap.children(parent, "v")] == [None, ""]
