"""The user store that both nodes share (page: Required configurations, step 1.3)."""

from __future__ import annotations

from conformance.node.home.shared_databases import Role
from conformance.node.home.stated import stated
from conformance.node.node import Node
from conformance.requirement import requirement


@requirement("UM-01")
def test_the_user_manager_takes_the_shared_datasource(node: Node) -> None:
    taken = stated(node.user_mgt.datasource)
    assert taken == node.shared.jndi_name(Role.USERS)
