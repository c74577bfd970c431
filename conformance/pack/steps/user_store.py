"""Step 1, sub-step c: the user store that both nodes share."""

from conformance.pack.steps.datasources import USER_JNDI
from conformance.pack.steps.node_home import NodeHome

_CONFIGURATION = "/UserManager/Realm/Configuration"


def apply(at: NodeHome) -> None:
    """Point the user manager at the shared database; the first start makes the cluster's administrator there."""
    file = at.xml("user-mgt.xml")
    file.set_text(f"{_CONFIGURATION}/Property[@name='dataSource']", USER_JNDI)
    file.set_text(f"{_CONFIGURATION}/AdminUser/UserName", at.cluster.admin_user)
    file.set_text(f"{_CONFIGURATION}/AdminUser/Password", at.cluster.admin_password.reveal())
    file.save()
