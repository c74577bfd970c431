"""What a node offers: each service at its own address, with the right account, or a reason why it is not asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import requests

from conformance.deployment.spec import ClusterSpec, DatabaseSpec, NodeSpec
from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.judgement.requirement import NotAssessed
from conformance.node import node as node_nouns
from conformance.node.node import Node
from conformance.secret import Secret
from selftests.fake_http import Reply, session
from selftests.fake_node import FakeAccess

NODES = tuple(NodeSpec(f"node{n}", f"198.51.100.1{n}", Path("/opt/das"), f"id{n}") for n in (1, 2))
CLUSTER = ClusterSpec(NODES, DatabaseSpec("198.51.100.13", 3306, "das", Secret("db-secret")), Secret("adm-secret"))


ACCOUNT = ("admin", "adm-secret")


@pytest.mark.parametrize(
    ("noun", "expected"),
    [
        (lambda node: node.unauthenticated._new_session()._auth, None),
        (lambda node: node.anonymous._http._auth, None),
        (lambda node: node.new_console()._new_session()._auth, None),
        (lambda node: node.admin._http._auth, ACCOUNT),
        (lambda node: node.analytics._admin._http._auth, ACCOUNT),
        (lambda node: node.receiver("R")._http.base_url, "http://198.51.100.11:9763/"),
        (lambda node: node.spark_ui._http.base_url, "http://198.51.100.11:9763/"),
        (lambda node: node.admin._http.base_url, "https://198.51.100.11:9443/"),
        (lambda node: node.console._new_session().base_url, "https://198.51.100.11:9443/"),
        (lambda node: node.browser._url, "https://198.51.100.11:9443/carbon/"),
        (lambda node: node.host.of_both(), ""),
        (repr, "<node1 at 198.51.100.11>"),
    ],
)
def test_each_noun_goes_to_the_nodes_own_address_as_whom_it_should(tmp_path, noun, expected):
    assert noun(Node(FakeAccess.good("node1"), Witness.recording(tmp_path), CLUSTER)) == expected


@pytest.mark.parametrize("noun", ["admin", "anonymous", "analytics", "console", "browser", "unauthenticated"])
def test_a_console_below_a_context_of_its_own_is_not_assessed(tmp_path, monkeypatch, noun):
    below = replace(CLUSTER.nodes[0], context="das")
    monkeypatch.setattr(FakeAccess, "spec", property(lambda self: below))
    with pytest.raises(NotAssessed, match=r"node1: .*carbon\.xml has WebContextRoot 'das'"):
        getattr(Node(FakeAccess.good("node1"), Witness.recording(tmp_path), CLUSTER), noun)


def test_a_host_of_ipv6_is_connected_to_without_its_brackets(tmp_path):
    access = FakeAccess.good("node1")
    access.connect = lambda host, port: f"{host} {port}"
    assert Node(access, Witness.recording(tmp_path)).reaches("[2001:db8::12]", 4000) == "2001:db8::12 4000"


@pytest.mark.parametrize(("answer", "up"), [(Reply(404), True), (requests.ConnectionError("refused"), False)])
def test_a_node_answers_if_it_answers_anything(tmp_path, monkeypatch, answer, up):
    monkeypatch.setattr(node_nouns, "HttpSession", lambda name, url: session(answer, node=name, base=url))
    assert Node(FakeAccess.good("node1"), Witness.recording(tmp_path)).answers() is up


def test_queries_that_hang_are_explained_by_worker_and_log(tmp_path, monkeypatch):
    monkeypatch.setattr(node_nouns, "why_it_hangs", lambda name, ui, log: f"{name}: {type(ui).__name__}")
    node = Node(FakeAccess.good("node1"), Witness.recording(tmp_path), CLUSTER)
    assert (node.analytics._why(), node.console._why()) == ("node1: SparkUi",) * 2


def test_without_an_account_nothing_is_asked(tmp_path):
    with pytest.raises(EvidenceError, match="node1: no administrator's account is known"):
        _ = Node(FakeAccess.good("node1"), Witness.recording(tmp_path)).admin
