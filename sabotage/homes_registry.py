"""Breaks the shared users and the mounted registry (page: Required configurations, steps 1.3 and 1.4)."""

from conformance.node.home.datasources import MASTER
from conformance.node.home.registry_xml import RegistryXml
from conformance.node.home.user_mgt import UserMgt
from sabotage.edits import attribute, child, doubled, on_both, text, without, written
from sabotage.homes import FIRST, SECOND, Homes
from sabotage.sabotage import Change, Table, every, variant, wrong
from sabotage.variants import BOTH, elements

_PATH = RegistryXml.PATH
_LOCAL, _SHARED = "//dbConfig[@name='wso2registry']", "//dbConfig[@name='govregistry']"
_INSTANCE = "//remoteInstance[id='gov']"
_GOVERNANCE, _CONFIG = (f"//mount[@path='/_system/{name}']" for name in ("governance", "config"))

_OWN_STORE = (
    '<UserStoreManager class="org.wso2.carbon.user.core.jdbc.JDBCUserStoreManager">'
    '<Property name="dataSource">jdbc/WSO2CarbonDB</Property></UserStoreManager>'
)
_SERVED = "jdbc:mysql://198.51.100.13:3306/regdb?useSSL=false"
_OWN_URL = "//datasource[name='WSO2_CARBON_DB']//configuration/url"
_H2_IN_USE = "what is really used then is the node's own H2 database"


def _instance(setting: str, value: str, node: str = SECOND) -> Change:
    return text(_PATH, f"{_INSTANCE}/{setting}", value, node)


def _own_registry_on_mysql(node: str) -> Change:
    jndi = "jdbc/OwnRegistry"
    source = (
        f'<datasource><name>OWN_REGISTRY</name><jndiConfig><name>{jndi}</name></jndiConfig><definition type="RDBMS">'
        "<configuration><url>jdbc:mysql://198.51.100.13:3306/ownregdb</url></configuration></definition></datasource>"
    )
    return every(child(MASTER, "//datasources", source, node), text(_PATH, f"{_LOCAL}/dataSource", jndi, node))


SABOTAGES: Table[Homes] = {
    "UM-01": {
        "users-in-the-local-database": wrong(
            "node 2's user manager still takes the local datasource",
            text(UserMgt.PATH, "//Realm/Configuration/Property[@name='dataSource']", "jdbc/WSO2CarbonDB"),
            follows="DS-04 DS-07",
            opens="DB-01",
            because=_H2_IN_USE,
        ),
        "user-store-in-the-local-database": wrong(
            "node 2's user store has a database of its own, past the shared one",
            child(UserMgt.PATH, "//Realm", _OWN_STORE),
        ),
        "user-store-of-one-node": wrong(
            "node 2 has a user store beside the realm's that node 1 has not",
            written("repository/deployment/server/userstores/MORE.xml", '<UserStoreManager class="x"/>'),
        ),
        "no-datasource-of-users": wrong(
            "node 1's user manager names no datasource",
            without(UserMgt.PATH, "//Realm/Configuration/Property[@name='dataSource']", FIRST),
        ),
    },
    "REG-01": {
        "shared-registry-on-another-datasource": wrong(
            "node 2's shared registry is on the local datasource",
            text(_PATH, f"{_SHARED}/dataSource", "jdbc/WSO2CarbonDB"),
            follows="DS-04 DS-07",
            opens="DB-01 REG-04",
            because=_H2_IN_USE,
        ),
        "no-shared-registry": wrong("node 2 defines no database of the shared registry", without(_PATH, _SHARED)),
    },
    "REG-02": {
        "own-registry-replaced": wrong(
            "node 2's own registry is on the shared database", text(_PATH, f"{_LOCAL}/dataSource", "jdbc/WSO2REG_DB")
        ),
        "own-registry-is-not-current": wrong(
            "node 1 takes the shared registry as its own", text(_PATH, "//currentDBConfig", "govregistry", FIRST)
        ),
        "one-own-registry-for-both": wrong(
            "both nodes have their own registries in one database", on_both(_own_registry_on_mysql)
        ),
        "no-own-registry": wrong("node 2 has no database of its own registry", without(_PATH, _LOCAL)),
    },
    "REG-03": {
        "registry-read-only": wrong("node 2 only reads the shared registry", _instance("readOnly", "true")),
        "registry-not-cached": wrong("node 1 keeps no cache", _instance("enableCache", "false", FIRST)),
        "other-registry-root": wrong("node 2 mounts a part only", _instance("registryRoot", "/_system")),
        "instance-on-the-own-registry": wrong(
            "node 1's instance is on its own registry",
            _instance("dbConfig", "wso2registry", FIRST),
            follows="DS-04 DS-07",
            opens="DB-01 REG-04",
            because=_H2_IN_USE,
        ),
        "two-instances": wrong("node 2 has two instances of that id", doubled(_PATH, _INSTANCE)),
        "instance-over-http": wrong(
            "node 1's instance has an account, and is so reached over HTTP",
            every(*(child(_PATH, _INSTANCE, f"<{tag}>admin</{tag}>", FIRST) for tag in ("username", "password"))),
        ),
    },
    "REG-04": {
        "cache-id-of-another-database": wrong(
            "node 2's cacheId names the users' database",
            _instance("cacheId", "das@jdbc:mysql://198.51.100.13:3306/userdb"),
        ),
        "no-cache-id": wrong("node 1 gives no cacheId", without(_PATH, f"{_INSTANCE}/cacheId", FIRST)),
    },
    "REG-05": {
        "one-mount-configured": wrong("node 2 mounts no configuration registry", without(_PATH, _CONFIG)),
        "mount-of-another-instance": wrong(
            "node 2's governance registry is mounted from an instance that is not there",
            text(_PATH, f"{_GOVERNANCE}/instanceId", "elsewhere"),
        ),
        "mount-of-another-path": wrong(
            "node 1's configuration registry leads to another path",
            text(_PATH, f"{_CONFIG}/targetPath", "/_system/other", FIRST),
        ),
        "mount-does-not-overwrite": wrong(
            "node 2's mount leaves what is there", attribute(_PATH, _CONFIG, "overwrite", "false")
        ),
        "mounted-twice": wrong("node 2 mounts one path twice", doubled(_PATH, _GOVERNANCE)),
    },
}

#: Further forms of faults.
VARIANTS = (
    variant(
        "UM-01 DS-04 DS-07 ?DB-01",
        "the first of node 2's two realms takes the local datasource",
        child(
            UserMgt.PATH,
            "/*",
            '<Realm><Configuration><Property name="dataSource">jdbc/WSO2CarbonDB</Property></Configuration></Realm>',
            first=True,
        ),
    ),
    *elements(
        _PATH,
        (
            ("REG-01", f"{_SHARED}/dataSource", "jdbc/Other", r"govregistry'\]/dataSource: found 'jdbc/Other'"),
            ("REG-01", f"{_SHARED}/dataSource", " jdbc/WSO2REG_DB", "found ' jdbc/WSO2REG_DB'"),
            ("REG-02", f"{_LOCAL}/dataSource", "jdbc/WSO2UM_DB", "expected a local database, not that of the users"),
            ("REG-03", f"{_INSTANCE}/id", "Gov", "found remoteInstance 'Gov', expected one with id 'gov' .the mount"),
            ("REG-04", f"{_INSTANCE}/cacheId", f"other@{_SERVED}", "expected 'das@jdbc:mysql"),
            ("REG-04", f"{_INSTANCE}/cacheId", _SERVED, "cacheId"),
        ),
    ),
    *elements(
        MASTER,
        (
            (
                "REG-02",
                _OWN_URL,
                "jdbc:h2:tcp://198.51.100.13/local",
                "node2 .*a database of its own, not the one of.*node1",
            ),
            ("REG-02", _OWN_URL, "jdbc:mysql://198.51.100.13:3306/userdb?x=y", ""),
        ),
        BOTH,
    ),
)
