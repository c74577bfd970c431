"""Step 1, sub-steps a and b: the datasources of users, registry, event store and processed data."""

from collections.abc import Mapping

from lxml import etree

from conformance.deployment.spec import EVENT_STORE_DB, PROCESSED_STORE_DB, REGISTRY_DB, USER_DB, DatabaseSpec
from conformance.pack.steps.node_home import NodeHome
from conformance.pack.steps.xml_file import element

USER_SOURCE, REGISTRY_SOURCE = "WSO2UM_DB", "WSO2REG_DB"
USER_JNDI, REGISTRY_JNDI = f"jdbc/{USER_SOURCE}", f"jdbc/{REGISTRY_SOURCE}"
DRIVER = "com.mysql.jdbc.Driver"
#: Pool settings as the page gives them, in its order.
POOL = {
    "driverClassName": DRIVER,
    "maxActive": "50",
    "maxWait": "60000",
    "testOnBorrow": "true",
    "validationQuery": "SELECT 1",
    "validationInterval": "30000",
}
#: What the record stores have beside them.
_STORE_POOL = {"defaultAutoCommit": "false"}
_ANALYTICS_DESCRIPTION = "The datasource used for analytics record store"


def page_datasource(name: str, url: str, user: str) -> etree._Element:
    """The page's data source of that name, without a password."""
    shared = {
        USER_SOURCE: ("The datasource used by user manager", USER_JNDI),
        REGISTRY_SOURCE: ("The datasource used by the registry", REGISTRY_JNDI),
    }
    access = {"url": url, "username": user}
    if name not in shared:
        return _element(name, _ANALYTICS_DESCRIPTION, access, jndi=None, pool=_STORE_POOL)
    description, jndi = shared[name]
    return _element(name, description, access, jndi=jndi, pool={})


def apply_shared(at: NodeHome) -> None:
    """Define the datasources of users and registry; the stock ones (WSO2_CARBON_DB, the local registry) stay."""
    database = at.cluster.database
    _define(
        at,
        "datasources/master-datasources.xml",
        _datasource(USER_SOURCE, "The datasource used by user manager", database, USER_DB, jndi=USER_JNDI),
        _datasource(REGISTRY_SOURCE, "The datasource used by the registry", database, REGISTRY_DB, jndi=REGISTRY_JNDI),
    )


def apply_analytics(at: NodeHome) -> None:
    """Point both datasources of the record stores at MySQL."""
    database = at.cluster.database
    _define(
        at,
        "datasources/analytics-datasources.xml",
        *(
            _datasource(name, _ANALYTICS_DESCRIPTION, database, name, pool=_STORE_POOL)
            for name in (EVENT_STORE_DB, PROCESSED_STORE_DB)
        ),
    )


def _define(at: NodeHome, name: str, *sources: etree._Element) -> None:
    file = at.xml(name)
    for source in sources:
        file.place(source, "/datasources-configuration/datasources", f"datasource[name='{source.findtext('name')}']")
    file.save()


def _datasource(
    name: str,
    description: str,
    database: DatabaseSpec,
    schema: str,
    *,
    jndi: str | None = None,
    pool: dict[str, str] | None = None,
) -> etree._Element:
    access = {
        "url": database.url(schema),
        "username": database.username,
        "password": database.password.reveal(),
    }
    return _element(name, description, access, jndi=jndi, pool=pool or {})


def _element(
    name: str, description: str, access: Mapping[str, str], *, jndi: str | None, pool: Mapping[str, str]
) -> etree._Element:
    values = {**access, **POOL, **pool}
    settings = element("configuration", None, *(element(key, value) for key, value in values.items()))
    return element(
        "datasource",
        None,
        element("name", name),
        element("description", description),
        *([element("jndiConfig", None, element("name", jndi))] if jndi else []),
        element("definition", None, settings, type="RDBMS"),
    )
