"""SOAP 1.1 as used by Axis2: envelope, answer (plain or MTOM multipart), fault."""

import base64
import re
from collections.abc import Callable, Iterable
from email import message_from_bytes
from email.message import Message

from lxml import etree

from conformance.deadlines import Deadline
from conformance.errors import EvidenceError
from conformance.node.services.http_session import HttpAnswer, HttpSession, shown

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_XOP_INCLUDE = "{http://www.w3.org/2004/08/xop/include}Include"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"

#: A node's answer is foreign input: no entities, no network.
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


class SoapFault(AssertionError):
    """The service answered with a fault: the deployment was asked and refused."""

    def __init__(self, where: str, reason: str, detail: str = "") -> None:
        super().__init__(f"{where}: found SOAP fault {reason!r}{f' ({detail})' if detail else ''}, expected an answer")
        self.reason = reason
        self.detail = detail


class ServiceMissing(EvidenceError):
    """The node has no service or operation of that name; this is not a refusal for lack of permission."""


def problem_of(call: Callable[[], object]) -> str:
    """Why a call failed; "" if it succeeded."""
    try:
        call()
    except (SoapFault, EvidenceError) as refused:
        return str(refused)
    return ""


#: Axis2's messages for an unknown name, and for a message in a wrong XML namespace.
_NO_SERVICE = re.compile(r"The service cannot be found for the endpoint reference|Operation not found")
_OTHER_NAMESPACE = re.compile(r"namespace mismatch require (\S+) found ")


def envelope(namespace: str, operation: str, parameters: Iterable[tuple[str, str | None]]) -> bytes:
    """A request; parameters in the given order, without those that are None."""
    root = etree.Element(f"{{{ENVELOPE}}}Envelope", nsmap={"soapenv": ENVELOPE, "s": namespace})
    body = etree.SubElement(root, f"{{{ENVELOPE}}}Body")
    call = etree.SubElement(body, f"{{{namespace}}}{operation}")
    for name, value in parameters:
        if value is not None:
            etree.SubElement(call, f"{{{namespace}}}{name}").text = value
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def post(
    http: HttpSession,
    service: str,
    namespace: str,
    operation: str,
    parameters: Iterable[tuple[str, str | None]],
    deadline: Deadline,
) -> HttpAnswer:
    """Send a request to a service. EvidenceError as for any POST."""
    headers = {"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": f'"urn:{operation}"'}
    request = envelope(namespace, operation, parameters)
    return http.post(f"services/{service}", deadline=deadline, data=request, headers=headers)


def xml_text(answer: HttpAnswer) -> str:
    """The XML of an answer; of a multipart one the root part with attachments as base64. EvidenceError if none."""
    kind = answer.headers.get("content-type", "")
    if not kind.lower().startswith("multipart/"):
        return answer.text
    parts = message_from_bytes(b"Content-Type: " + kind.encode("latin-1", "replace") + b"\r\n\r\n" + answer.body)
    payload = parts.get_payload()
    if not isinstance(payload, list) or not payload:
        raise EvidenceError(f"{answer.where}: multipart answer without parts", "look into the node's wso2carbon.log")
    found = {str(part.get("Content-ID", "")).strip("<> "): part for part in payload if isinstance(part, Message)}
    start = str(parts.get_param("start") or "").strip("<>")
    root = found.get(start) or next(iter(found.values()))
    return _with_attachments(answer, _content(root), found)


def body(where: str, text: str) -> etree._Element | None:
    """First element of the SOAP body, None if empty. SoapFault for a fault, EvidenceError if it is not SOAP."""
    root = _parse(where, text)
    soap_body = root.find(f"{{{ENVELOPE}}}Body")
    if soap_body is None:
        raise EvidenceError(
            f"{where}: expected a SOAP envelope, found {shown(text)!r}", "check that the admin service is deployed"
        )
    first = next(iter(soap_body), None)
    if first is not None and etree.QName(first).localname == "Fault":
        detail = " ".join(str(text) for part in first.findall("detail") for text in part.itertext())
        reason = (first.findtext("faultstring") or "").strip()
        if _NO_SERVICE.search(reason):
            raise ServiceMissing(
                f"{where}: found SOAP fault {shown(reason)!r}: the service is not deployed on this node",
                "see docs/product/services.md for the bundle that brings it",
            )
        raise SoapFault(where, reason, shown(detail))
    return first


def namespace_wanted(fault: SoapFault) -> str:
    """The XML namespace that a service expects instead, by its fault; "" if that is not the fault."""
    found = _OTHER_NAMESPACE.search(fault.reason)
    return found[1] if found else ""


def local_name(element: etree._Element) -> str:
    """Name of an element without its namespace."""
    return etree.QName(element).localname


def children(element: etree._Element, name: str) -> list[etree._Element]:
    """Child elements of that local name; Axis2 puts generated prefixes before it."""
    return [child for child in element if isinstance(child.tag, str) and local_name(child) == name]


def value(element: etree._Element) -> str | None:
    """Text of an element; None if it is nil."""
    return None if element.get(_NIL) in ("true", "1") else (element.text or "")


def returned(answer: etree._Element | None) -> list[str | None]:
    """Values returned by an operation; empty if its answer is empty."""
    return [] if answer is None else [value(child) for child in children(answer, "return")]


def _parse(where: str, text: str) -> etree._Element:
    try:
        return etree.fromstring(text.strip().encode(), _PARSER)
    except etree.XMLSyntaxError as problem:
        raise EvidenceError(
            f"{where}: expected XML, found {shown(text)!r} ({problem})", "look into the node's wso2carbon.log"
        ) from None


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _with_attachments(answer: HttpAnswer, root: bytes, parts: dict[str, Message]) -> str:
    tree = _parse(answer.where, root.decode("utf-8", errors="replace"))
    for include in list(tree.iter(_XOP_INCLUDE)):
        reference = include.get("href", "").removeprefix("cid:")
        holder = include.getparent()
        if reference not in parts or holder is None:
            raise EvidenceError(f"{answer.where}: attachment {reference!r} is missing", "repeat; the answer was cut")
        holder.text = base64.b64encode(_content(parts[reference])).decode()
    return etree.tostring(tree, encoding="unicode")
