"""The management console's menu: the path to an item (docs/product/console.md#analytics-console)."""

from lxml import html

from conformance.node.services.console import CONSOLE_PAGE, Page

#: The page's words: Main > Manage > Batch Analytics > Console; Main is the tab of this menu.
TRAIL = ("Manage", "Batch Analytics", "Console")
HEADING = "Interactive Analytics Console"


def trail(page: Page) -> tuple[str, ...]:
    """Menu items on the path to the console's link, outermost first; empty if there is no link."""
    name = CONSOLE_PAGE.rpartition("/")[2]
    links = _tree(page.html).xpath("//div[@id='menu']//a[contains(@href, $name)]", name=name)
    if not links:
        return ()
    found = [links[0].text_content().strip()]
    # A submenu is a list in its own item, directly after the item with its name.
    for around in links[0].xpath("ancestor::ul[contains(@class, 'sub')]")[::-1]:
        before = around.getparent().xpath("preceding-sibling::li[1]")
        found.insert(0, before[0].text_content().strip() if before else "")
    return tuple(found)


def console_problem(page: Page) -> str:
    """What is wrong with the console page, for the operator; "" if it is the console with its terminal."""
    headings = [one.text_content().strip() for one in _tree(page.html).xpath("//h2")]
    if page.status != 200 or HEADING not in headings:
        return f"{page.url}: HTTP {page.status} {page.location}, headings {headings}; expected {HEADING!r}"
    if not _tree(page.html).xpath("//div[@id='terminal']"):
        return f"{page.url}: has no terminal; expected one (execution may be disabled on this node)"
    return ""


def _tree(text: str) -> html.HtmlElement:
    return html.document_fromstring(text.strip() or "<html></html>")
