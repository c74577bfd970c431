"""What only the operator knows is asked for, and not repaired by a guess."""

from functools import partial

import pytest

from conformance.archive.stated_database import StatedDatabase
from conformance.node.home.axis2 import Axis2
from conformance.node.home.datasources import MASTER
from conformance.node.home.user_mgt import UserMgt
from conformance.repair import workout
from conformance.repair.bench import Bench
from sabotage.edits import child, doubled, on_both, replaced, text, without
from sabotage.homes import FIRST
from sabotage.homes_target import HomesDeployment
from sabotage.sabotage import every
from selftests.test_repair_sabotages import (
    DB_CONFIG,
    EP,
    HA,
    INSTANCE,
    KNOWN,
    MEMBER,
    MOUNTS,
    NOBODY,
    PERSISTENCE,
    PRESENTERS,
    REGISTRY,
    SOURCE,
    SPARK,
    STORES,
    TASKS,
    healthy,
    settings,
)

#: A fixture.
__all__ = ["healthy"]

USERS = f"{SOURCE.format('WSO2UM_DB')}//url"
OTHER_USERS = text(MASTER, USERS, "jdbc:mysql://198.51.100.14:3306/userdb?useSSL=false")
USERS_IN_REGISTRY = on_both(partial(text, MASTER, USERS, "jdbc:mysql://198.51.100.13:3306/regdb?useSSL=false"))
OWN_REGISTRY = text(REGISTRY, f"{DB_CONFIG.format('govregistry')}/dataSource", "jdbc/WSO2CarbonDB")
OWN_USERS = text(UserMgt.PATH, "//Realm/Configuration/Property[@name='dataSource']", "jdbc/WSO2CarbonDB")
#: What only the operator knows: the requirement, what is broken, and the question.
ASKED = [
    ("EP-07", on_both(partial(without, EP, f"{HA}/persistence")), "Do the execution plans have state"),
    ("EP-07", text(EP, f"{HA}/persistence/{PERSISTENCE[0]}", "7"), "Which setting of the persistence is right"),
    ("DS-01",
     every(doubled(MASTER, SOURCE.format("WSO2UM_DB")), text(MASTER, f"({USERS})[1]", "jdbc:mysql://db/userdb")),
     "Which data source WSO2UM_DB is right?"),
    ("DS-01", doubled(MASTER, SOURCE.format("WSO2UM_DB")), f"node2 {MASTER}: take one of the 2 data sources WSO2UM_DB"),
    ("DS-04", text(MASTER, f"{SOURCE.format('WSO2UM_DB')}//username", "[user]"), f"node2 {MASTER}: write "),
    ("DS-07", OTHER_USERS, "Which database for the "),
    ("OPS-09", on_both(partial(text, TASKS, "//taskServerCount", "3")), "Shall a node wait for its peer"),
    ("OPS-09", text(TASKS, "//taskServerCount", "2"), "Shall a node wait for its peer"),
    ("CLU-06", text(Axis2.PATH, "//clustering[@enable]/parameter[@name='domain']", "x"), "Which clustering domain is"),
    ("CLU-03",
     on_both(partial(child, Axis2.PATH, "//members", NOBODY.replace("127.0.0.1", "198.51.100.19"))),
     "Is 198.51.100.19:4000 ("),
    ("DB-07", doubled(STORES, "//analytics-record-store[@name='EVENT_STORE']"), "Which record store EVENT_STORE is"),
    ("REG-02",
     every(without(REGISTRY, DB_CONFIG.format("wso2registry")), without(MASTER, SOURCE.format("WSO2_CARBON_DB"))),
     "Which data source has node2's own registry?"),
    *((name, every(elsewhere, without(MASTER, SOURCE.format(source) + rest)), "On which MySQL server are the shared")
      for name, source, elsewhere in (("REG-01", "WSO2REG_DB", OWN_REGISTRY), ("UM-01", "WSO2UM_DB", OWN_USERS))
      for rest in ("", "/jndiConfig")),
    *(("REG-03", every(without(REGISTRY, INSTANCE), change), "On which MySQL server are the shared databases")
      for change in (without(MASTER, SOURCE.format("WSO2REG_DB")),
                     text(MASTER, f"{SOURCE.format('WSO2REG_DB')}//url", "jdbc:h2:x"))),
    ("REG-04", without(REGISTRY, INSTANCE), "On which MySQL server are the shared databases"),
    ("REG-03", every(doubled(REGISTRY, INSTANCE), text(REGISTRY, f"({INSTANCE})[1]/cacheId", "x")),
     "Which remoteInstance gov is right?"),
    ("REG-05", every(doubled(REGISTRY, MOUNTS[0]), text(REGISTRY, f"({MOUNTS[0]})[1]/targetPath", "/x")),
     "Which mount /_system/governance is right?"),
    ("DS-04", on_both(partial(text, MASTER, f"{SOURCE.format('WSO2UM_DB')}//username", "[user]")), "On which MySQL"),
    ("DS-01", every(without(MASTER, SOURCE.format("WSO2UM_DB")),
                    text(MASTER, f"{SOURCE.format('WSO2UM_DB')}//username", "[user]", FIRST)), "On which MySQL"),
    ("DS-04", text(MASTER, f"{SOURCE.format('WSO2UM_DB')}//password", "[password]"),
     f"node2 {MASTER}: write the password of das into data source WSO2UM_DB"),
    ("EP-05", PRESENTERS, "Which of the two nodes shows the dashboards? Both say so ("),
    ("SPK-05", replaced(SPARK, r"^carbon\.spark\.master\.count.*", "carbon.spark.master.count 3"),
     "Which setting of Spark is right: "),
    ("CLU-05", every(text(Axis2.PATH, "(//member)[2]/port", "4008"), text(Axis2.PATH, MEMBER.format("Port"), "4007")),
     "Which Hazelcast port of node2 is right"),
]  # fmt: skip


@pytest.mark.parametrize(("requirement", "change", "question"), ASKED)
def test_what_only_the_operator_knows_is_asked(healthy, requirement, change, question):
    with healthy.homes.broken(change):
        bench = Bench(HomesDeployment(healthy.homes), healthy.redactor)
        workout.untried(bench, [requirement], KNOWN)
    assert {one.text[: len(question)] for one in bench.questions} == {question}
    assert {one.decides for one in bench.questions} == {not question.startswith("node2 ")}
    assert not bench.drafts


@pytest.mark.parametrize(("requirement", "change"), [("DS-07", OTHER_USERS), ("DS-08", USERS_IN_REGISTRY)])
def test_a_database_that_is_stated_is_the_right_one(healthy, requirement, change):
    database = StatedDatabase("jdbc:mysql://198.51.100.13:3306", "?useSSL=false", "das")
    assert settings(healthy, change, requirement, database=database) == settings(healthy, every())
