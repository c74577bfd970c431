"""Whether each node's own registry is its own, and the cacheId that of the shared one: by the databases behind them."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.judgement.deviation import collecting
from conformance.node.checks import local_registry, registry_cache_id
from selftests.page_home import LOCAL_URL, MASTER, REGISTRY, SERVER, PageCluster

OWN = '<dbConfig name="wso2registry"><dataSource>jdbc/WSO2CarbonDB</dataSource></dbConfig>'
INLINE = f'<dbConfig name="wso2registry"><url>{SERVER}/{{}}</url><userName>das</userName></dbConfig>'
ORACLE = "jdbc:oracle:thin:@198.51.100.13:1521/o"


@pytest.mark.parametrize(
    ("first", "second", "shared"),
    [
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
    ],
)
def test_own_registries_in_one_database_are_told(tmp_path: Path, first: str, second: str, *, shared: bool) -> None:
    cluster = PageCluster(tmp_path).edit((MASTER, LOCAL_URL, first))
    told = local_registry.common(*cluster.edit((MASTER, first, second), only_second=True).view.nodes)
    assert told.startswith(f"node2 {MASTER}:") is bool(told) is shared


@pytest.mark.parametrize("without", ["node1", "node2"])
def test_a_node_without_an_own_registry_shares_none(tmp_path: Path, without: str) -> None:
    cluster = PageCluster(tmp_path).edit((MASTER, LOCAL_URL, f"{SERVER}/own"))
    access = next(one for one in cluster.accesses if one.name == without)
    access.files[REGISTRY] = access.files[REGISTRY].replace(OWN.encode(), b"")
    assert local_registry.common(*cluster.view.nodes) == ""


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ((MASTER, LOCAL_URL, f"{SERVER}/own"), ""),
        ((MASTER, LOCAL_URL, f"{SERVER}/userdb"), "expected a local database, not that of the users"),
        ((MASTER, LOCAL_URL, f"{SERVER}/regdb"), "not that of the registry"),
        ((MASTER, LOCAL_URL, ORACLE), ""),
        ((MASTER, "jdbc/WSO2CarbonDB", "jdbc/Other"), "which is not a JNDI name of\n"),
        ((REGISTRY, OWN, INLINE.format("own")), ""),
        ((REGISTRY, OWN, INLINE.format("userdb")), "not that of the users"),
        ((MASTER, f"{SERVER}/userdb", LOCAL_URL), ""),
    ],
)
def test_an_own_registry_in_a_shared_database_is_told(tmp_path: Path, edit: tuple[str, str, str], told: str) -> None:
    found = local_registry.not_its_own(PageCluster(tmp_path).edit(edit).view.second)
    assert (told in found) if told else not found


@pytest.mark.parametrize(
    ("current", "told"),
    [
        ("<currentDBConfig>wso2registry</currentDBConfig>", ""),
        ("<currentDBConfig>nowhere</currentDBConfig>", "found 'nowhere', expected the dbConfig of the node's own"),
        ("", "expected the dbConfig of the node's own registry"),
        ("<currentDBConfig>govregistry</currentDBConfig>", "to which the mounts lead; expected 'wso2registry'"),
    ],
)
def test_the_current_registry_is_the_nodes_own(tmp_path: Path, current: str, told: str) -> None:
    before = "<currentDBConfig>wso2registry</currentDBConfig>"
    found = local_registry.problem_of_current(PageCluster(tmp_path).edit((REGISTRY, before, current)).view.first)
    assert (told in found) if told else not found


def test_another_name_of_the_own_registry_is_a_deviation(tmp_path: Path) -> None:
    with collecting() as found:
        cluster = PageCluster(tmp_path).edit((REGISTRY, "wso2registry<", "own<"), (REGISTRY, '"wso2registry"', '"own"'))
        assert local_registry.problem_of_current(cluster.view.first) == ""
    assert "'own' instead of 'wso2registry'" in found.texts[0]


@pytest.mark.parametrize(
    ("cache_id", "right"),
    [
        (f"das@{SERVER}/regdb", True),
        ("DAS@jdbc:mysql://198.51.100.13/REGDB?x=y", True),
        (f"root@{SERVER}/regdb", False),
        (f"das@{SERVER}/userdb", False),
        ("das@jdbc:mysql://198.51.100.14:3306/regdb", False),
        ("das", False),
    ],
)
@pytest.mark.parametrize("user", ["das", "${db.user}"])
def test_a_cache_id_is_account_and_database(tmp_path: Path, cache_id: str, user: str, *, right: bool) -> None:
    cluster = PageCluster(tmp_path).edit((REGISTRY, f"das@{SERVER}/regdb", cache_id))
    found = registry_cache_id.foreign(cluster.edit((MASTER, "<username>das<", f"<username>{user}<")).view.first)
    assert (f"found '{cache_id}', expected '{user}@{SERVER}/regdb'" in found) is bool(found)
    # An account that a system property gives may be anybody's.
    assert bool(found) is not (right or (user != "das" and cache_id.startswith("root")))
