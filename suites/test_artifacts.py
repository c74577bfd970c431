"""Tests what is deployed on the nodes (page: Required configurations, steps 3.3 and 5)."""

from __future__ import annotations

from conformance.judgement.requirement import not_applicable, not_assessed, requirement
from conformance.node.home import artifacts, deployment_synchronizer, event_receiver_file
from conformance.node.node import Node


@requirement("DEP-01")
def test_the_deployment_synchronizer_serves_both_nodes_or_none(first_node: Node, second_node: Node) -> None:
    first, second = first_node.deployment_synchronizer, second_node.deployment_synchronizer
    if not (first.runs or second.runs):
        not_applicable("the deployment synchronizer over svn is off on both nodes")
    problem = deployment_synchronizer.disagreement(first, second)
    assert not problem, problem


@requirement("DEP-01")
def test_without_synchronizer_both_nodes_hold_the_same_c_apps(first_node: Node, second_node: Node) -> None:
    if first_node.deployment_synchronizer.runs and second_node.deployment_synchronizer.runs:
        not_applicable("the deployment synchronizer over svn is on on both nodes")
    first, second = first_node.artifacts, second_node.artifacts
    if not (first.app_digests or second.app_digests):
        not_applicable("no C-App is deployed on either node")
    problems = artifacts.app_differences(first, second, (first_node.name, second_node.name))
    assert not problems, "\n".join(problems)


@requirement("DEP-02")
def test_both_nodes_have_the_same_artifacts(first_node: Node, second_node: Node) -> None:
    first, second = first_node.artifacts.contents, second_node.artifacts.contents
    if not (first or second):
        not_applicable("no stream, receiver, publisher, execution plan or sink is deployed outside of C-Apps")
    problems = artifacts.differences(first, second, (first_node.name, second_node.name))
    assert not problems, "\n".join(problems)


@requirement("EP-10")
def test_a_receiver_is_marked_as_duplicated_on_both_nodes_or_none(first_node: Node, second_node: Node) -> None:
    first, second = first_node.artifacts.receivers, second_node.artifacts.receivers
    if not (first or second):
        not_applicable("no event receiver is deployed")
    problems = event_receiver_file.disagreements(first, second)
    assert not problems, "\n".join(problems)


@requirement("EP-10")
def test_a_receiver_has_no_property_under_a_name_that_nothing_reads(node: Node) -> None:
    problems = [problem for receiver in node.artifacts.receivers for problem in receiver.unread]
    assert not problems, "\n".join(problems)


@requirement("EP-10")
def test_a_receiver_is_marked_as_duplicated_only_where_its_adapter_honours_it(node: Node) -> None:
    deployed = node.artifacts
    problems = [receiver.misplaced for receiver in deployed.receivers if receiver.misplaced]
    assert not problems, "\n".join(problems)
    unsure = [*deployed.unopened, *(receiver.unsure for receiver in deployed.receivers if receiver.unsure)]
    if unsure:
        not_assessed("\n".join(unsure))
