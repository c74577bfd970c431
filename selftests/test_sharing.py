"""Users and registry resources that cross from node to node, and every way in which they do not."""

import re
from dataclasses import dataclass, field

import pytest

from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.judgement.requirement import NotAssessed
from conformance.node.services.soap import ServiceMissing, SoapFault
from conformance.pair.sharing import crossing, shared_resource


@dataclass
class Store:
    """Users, resources and registry rows behind one or two nodes."""

    users: dict[str, str] = field(default_factory=dict)
    resources: dict[str, str] = field(default_factory=dict)


@dataclass
class Member:
    """A node on a store; `open_door` lets all in, `stuck` removes nothing, `bare` has no services; `more` is read."""

    name: str
    store: Store
    open_door: bool = False
    stuck: bool = False
    refusing: bool = False
    bare: bool = False
    more: str = ""

    admin_role = "admin"

    def __post_init__(self) -> None:
        self.user_mgt = self.admin = self.anonymous = self

    def add_user(self, user, password, role) -> None:
        if self.refusing:
            raise SoapFault("node1", "not allowed")
        self._demand_service()
        self.store.users[user] = password.reveal()

    def accepts(self, user, password) -> bool:
        return self.open_door or self.store.users.get(user) == password.reveal()

    def write_resource(self, folder, name, text) -> None:
        if self.refusing:
            raise SoapFault("node1", "not allowed")
        self._demand_service()
        self.store.resources[f"{folder}/{name}"] = text

    def _demand_service(self) -> None:
        if self.bare:
            raise ServiceMissing(f"{self.name}: the service is not deployed on this node")

    def read_resource(self, path) -> str:
        if path not in self.store.resources:
            raise SoapFault(self.name, "Resource does not exist")
        return self.store.resources[path] + self.more

    def remove_user(self, name) -> None:
        if self.stuck:
            raise SoapFault(self.name, "not now")
        self.store.users.pop(name, None)
        self.store.resources.pop(name, None)

    remove_resource = remove_user


@dataclass
class Registry:
    """The registry database, with the rows of a store."""

    store: Store
    name: str = "regdb"

    def __post_init__(self) -> None:
        self.server = self

    def rows(self, sql, parameters, *, database) -> list[list[object]]:
        return [[path, 1] for path in self.store.resources if path.endswith(parameters[0])]


def user_problem(tmp_path, first: Member, second: Member) -> str:
    return crossing(first, second, Witness.recording(tmp_path)).problem


def resource_problem(tmp_path, first: Member, second: Member, rows: Store) -> str:
    return shared_resource("/_system/config", first, second, Registry(rows), Witness.recording(tmp_path)).problem


def test_a_user_of_a_shared_store_and_a_resource_below_a_shared_mount_cross_and_are_gone(tmp_path):
    store = Store()
    nodes = Member("node1", store), Member("node2", store)
    assert user_problem(tmp_path / "user", *nodes) == resource_problem(tmp_path / "resource", *nodes, store) == ""
    assert store == Store()


@pytest.mark.parametrize(("first", "second", "expected"), [
    ({}, {"store": Store()}, "node2: refused conformance-.*same user database"),
    ({}, {"open_door": True}, "with a wrong password"),
    ({"stuck": True}, {}, "was not removed"),
], ids=["two stores", "any password", "left over"])  # fmt: skip
def test_what_keeps_a_user_from_crossing_is_reported(tmp_path, first, second, expected):
    store = Store()
    problem = user_problem(tmp_path, Member("node1", store, **first), Member("node2", **{"store": store, **second}))
    assert re.search(expected, problem, re.DOTALL)


def test_a_node_that_makes_no_user_or_takes_no_resource_is_no_evidence(tmp_path):
    nodes = Member("node1", Store(), refusing=True), Member("node2", Store())
    with pytest.raises(EvidenceError, match="node1: makes no user"):
        user_problem(tmp_path / "user", *nodes)
    with pytest.raises(EvidenceError, match="cannot be written"):
        resource_problem(tmp_path / "resource", *nodes, Store())


def test_a_node_without_the_service_is_not_assessed_and_again_so_in_a_replay(tmp_path):
    first, second = Member("node1", Store(), bare=True), Member("node2", Store())
    live = Witness.recording(tmp_path)
    with pytest.raises(NotAssessed, match=r"no user can be made on node1: .* not deployed on this node"):
        crossing(first, second, live)
    with pytest.raises(NotAssessed, match="no user can be made on node1"):
        crossing(first, second, Witness.replaying(live.observations()))
    with pytest.raises(NotAssessed, match=r"nothing can be written on node1: .* not deployed on this node"):
        resource_problem(tmp_path / "resource", first, second, Store())


def test_the_password_reaches_no_file(tmp_path):
    store = Store()
    seen: list[str] = []
    first = Member("node1", store)
    add = first.add_user
    first.add_user = lambda user, password, role: (seen.append(password.reveal()), add(user, password, role))
    user_problem(tmp_path, first, Member("node2", store))
    assert seen[0] not in (tmp_path / "observations.jsonl").read_text()


@pytest.mark.parametrize(("first", "second", "rows", "expected"), [
    ({}, {"store": Store()}, None, r"node2 /_system/config/conformance-.*refused \(Resource does not exist\)"),
    ({}, {"more": "!"}, None, r"node2 .*: read 'written by node1: \w+!', expected 'written by node1: \w+'; node1 had"),
    ({}, {}, Store(), "holds no row of it: the mount leads to another database"),
    ({"stuck": True}, {}, None, "was not removed"),
], ids=["two stores", "another text", "another database", "left over"])  # fmt: skip
def test_what_keeps_a_resource_from_crossing_is_reported(tmp_path, first, second, rows, expected):
    store = Store()
    nodes = Member("node1", store, **first), Member("node2", **{"store": store, **second})
    assert re.search(expected, resource_problem(tmp_path, *nodes, rows or store), re.DOTALL)
