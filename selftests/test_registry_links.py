"""Registries of a registry.xml: each cut link of the shared one is said once, and each node's own is its own."""

from typing import Any

import pytest

from conformance.judgement.deviation import collecting
from conformance.judgement.requirement import NotApplicable, NotAssessed
from conformance.node.checks import datasource_links, local_registry, registry_mounts
from conformance.node.home.registry_xml import RegistryXml
from conformance.node.home.xml_source import XmlSource
from conformance.pair import registry_links as links
from selftests.home_paths import MASTER, REGISTRY
from selftests.page_home import LOCAL_URL, PAGE, SERVER, PageCluster, datasource

GOV, CONFIGURATION = "/_system/governance", "/_system/config"
TEXT = str(PAGE[REGISTRY])
INSTANCE = TEXT[TEXT.index("<remoteInstance") : TEXT.index("</remoteInstance>") + len("</remoteInstance>")]
CONFIG = '<dbConfig name="govregistry"><dataSource>jdbc/WSO2REG_DB</dataSource></dbConfig>'
MOUNT = f'<mount path="{GOV}" overwrite="true"><instanceId>gov</instanceId><targetPath>{GOV}</targetPath></mount>'
OVER_HTTP = "<username>a</username><password>b</password>"
CALLS: dict[str, Any] = {
    "registry": lambda node, _: datasource_links.problem_of_registry(node),
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
CONFIGS = ("wso2registry", "other", "govregistry")
BOTH = ((GOV, "gov"), (CONFIGURATION, "a"))
OWN = '<dbConfig name="wso2registry"><dataSource>jdbc/WSO2CarbonDB</dataSource></dbConfig>'
INLINE = f'<dbConfig name="wso2registry"><url>{SERVER}/{{}}</url><userName>das</userName></dbConfig>'
#: Wherever the node's home is, it is the node's own.
HERE = "jdbc:h2:${carbon.home}/own"
ORACLE = "jdbc:oracle:thin:@198.51.100.13:1521/o"


def judged(pair: Any) -> dict[str, str]:
    found = {}
    for name, call in CALLS.items():
        try:
            found[name] = call(pair.second, pair)
        except (NotApplicable, NotAssessed) as reason:
            found[name] = f"open: {reason}"
    return {name: problem for name, problem in found.items() if problem}


def target(path: str) -> tuple[str, str]:
    return (f"<targetPath>{GOV}<", f"<targetPath>{path}<")


@pytest.mark.parametrize(("edits", "expected"), [
    ([], {}),
    ([(CONFIG, "")], {"registry": "expected 'govregistry' on the shared registry's data source, which node2 "}),
    ([(CONFIG, ""), ("govregistry<", "wso2registry<")], {"registry": "'wso2registry', expected 'govregistry' on"}),
    ([('"govregistry"', '"other"')], {"registry": "data source, which node2 "}),
    ([("/WSO2REG_DB", "/WSO2CarbonDB")], {"registry": "'jdbc/WSO2CarbonDB' is the node's own database: 'jdbc:"}),
    ([("/WSO2REG_DB", "/Nowhere")], {"registry": "found 'jdbc/Nowhere', which is not a JNDI name of\nnode2 "}),
    ([("<dataSource>jdbc/WSO2REG_DB</dataSource>", "")], {"registry": "found nothing, expected the JNDI name of"}),
    ([("</remoteInstance>", f"</remoteInstance>{INSTANCE}")], {"instances": "expected 'gov' once"}),
    ([("<id>gov<", "<id>other<")], {"instances": "expected one with id 'gov' (the mount at "}),
    ([("<id>gov<", "<id>other<"), ("<instanceId>gov<", "<instanceId>other<")], {}),
    ([("<instanceId>gov<", "<instanceId>other<")], {"link": "found 'other', expected the id of one\n"}),
    ([(INSTANCE, "")], {"instances": "expected one with id 'gov' (the mount at ", **ABSENT}),
    ([(INSTANCE, ""), ("Id>gov<", "Id>b<")], {"instances": "expected one with id 'gov'", **ABSENT}),
    ([("Only>false</readOnly><en", "Only>true</readOnly><en")], {"writing": "found 'true', expected 'false'"}),
    ([("<readOnly>false</readOnly><en", "<readOnly>FALSE</readOnly><en")], {}),
    *(([("Only>false</readOnly><en", f"Only>{x}</readOnly><en")], {}) for x in ("\xa0false", "\xa0true", "no")),
    ([("Only>false</readOnly><en", "Only>True</readOnly><en")], {"writing": "found 'True', expected 'false'"}),
    ([("<enableCache>true<", "<enableCache> True <")], {}),
    ([("<enableCache>true<", "<enableCache>false<")], {"caching": "found 'false', expected 'true'"}),
    ([("<readOnly>false</readOnly><en", "<en"), ("<registryRoot>/</registryRoot>\n</rem", "</rem")], {}),
    ([("Root>/</registryRoot>\n</rem", "Root>/x</registryRoot>\n</rem")], {"roots": "found '/x', expected '/'"}),
    ([(MOUNT, "")], {"mount": f"expected '{GOV}' once", **UNMOUNTED}),
    ([(MOUNT, MOUNT * 2)], {"mount": f"expected '{GOV}' once"}),
    ([target("/other")], {}),
    ([target("/_system/config")], {"target": f"found '/_system/config', expected '{GOV}' (the other node has "}),
    ([target("")], {"target": f"found '', expected '{GOV}'"}),
    ([target(f"{GOV}/")], {}),
    ([target(GOV[1:])], {}),
    ([('overwrite="true"', 'overwrite="false"')], {"overwriting": "found 'false', expected 'true'"}),
    ([('overwrite="true"', 'overwrite="VIRTUAL"')], {}),
    ([('overwrite="true"', 'overwrite="TRUE"')], {}),
    ([("govregistry</dbConfig>", "wso2registry</dbConfig>")], {"configs": "the node's own registry; expected"}),
    ([("govregistry</dbConfig>", "nowhere</dbConfig>")], {"configs": "which does not exist; expected the shared"}),
    ([("govregistry", "other")], {}),
    ([("<id>gov</id>", f"<id>gov</id>{OVER_HTTP}")], {"configs": "reached over HTTP"}),
])  # fmt: skip
def test_each_fault_is_reported_by_one(edits, expected):
    found = judged(PageCluster().edit(*((REGISTRY, *edit) for edit in edits)).view)
    assert {name: part in found.get(name, "") for name, part in expected.items()} == dict.fromkeys(found, True)


@pytest.mark.parametrize(("first", "text"), [(TEXT, "(the other node has "), ("<", "open: "), ("", "open: ")])
def test_another_target_is_judged_by_that_of_the_other_node(first, text):
    cluster = PageCluster().edit((REGISTRY, *target("/other")))
    cluster.accesses[0].files[REGISTRY] = first.encode()
    assert text in judged(cluster.view)["target"]


def test_a_slash_more_on_one_node_leads_to_the_same_place():
    cluster = PageCluster().edit((REGISTRY, *target(f"{GOV}/")), only_second=True)
    assert judged(cluster.view) == {}


def test_a_target_of_one_node_alone_is_not_judged_unless_it_is_the_pages():
    node = PageCluster().view.second
    assert links.problem_of_its_target(node, None, GOV) == ""
    with pytest.raises(NotAssessed):
        links.problem_of_its_target(PageCluster().edit((REGISTRY, *target("/o"))).view.second, None, GOV)


def registry(*mounts: tuple[str, str]) -> RegistryXml:
    """Instances a and gov on databases of their own; `mounts` are paths and the instances that they name."""
    configs = "".join(f'<dbConfig name="{name}"><dataSource>jdbc/{name}</dataSource></dbConfig>' for name in CONFIGS)
    instance = '<remoteInstance url="x"><id>{}</id><dbConfig>{}</dbConfig></remoteInstance>'
    instances = instance.format("a", "other") + instance.format("gov", "govregistry")
    mounted = "".join(MOUNT.replace(GOV, path).replace(">gov<", f">{to}<") for path, to in mounts)
    text = f"<wso2registry><currentDBConfig>wso2registry</currentDBConfig>{configs}{instances}{mounted}</wso2registry>"
    return RegistryXml(XmlSource("node1", RegistryXml.PATH, text))


@pytest.mark.parametrize(("mounts", "path", "instance", "config"), [
    (BOTH, GOV, "gov", "govregistry"),
    (BOTH, CONFIGURATION, "a", "other"),
    (BOTH[:1], CONFIGURATION, None, "govregistry"),
    (((GOV, "nowhere"),), GOV, None, "govregistry"),
    (((GOV, "a"), (GOV, "gov")), GOV, "a", "other"),
    ((), GOV, None, "govregistry"),
])  # fmt: skip
def test_a_path_leads_by_its_own_mount_to_a_database(mounts, path, instance, config):
    found = registry(*mounts)
    named, behind, last = found.named_instance(path), found.instance_behind(path), found.config_behind(path)
    assert (named and named.id) == instance
    assert behind is not None
    assert behind.id == (instance or "gov")
    assert last is not None
    assert last.name == config
    assert found.meant_config is not None
    assert (found.meant_config.name, found.own_name) == ("govregistry", "wso2registry")


@pytest.mark.parametrize(("first", "second", "shared"), [
    (LOCAL_URL, LOCAL_URL, False),
    (f"{SERVER}/own", f"{SERVER}/own", True),
    (f"{SERVER}/own", f"{SERVER}/other", False),
    ("jdbc:h2:tcp://198.51.100.13/own", "jdbc:h2:tcp://198.51.100.13/own", True),
    ("jdbc:h2:ssl://198.51.100.13/own", "jdbc:h2:ssl://198.51.100.13/other", False),
    ("jdbc:h2:tcp://198.51.100.13/own", f"{SERVER}/own", False),
    (f"{SERVER}/own", "jdbc:h2:tcp://198.51.100.13/own", False),
    (f"{SERVER}/own", LOCAL_URL, False),
    (LOCAL_URL, f"{SERVER}/own", False),
    (ORACLE, ORACLE, False),
    ("${db.url}", LOCAL_URL, False),
    (LOCAL_URL, "${db.url}", False),
    (HERE, f"{SERVER}/own", False),
    (f"{SERVER}/own", HERE, False),
])  # fmt: skip
def test_own_registries_in_one_database_are_reported(first, second, *, shared):
    cluster = PageCluster().edit((MASTER, LOCAL_URL, first))
    problem = local_registry.common(*cluster.edit((MASTER, first, second), only_second=True).view.nodes)
    assert problem.startswith(f"node2 {MASTER}:") is bool(problem) is shared


@pytest.mark.parametrize("without", ["node1", "node2"])
def test_a_node_without_an_own_registry_shares_none(without):
    cluster = PageCluster().edit((MASTER, LOCAL_URL, f"{SERVER}/own"))
    access = next(one for one in cluster.accesses if one.name == without)
    access.files[REGISTRY] = access.files[REGISTRY].replace(OWN.encode(), b"")
    assert local_registry.common(*cluster.view.nodes) == ""


@pytest.mark.parametrize(("edit", "text"), [
    ((MASTER, LOCAL_URL, f"{SERVER}/own"), ""),
    ((MASTER, LOCAL_URL, f"{SERVER}/userdb"), "expected a local database, not that of the users"),
    ((MASTER, LOCAL_URL, f"{SERVER}/regdb"), "not that of the registry"),
    *(((MASTER, LOCAL_URL, url), "") for url in (ORACLE, HERE)),
    ((MASTER, datasource("WSO2UM_DB", f"{SERVER}/userdb", "jdbc/WSO2UM_DB"), ""), ""),
    ((MASTER, "jdbc/WSO2CarbonDB", "jdbc/Other"), "which is not a JNDI name of\n"),
    ((REGISTRY, OWN, INLINE.format("own")), ""),
    ((REGISTRY, OWN, INLINE.format("userdb")), "not that of the users"),
    # With a data source its own URL does not count.
    ((REGISTRY, OWN, OWN.replace("</dbC", f"<url>{SERVER}/userdb</url></dbC")), ""),
    ((MASTER, f"{SERVER}/userdb", LOCAL_URL), ""),
])  # fmt: skip
def test_an_own_registry_in_a_shared_database_is_reported(edit, text):
    found = local_registry.not_its_own(PageCluster().edit(edit).view.second)
    assert (text in found) if text else not found


@pytest.mark.parametrize(("current", "text"), [
    ("<currentDBConfig>wso2registry</currentDBConfig>", ""),
    ("<currentDBConfig>nowhere</currentDBConfig>", "found 'nowhere', expected the dbConfig of the node's own"),
    ("", "expected the dbConfig of the node's own registry"),
    ("<currentDBConfig>govregistry</currentDBConfig>", "to which the mounts lead; expected 'wso2registry'"),
])  # fmt: skip
def test_the_current_registry_is_the_nodes_own(current, text):
    before = "<currentDBConfig>wso2registry</currentDBConfig>"
    found = local_registry.problem_of_current(PageCluster().edit((REGISTRY, before, current)).view.first)
    assert (text in found) if text else not found


@pytest.mark.parametrize("beside", ["", OWN])
def test_another_name_of_the_own_registry_is_a_deviation(beside):
    with collecting() as found:
        named = (REGISTRY, OWN, OWN.replace("wso2registry", "own") + beside)
        cluster = PageCluster().edit((REGISTRY, "wso2registry<", "own<"), named)
        assert local_registry.problem_of_current(cluster.view.first) == ""
    assert "'own' instead of 'wso2registry'" in found.texts[0]


@pytest.mark.parametrize(("cache_id", "right"), [
    (f"das@{SERVER}/regdb", True),
    ("DAS@jdbc:mysql://198.51.100.13/REGDB?x=y", True),
    (f"root@{SERVER}/regdb", False),
    (f"das@{SERVER}/userdb", False),
    ("das@jdbc:mysql://198.51.100.14:3306/regdb", False),
    ("das", False),
])  # fmt: skip
@pytest.mark.parametrize("user", ["das", "${db.user}"])
def test_a_cache_id_is_account_and_database(cache_id, user, *, right):
    cluster = PageCluster().edit((REGISTRY, f"das@{SERVER}/regdb", cache_id))
    node = cluster.edit((MASTER, "<username>das<", f"<username>{user}<")).view.first
    found = registry_mounts.problem_of_cache_ids(node)
    # Whose account a property gives, no one knows.
    right = right or (user != "das" and cache_id.startswith("root"))
    assert (f"found '{cache_id}', expected '{user}@{SERVER}/regdb'" in found) is bool(found) is not right
    # An account that a system property gives may be anyone's.
    assert bool(found) is not (right or (user != "das" and cache_id.startswith("root")))
