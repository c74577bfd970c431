"""Step 1, sub-steps a to c: the datasources of users, registry, event store and processed data, and the user store."""

from collections.abc import Mapping

from lxml import etree

from conformance.deployment.spec import EVENT_STORE_DB, PROCESSED_STORE_DB, REGISTRY_DB, USER_DB
from conformance.pack.steps.xml_file import EditedHome, element

USER_SOURCE, REGISTRY_SOURCE = "WSO2UM_DB", "WSO2REG_DB"
USER_JNDI, REGISTRY_JNDI = f"jdbc/{USER_SOURCE}", f"jdbc/{REGISTRY_SOURCE}"
DRIVER = "com.mysql.jdbc.Driver"
#: Pool settings on the page, in its order.
POOL = {
    "driverClassName": DRIVER,
    "maxActive": "50",
    "maxWait": "60000",
    "testOnBorrow": "true",
    "validationQuery": "SELECT 1",
    "validationInterval": "30000",
}
#: Additional settings for the record stores.
_STORE_POOL = {"defaultAutoCommit": "false"}
#: Description and JNDI name of the shared datasources; those of the record stores have no JNDI name.
_SHARED = {
    USER_SOURCE: ("The datasource used by user manager", USER_JNDI),
    REGISTRY_SOURCE: ("The datasource used by the registry", REGISTRY_JNDI),
}
_OF_A_STORE = ("The datasource used for analytics record store", "")


def page_datasource(name: str, url: str, user: str, password: str | None = None) -> etree._Element:
    """The page's datasource of that name; without a password if none is given."""
    description, jndi = _SHARED.get(name, _OF_A_STORE)
    access = {"url": url, "username": user, **({} if password is None else {"password": password})}
    values = {**access, **POOL, **({} if jndi else _STORE_POOL)}
    settings = element("configuration", None, *(element(key, value) for key, value in values.items()))
    named = [element("name", name), element("description", description)]
    bound = [element("jndiConfig", None, element("name", jndi))] if jndi else []
    return element("datasource", None, *named, *bound, element("definition", None, settings, type="RDBMS"))


def apply_shared(at: EditedHome) -> None:
    """Define the datasources of users and registry; the stock ones (WSO2_CARBON_DB, the local registry) stay."""
    _define(at, "datasources/master-datasources.xml", {USER_SOURCE: USER_DB, REGISTRY_SOURCE: REGISTRY_DB})


def apply_analytics(at: EditedHome) -> None:
    """Point both datasources of the record stores at MySQL."""
    _define(at, "datasources/analytics-datasources.xml", {one: one for one in (EVENT_STORE_DB, PROCESSED_STORE_DB)})


def _define(at: EditedHome, path: str, schemas: Mapping[str, str]) -> None:
    """Add datasources to a file, each for the database in `schemas`."""
    file, database = at.xml(path), at.cluster.database
    for name, schema in schemas.items():
        source = page_datasource(name, database.url(schema), database.username, database.password.reveal())
        file.place(source, "/datasources-configuration/datasources", f"datasource[name='{name}']")
    file.save()


_CONFIGURATION = "/UserManager/Realm/Configuration"


def apply_user_store(at: EditedHome) -> None:
    """Point the user manager at the shared database; the first start creates the cluster's administrator there."""
    file = at.xml("user-mgt.xml")
    file.set_text(f"{_CONFIGURATION}/Property[@name='dataSource']", USER_JNDI)
    file.set_text(f"{_CONFIGURATION}/AdminUser/UserName", at.cluster.admin_user)
    file.set_text(f"{_CONFIGURATION}/AdminUser/Password", at.cluster.admin_password.reveal())
    file.save()
