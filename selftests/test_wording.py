import pytest

from conformance.evidence.wording import without_wording
from conformance.node.services.console import Page
from conformance.node.services.console_menu import TRAIL, console_problem, trail

AXIS2 = """<?xml version="1.0" encoding="ISO-8859-1"?>
<!-- Someone's licence and explanation -->
<axisconfig name="AxisJava2.0">
  <!-- and more of it -->
  <parameter name="hotdeployment">true</parameter>
  <clustering enable="true"><parameter name="domain">d</parameter></clustering>
</axisconfig>"""


def test_comments_and_elements_that_no_one_reads_go():
    kept = without_wording("file repository/conf/axis2/axis2.xml", AXIS2)
    assert "explanation" not in kept
    assert "hotdeployment" not in kept
    assert '<parameter name="domain">d</parameter>' in kept


FACTS = 'JVM_MEM_OPTS="-Xms256m -Xmx1024m"\n  -DportOffset=3 \\\n'
NO_TEXT = {"status": 302, "html": "", "location": "login.jsp"}


@pytest.mark.parametrize(("question", "answer", "kept"), [
    ("file bin/wso2server.sh", f"#!/bin/sh\n# A long story.\n{FACTS}if true; then echo said; fi\n", FACTS),
    ("console page x",
     {"status": 200, "html": "<h1>Welcome</h1><label>Signed-in as:</label>admin@carbon.super<p>More</p>"},
     {"status": 200, "html": "Signed-in as:</label>admin@carbon.super"}),
    ("console page x", NO_TEXT, NO_TEXT),
    ("file repository/conf/analytics/my-node-id.dat", "id-1", "id-1"),
    ("pid", 17, 17),
    ("log: repository/logs/wso2carbon.log", "<!-- x -->", "<!-- x -->"),
], ids=["lines that set something", "who is logged in", "no text", "an id", "a number", "a log"])  # fmt: skip
def test_facts_stay(question, answer, kept):
    assert without_wording(question, answer) == kept


MENU = """<div id="menu"> <ul class="main">
<li><a href="../admin/index.jsp">Home</a></li>
<li id="region1" class="menu-header" onclick="collapse()">Manage</li>
<li class="normal"><ul class="sub"><li>Users</li><li><ul class="sub"><li><a href="u.jsp">Add</a></li></ul></li>
<li class="menu-disabled-link" style="background: x">Batch Analytics</li>
<li class="normal"><ul class="sub"><li><a href="../spark/sparkConsole.jsp">Console</a></li></ul></li></ul></li>
</ul></div><h2>Welcome &amp; more</h2><p>Long text</p>"""


def test_a_page_keeps_the_way_to_the_console_and_loses_all_others():
    kept = without_wording("console page x", {"status": 200, "html": MENU})["html"]
    assert trail(Page("x", 200, "", kept)) == trail(Page("x", 200, "", MENU)) == TRAIL
    assert not any(word in kept for word in ("Home", "Users", "Add", "onclick", "style", "Long text"))


def test_a_page_keeps_whether_the_terminal_is_there():
    page = {"status": 200, "html": "<h2>Interactive Analytics Console</h2><div id='terminal'>Welcome</div>"}
    kept = Page("x", 200, "", without_wording("console page x", page)["html"])
    assert console_problem(kept) == ""
    assert "Welcome" not in kept.html
