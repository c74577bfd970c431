"""Breaks the datasources of the four shared databases (page: Required configurations, steps 1.1 and 1.2)."""

import re

from lxml import etree

from conformance.deployment.spec import EVENT_STORE_DB, PROCESSED_STORE_DB
from conformance.node.home.datasources import ANALYTICS, MASTER
from sabotage.edits import attribute, child, doubled, on_both, rewritten, text, without
from sabotage.homes import FIRST, SECOND, Homes
from sabotage.sabotage import Change, Table, variant, wrong
from sabotage.variants import elements

_USERS, _REGISTRY = "WSO2UM_DB", "WSO2REG_DB"


def _of(name: str, rest: str = "") -> str:
    return f"//datasource[name='{name}']{rest}"


def _setting(path: str, name: str, setting: str, value: str, node: str = SECOND) -> Change:
    return text(path, _of(name, f"//configuration/{setting}"), value, node)


def _server(path: str, name: str, host: str, node: str = SECOND) -> Change:
    url = _of(name, "//configuration/url")
    return rewritten(path, url, lambda text: re.sub(r"://[^:/?]+", f"://{host}", text, count=1), node)


def _users_in_the_registry_database(node: str) -> Change:
    def change(homes: Homes) -> None:
        root = etree.fromstring(homes.read(node, MASTER))
        url = root.findtext(f".//datasource[name='{_REGISTRY}']//configuration/url") or ""
        _setting(MASTER, _USERS, "url", url, node)(homes)

    return change


SABOTAGES: Table[Homes] = {
    "DS-01": {
        "other-jndi-name-of-users": wrong(
            "node 2's user datasource has another JNDI name than the user manager asks for",
            text(MASTER, _of(_USERS, "/jndiConfig/name"), "jdbc/Elsewhere"),
        ),
        "users-not-relational": wrong(
            "node 2's user datasource is of a type that nothing reads",
            attribute(MASTER, _of(_USERS, "/definition"), "type", "CUSTOM"),
        ),
        "users-defined-twice": wrong("node 1 defines the user datasource twice", doubled(MASTER, _of(_USERS), FIRST)),
    },
    "DS-02": {
        "no-registry-datasource": wrong(
            "node 2 defines no registry datasource",
            without(MASTER, _of(_REGISTRY)),
            opens="DB-01 DS-04 DS-05 DS-07 DS-08 REG-04",
        ),
        "other-jndi-name-of-the-registry": wrong(
            "node 1's registry datasource has another JNDI name than the registry asks for",
            text(MASTER, _of(_REGISTRY, "/jndiConfig/name"), "jdbc/Elsewhere", FIRST),
        ),
        "registry-not-relational": wrong(
            "node 2's registry datasource is of a type that nothing reads",
            attribute(MASTER, _of(_REGISTRY, "/definition"), "type", "CUSTOM"),
        ),
    },
    "DS-03": {
        "event-store-not-relational": wrong(
            "node 1's event-store datasource is of a type that nothing reads",
            attribute(ANALYTICS, _of(EVENT_STORE_DB, "/definition"), "type", "CUSTOM", FIRST),
        ),
        "no-processed-store-datasource": wrong(
            "node 2 defines no datasource of the processed-data store",
            without(ANALYTICS, _of(PROCESSED_STORE_DB)),
            follows="DB-08",
            opens="DB-01 DS-04 DS-05 DS-06 DS-07 DS-08",
        ),
        "no-reader-of-datasources": wrong(
            "node 2's analytics datasources have no reader", without(ANALYTICS, "//provider")
        ),
        "second-definition": wrong(
            "node 2 defines the event-store datasource twice",
            child(ANALYTICS, "//datasources", f"<datasource><name>{EVENT_STORE_DB}</name></datasource>"),
        ),
    },
    "DS-04": {
        "still-h2": wrong(
            "node 2's registry datasource still leads to the H2 database that the product ships",
            _setting(MASTER, _REGISTRY, "url", "jdbc:h2:./repository/database/WSO2SHARED_DB"),
            follows="DS-07",
            opens="REG-04",
            because="the other node's is MySQL's",
        ),
        "still-the-h2-driver": wrong(
            "node 1's event-store datasource still has H2's driver",
            _setting(ANALYTICS, EVENT_STORE_DB, "driverClassName", "org.h2.Driver", FIRST),
            opens="DB-01",
        ),
        "placeholder-in-the-url": wrong(
            "node 2's user datasource still has the page's placeholder for the server",
            _setting(MASTER, _USERS, "url", "jdbc:mysql://[MySQL DB url]:[port]/userdb"),
            opens="DS-07 DS-08",
        ),
        "placeholder-of-the-account": wrong(
            "node 2's user datasource still has the page's placeholder for the account",
            _setting(MASTER, _USERS, "username", "[user]"),
        ),
    },
    "DS-05": {
        "small-pool": wrong(
            "node 2's registry datasource serves five connections", _setting(MASTER, _REGISTRY, "maxActive", "5")
        ),
        "untested-connections": wrong(
            "node 1's event-store datasource hands out connections untested",
            _setting(ANALYTICS, EVENT_STORE_DB, "testOnBorrow", "false", FIRST),
        ),
    },
    "DS-06": {
        "auto-commit": wrong(
            "node 2's processed-data store commits each statement by itself",
            _setting(ANALYTICS, PROCESSED_STORE_DB, "defaultAutoCommit", "true"),
        ),
        "auto-commit-by-default": wrong(
            "node 1's event store does not say that it does not commit by itself",
            without(ANALYTICS, _of(EVENT_STORE_DB, "//configuration/defaultAutoCommit"), FIRST),
        ),
    },
    "DS-07": {
        "other-database-server": wrong(
            "node 2 has its users on another server", _server(MASTER, _USERS, "198.51.100.99")
        ),
        "database-on-loopback": wrong(
            "both nodes have the event store on what each calls localhost",
            on_both(_server, ANALYTICS, EVENT_STORE_DB, "localhost"),
        ),
    },
    "DS-08": {
        "users-in-the-registry-database": wrong(
            "both nodes keep users in the registry database", on_both(_users_in_the_registry_database)
        )
    },
}

#: Further forms of faults.
VARIANTS = (
    variant(
        "DS-01 ?DS-04 ?DS-05 ?DS-07 ?DS-08 ?DB-01",
        "node 2 defines no user datasource",
        without(MASTER, _of(_USERS)),
        "found 'WSO2_CARBON_DB', 'WSO2REG_DB', expected WSO2UM_DB with JNDI",
    ),
    *elements(
        MASTER,
        (
            ("DS-04 ?DS-07 ?DS-08", "url", " jdbc:mysql://198.51.100.13:3306/userdb", "the blanks around it count"),
            ("DS-07", "url", "jdbc:mysql://198.51.100.13:3306/users", "another database than"),
            ("DS-07", "url", "jdbc:mysql://198.51.100.13:3307/userdb", "another database than"),
        ),
        below=_of(_USERS, "//configuration/"),
    ),
)
