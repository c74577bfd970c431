"""The shared registry of a registry.xml: each cut link and each absent part is said once, by one requirement's test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conformance.judgement.requirement import NotApplicable, NotAssessed
from conformance.pair import registry_links as links
from selftests.page_home import PAGE, REGISTRY, PageCluster

GOV = "/_system/governance"
TEXT = str(PAGE[REGISTRY])
INSTANCE = TEXT[TEXT.index("<remoteInstance") : TEXT.index("</remoteInstance>") + len("</remoteInstance>")]
MOUNT = f'<mount path="{GOV}" overwrite="true"><instanceId>gov</instanceId><targetPath>{GOV}</targetPath></mount>'
OVER_HTTP = "<username>a</username><password>b</password>"
CALLS: dict[str, Any] = {
    "instances": lambda node, _: links.problem_of_instances(node.registry_xml),
    "configs": lambda node, _: links.problem_of_their_configs(node.registry_xml),
    "writing": lambda node, _: links.problem_of_writing(node.registry_xml),
    "caching": lambda node, _: links.problem_of_caching(node.registry_xml),
    "roots": lambda node, _: links.problem_of_roots(node.registry_xml),
    "mount": lambda node, _: links.problem_of_mount(node.registry_xml, GOV),
    "link": lambda node, _: links.problem_of_its_instance(node.registry_xml, GOV),
    "target": lambda node, pair: links.problem_of_its_target(node, pair, GOV),
    "overwriting": lambda node, _: links.problem_of_overwriting(node.registry_xml, GOV),
}
ABSENT = dict.fromkeys(("configs", "writing", "caching", "roots"), "open")
UNMOUNTED = dict.fromkeys(("link", "target", "overwriting"), "open")


def judged(pair: Any) -> dict[str, str]:
    """What each function tells of the second node."""
    found = {}
    for name, call in CALLS.items():
        try:
            found[name] = call(pair.second, pair)
        except (NotApplicable, NotAssessed) as reason:
            found[name] = f"open: {reason}"
    return {name: told for name, told in found.items() if told}


def target(path: str) -> tuple[str, str]:
    return (f"<targetPath>{GOV}<", f"<targetPath>{path}<")


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([], {}),
        ([("</remoteInstance>", f"</remoteInstance>{INSTANCE}")], {"instances": "expected 'gov' once"}),
        ([("<id>gov<", "<id>other<")], {"instances": "expected one with id 'gov' (the mount at "}),
        ([("<id>gov<", "<id>other<"), ("<instanceId>gov<", "<instanceId>other<")], {}),
        ([("<instanceId>gov<", "<instanceId>other<")], {"link": "found 'other', expected the id of one\n"}),
        ([(INSTANCE, "")], {"instances": "expected one with id 'gov' (the mount at ", **ABSENT}),
        ([(INSTANCE, ""), ("Id>gov<", "Id>b<")], {"instances": "expected one with id 'gov'", **ABSENT}),
        ([("Only>false</readOnly><en", "Only>true</readOnly><en")], {"writing": "found 'true', expected 'false'"}),
        ([("<readOnly>false</readOnly><en", "<readOnly>FALSE</readOnly><en")], {}),
        ([("<enableCache>true<", "<enableCache>TRUE<")], {"caching": "found 'TRUE', expected 'true'"}),
        ([("Root>/</registryRoot>\n</rem", "Root>/x</registryRoot>\n</rem")], {"roots": "found '/x', expected '/'"}),
        ([(MOUNT, "")], {"mount": f"expected '{GOV}' once", **UNMOUNTED}),
        ([(MOUNT, MOUNT * 2)], {"mount": f"expected '{GOV}' once"}),
        ([target("/other")], {}),
        ([target("/_system/config")], {"target": f"found '/_system/config', expected '{GOV}' (the other node has "}),
        ([target("")], {}),
        ([('overwrite="true"', 'overwrite="false"')], {"overwriting": "found 'false', expected 'true'"}),
        ([('overwrite="true"', 'overwrite="VIRTUAL"')], {}),
        ([('overwrite="true"', 'overwrite="TRUE"')], {}),
        ([("govregistry</dbConfig>", "wso2registry</dbConfig>")], {"configs": "the node's own registry; expected"}),
        ([("govregistry</dbConfig>", "nowhere</dbConfig>")], {"configs": "which does not exist; expected the shared"}),
        ([("govregistry", "other")], {}),
        ([("<id>gov</id>", f"<id>gov</id>{OVER_HTTP}")], {"configs": "reached over HTTP"}),
    ],
)  # fmt: skip
def test_each_fault_is_told_by_one(tmp_path: Path, edits: list[tuple[str, str]], expected: dict[str, str]) -> None:
    found = judged(PageCluster(tmp_path).edit(*((REGISTRY, *edit) for edit in edits)).view)
    assert {name: part in found.get(name, "") for name, part in expected.items()} == dict.fromkeys(found, True)


@pytest.mark.parametrize(("first", "told"), [(TEXT, "(the other node has "), ("<", "open: "), ("", "open: ")])
def test_another_target_is_judged_by_that_of_the_other_node(tmp_path: Path, first: str, told: str) -> None:
    cluster = PageCluster(tmp_path).edit((REGISTRY, *target("/other")))
    cluster.accesses[0].files[REGISTRY] = first.encode()
    assert told in judged(cluster.view)["target"]


def test_a_target_of_one_node_alone_is_not_judged_unless_it_is_the_pages(tmp_path: Path) -> None:
    node = PageCluster(tmp_path).view.second
    assert links.problem_of_its_target(node, None, GOV) == ""
    with pytest.raises(NotAssessed):
        links.problem_of_its_target(PageCluster(tmp_path).edit((REGISTRY, *target("/o"))).view.second, None, GOV)
