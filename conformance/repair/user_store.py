"""Repairs of user-mgt.xml (page: Required configurations, step 1.3)."""

from conformance.node.checks import datasource_links
from conformance.node.home.shared_databases import Role
from conformance.node.home.user_mgt import UserMgt
from conformance.pack.steps.xml_file import element
from conformance.repair import databases
from conformance.repair.desk import Desk
from conformance.repair.remedy import Remedy

_CONFIGURATION = "/*/Realm/Configuration"
_PROPERTY = "Property[normalize-space(@name)='dataSource']"


def _further_stores(at: Desk) -> None:
    stores = datasource_links.user_stores(at.node) if datasource_links.problem_of_user_stores(at.node) else []
    for place in filter(None, (store.place for store in stores)):
        at.ask(
            f"Is the user store at {place.where} meant to have users that only {at.name} knows?",
            "let it use a database that both nodes share, or take it out",
        )


def _name_the_shared(at: Desk) -> None:
    """The JNDI name of the users' datasource, if there is one, which another requirement demands."""
    if not datasource_links.problem_of_users(at.node) or not (jndi := databases.shared_jndi(at, Role.USERS)):
        return
    if at.node.user_mgt.datasource.present:
        at.text(UserMgt.PATH, f"{_CONFIGURATION}/{_PROPERTY}[last()]", jndi)
    else:
        new = element("Property", jndi, name="dataSource")
        at.place(UserMgt.PATH, new, _CONFIGURATION, _PROPERTY)


REMEDIES = (Remedy("UM-01", _name_the_shared), Remedy("UM-01", _further_stores))
