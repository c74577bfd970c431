"""Removes the product's own texts from answers, so that a kept bundle contains only facts: names and values.

A run's own bundle contains whole files, as evidence should. A bundle that becomes part of this project must not contain
files of the product's packages. Kept are: of configuration what requirements read; of scripts the lines that set memory
and addresses; of pages who is logged in, where the console is in the menu, and whether it is there.
"""

import re
from html import escape
from pathlib import PurePosixPath
from typing import Any

from lxml import etree, html

from conformance.evidence.observation import Json

#: Children of the root that requirements read, by file; other files keep every element.
_READ = {
    "axis2.xml": {"clustering"},
    "carbon.xml": {"Name", "ServerKey", "Version", "HostName", "MgtHostName", "Ports", "DeploymentSynchronizer"},
    "registry.xml": {"currentDBConfig", "dbConfig", "remoteInstance", "mount"},
}
#: Elements inside the kept part that no requirement reads.
_UNREAD = {"user-mgt.xml": {"UserStoreManager", "AuthorizationManager", "AdminRole", "AdminUser", "EveryOneRoleName"}}
_SCRIPT_FACTS = re.compile(r"-Xm[sx]|JVM_MEM_OPTS=|-D(?:portOffset|hazelcast\.config)=|^\s*(?:\w+=|export\s)")
_CONSOLE = "sparkConsole.jsp"
_MENU_ATTRIBUTES = {"id", "class", "href"}
_SIGNED_IN = re.compile(r"Signed-in\s+as:.{0,200}?</[^>]+>[^<]*", re.DOTALL)


def without_wording(question: str, answer: Json) -> Json:
    """The answer to `question`, reduced to its facts."""
    if question.startswith("console page ") and isinstance(answer, dict) and "html" in answer:
        return {**answer, "html": _facts_of_page(str(answer["html"]))}
    if not question.startswith("file ") or not isinstance(answer, str):
        return answer
    name = PurePosixPath(question.removeprefix("file ")).name
    if name.endswith(".xml"):
        return _facts_of_xml(name, answer)
    if name.endswith(".sh"):
        return "".join(line for line in answer.splitlines(keepends=True) if _SCRIPT_FACTS.search(line))
    return answer


def _facts_of_page(text: str) -> str:
    """Who is signed in, headings, the terminal, and the menu's way to the console."""
    if not text.strip():
        return ""
    tree: Any = html.document_fromstring(text)
    signed_in = "".join(_SIGNED_IN.findall(text))
    headings = "".join(f"<h2>{escape(one.text_content().strip())}</h2>" for one in tree.xpath("//h2"))
    terminal = '<div id="terminal"></div>' if tree.xpath("//div[@id='terminal']") else ""
    menus = tree.xpath("//div[@id='menu'][.//a[contains(@href, $name)]]", name=_CONSOLE)
    return signed_in + "".join(map(_way_in, menus)) + headings + terminal


def _way_in(menu: Any) -> str:
    """The menu with only the items that contain the console, or come directly before the item that does."""
    for item in menu.xpath(".//li"):
        if not item.xpath(".//a[contains(@href, $name)]", name=_CONSOLE) and not item.xpath(
            "following-sibling::li[1]//a[contains(@href, $name)]", name=_CONSOLE
        ):
            item.drop_tree()
    etree.strip_elements(menu, "img", "script", etree.Comment, with_tail=False)
    for element in menu.iter("*"):
        for name in set(element.attrib) - _MENU_ATTRIBUTES:
            del element.attrib[name]
    return str(etree.tostring(menu, encoding="unicode", method="html", with_tail=False))


def _facts_of_xml(name: str, text: str) -> str:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        # The declaration gives the file's encoding, which does not apply to this text.
        root = etree.fromstring(re.sub(r"^<\?xml[^>]*\?>", "", text).encode(), parser)
    for child in [each for each in root if name in _READ and _local(each) not in _READ[name]]:
        _remove(child)
    for element in [each for each in root.iter("{*}*") if _local(each) in _UNREAD.get(name, ())]:
        _remove(element)
    etree.indent(root)
    return str(etree.tostring(root, encoding="unicode"))


def _local(element: Any) -> str:
    return str(etree.QName(element).localname)


def _remove(element: Any) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
