"""Each sabotage of files, repaired: files as they were, or a question (see also `python -m sabotage --repair`)."""

import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import NamedTuple

import pytest
from lxml import etree

from conformance.archive.stated_database import StatedDatabase
from conformance.deployment.spec import EVENT_STORE_DB, PROCESSED_STORE_DB
from conformance.evidence.learning import learn_homes
from conformance.evidence.redaction import Redactor
from conformance.judgement.catalogue import Kind, load
from conformance.node.checks.tasks_config import PATH as TASKS
from conformance.node.home.analytics_config import AnalyticsConfig
from conformance.node.home.axis2 import Axis2
from conformance.node.home.datasources import ANALYTICS, MASTER
from conformance.node.home.event_processor import EventProcessor
from conformance.node.home.registry_xml import RegistryXml
from conformance.node.home.spark_defaults import SparkDefaults
from conformance.node.home.start_script import StartScript
from conformance.node.home.user_mgt import UserMgt
from conformance.project import CATALOGUE, SUITES
from conformance.repair import workout
from conformance.repair.bench import Bench
from sabotage import repair_expectations, repaired, synthetic_homes
from sabotage.catalogue import HOMES
from sabotage.edits import attribute, child, doubled, on_both, replaced, text, without
from sabotage.homes import FIRST
from sabotage.homes_target import HomesDeployment
from sabotage.pair import Pair
from sabotage.repair_expectations import Expected, expected
from sabotage.sabotage import Change, every
from selftests.whole_run import PROJECT

KNOWN = load(PROJECT / SUITES / CATALOGUE)
SABOTAGES = {one.name: one for one in repaired.repairable(HOMES, KNOWN)}


class Healthy(NamedTuple):
    """A pair, what knows its secrets, and all its files."""

    homes: Pair
    redactor: Redactor
    files: Mapping[tuple[str, str], bytes]


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Healthy:
    made, redactor = synthetic_homes.make(tmp_path_factory.mktemp("pair")), Redactor()
    learn_homes(redactor, HomesDeployment(made).nodes)
    return Healthy(made, redactor, repaired.contents(made))


@pytest.mark.parametrize("name", SABOTAGES)
def test_a_sabotage_is_undone_or_asked_about(healthy, name):
    (homes, redactor, before), one = healthy, SABOTAGES[name]
    with homes.broken(one.change):
        bench = Bench(HomesDeployment(homes), redactor)
        questions = workout.untried(bench, [red for red in one.expected if KNOWN[red].kind is Kind.FILES], KNOWN)
        now = {**repaired.contents(homes), **{place: draft.after for place, draft in bench.drafts.items()}}
    different = list(repaired.different(before, now))

    # Of these two what is broken is what is stated, and no file.
    stated = name in ("homes-without-link", "same-ports-on-one-host")
    assert bool(different) == (expected(one) is not Expected.UNDONE) or stated
    if expected(one) is Expected.ASKED:
        assert questions


def settings(
    healthy: Healthy, change: Change, *requirements: str, database: StatedDatabase | None = None
) -> dict[tuple[str, str], list[str]]:
    """What both homes' configuration states, in any order, after a change and its repair, which asks nothing."""
    with healthy.homes.broken(change):
        bench = Bench(HomesDeployment(healthy.homes), healthy.redactor, database)
        workout.untried(bench, requirements, KNOWN)
        files = repaired.contents(healthy.homes)
    assert not bench.questions
    files |= {place: draft.after for place, draft in bench.drafts.items()}
    configuring = {place: content for place, content in files.items() if re.search(r"/conf/|\.sh$", place[1])}
    return {place: stated(place[1].endswith(".xml"), content) for place, content in configuring.items()}


@cache
def stated(xml: bool, content: bytes) -> list[str]:
    """Each element of a file with its own attributes and text, and the one around it; each line of one without."""
    if not xml:
        return sorted(content.decode("latin-1").split("\n"))
    around = {one: getattr(one.getparent(), "tag", "") for one in etree.fromstring(content).iter("*")}
    return sorted(f"{tag} {one.tag} {sorted(one.items())} {(one.text or '').strip()}" for one, tag in around.items())


@pytest.fixture(scope="module")
def right(healthy: Healthy) -> Callable[[Change], dict[tuple[str, str], list[str]]]:
    """What the configuration states after a change that breaks nothing."""
    return cache(partial(settings, healthy))


EP, HA, MEMBER = EventProcessor.PATH, "//mode[@name='HA']", "//clustering[@enable]/parameter[@name='localMember{}']"
PUBLISHER = "publisherTcpSendBufferSize publisherCharSet publisherBufferSize publisherConnectionStatusCheckInterval"
QUEUES = "receiverQueueSize receiverQueueMaxSizeMb publisherQueueSize publisherQueueMaxSizeMb"
SETTINGS = {
    "": "checkMemberUpdateInterval",
    "eventSync/": f"port {PUBLISHER} {QUEUES}",
    "management/": "port tryStateChangeInterval stateSyncRetryInterval",
    "presentation/": f"port {PUBLISHER}",
}
PERSISTENCE = ("persistenceIntervalInMinutes", "persisterSchedulerPoolSize")
PRESENTERS = on_both(partial(attribute, EP, f"{HA}/nodeType/presenter", "enable", "true"))
OTHER_PORT = every(
    text(Axis2.PATH, MEMBER.format("Port"), "4001"), on_both(text, Axis2.PATH, "(//member)[2]/port", "4001")
)
REGISTRY, STORES, SPARK = RegistryXml.PATH, AnalyticsConfig.PATH, SparkDefaults.PATH
INSTANCE, DB_CONFIG = "//remoteInstance[id='gov']", "//dbConfig[@name='{}']"
MOUNTS = [f"//mount[@path='/_system/{name}']" for name in ("governance", "config")]
SOURCES = {MASTER: ("WSO2UM_DB", "WSO2REG_DB"), ANALYTICS: (EVENT_STORE_DB, PROCESSED_STORE_DB)}
SOURCE = "//datasource[name='{}']"
#: A registry of a node's own with another name than the page's, and a data source that both nodes share.
OWN = "<dbConfig name='own'><dataSource>jdbc/WSO2CarbonDB</dataSource></dbConfig>"
OWN_NAME = every(
    on_both(partial(child, REGISTRY, "/*", OWN)), on_both(partial(text, REGISTRY, "//currentDBConfig", "own"))
)
COMMON = (
    "<datasource><name>X</name><jndiConfig><name>jdbc/X</name></jndiConfig><definition type='RDBMS'><configuration>"
    "<url>jdbc:h2:tcp://198.51.100.14/X</url></configuration></definition></datasource>"
)
#: What a requirement lacks where an element is missing on both nodes.
MISSING = [
    *(("REG-01", REGISTRY, DB_CONFIG.format("govregistry") + rest) for rest in ("", "/dataSource")),
    *(("REG-02", REGISTRY, DB_CONFIG.format("wso2registry") + rest) for rest in ("", "/dataSource")),
    *(("REG-03", REGISTRY, INSTANCE + rest) for rest in ("", "/enableCache", "/dbConfig")),
    ("REG-04", REGISTRY, f"{INSTANCE}/cacheId"),
    ("REG-05", REGISTRY, "//mount"),
    *(("REG-05", REGISTRY, mount + rest) for mount in MOUNTS for rest in ("", "/instanceId", "/targetPath")),
    ("UM-01", UserMgt.PATH, "//Realm/Configuration/Property[@name='dataSource']"),
    ("CLU-02", Axis2.PATH, "//clustering[@enable]/parameter[@name='membershipScheme']"),
    ("CLU-07", Axis2.PATH, "//clustering[@enable]/parameter[@name='AvoidInitiation']"),
    *(("CLU-03", Axis2.PATH, member) for member in ("//member", "(//member)[1]", "(//member)[2]")),
    *(
        ("DB-07", STORES, f"//analytics-record-store[@name='{store}']{rest}")
        for store in ("EVENT_STORE", "EVENT_STORE_WO", "PROCESSED_DATA_STORE")
        for rest in ("", "/implementation", "//property[@name='category']", "//property[@name='datasource']")
    ),
    *(
        (requirement, MASTER, SOURCE.format(name) + rest)
        for requirement, name in (("DS-01", "WSO2UM_DB"), ("DS-02", "WSO2REG_DB"))
        for rest in ("/jndiConfig", "/jndiConfig/name")
    ),
    *(("EP-06", EP, f"{HA}/{rest}") for rest in ("checkMemberUpdateInterval", "eventSync/receiverQueueSize")),
    *(("EP-07", EP, f"{HA}/persistence{rest}") for rest in ("/persister", "//property")),
    *(("DS-03", ANALYTICS, rest) for rest in ("//providers", "//provider")),
    *(
        ("DS-04 DS-05 DS-06", path, f"{SOURCE.format(name)}//{rest}")
        for path, names in SOURCES.items()
        for name in names
        for rest in ("driverClassName", "maxWait", "testOnBorrow", "validationQuery", "defaultAutoCommit")
        if rest != "defaultAutoCommit" or path == ANALYTICS
    ),
]
EVENTS_SOURCE = "//analytics-record-store[starts-with(@name, 'EVENT_STORE')]//property[@name='datasource']"
NOBODY = "<member><hostName>127.0.0.1</hostName><port>4000</port></member>"
UNCHANGED = every()
#: By the requirement: what is good, and what is broken then.
BROKEN = [
    ("EP-04", UNCHANGED, text(EP, f"{HA}/eventSync/port", "10005")),
    ("CLU-04", UNCHANGED, without(Axis2.PATH, MEMBER.format("Host"))),
    ("CLU-05", UNCHANGED, without(Axis2.PATH, MEMBER.format("Port"))),
    ("CLU-03 CLU-05", UNCHANGED,
     on_both(lambda node: every(*(without(Axis2.PATH, one, node) for one in ("//member", MEMBER.format("Port")))))),
    ("CLU-03", UNCHANGED, on_both(partial(text, Axis2.PATH, "(//member)[2]/*", "127.0.0.1"))),
    ("CLU-03", UNCHANGED, on_both(partial(child, Axis2.PATH, "//members", NOBODY))),
    # A node's port is what two of three say, and no other node's.
    ("CLU-05", OTHER_PORT, text(Axis2.PATH, MEMBER.format("Port"), "4007", FIRST)),
    ("EP-06", UNCHANGED, on_both(partial(attribute, EP, f"{HA}/nodeType/presenter", "enable", "no"))),
    ("EP-06", UNCHANGED, on_both(partial(attribute, EP, f"{HA}/nodeType/worker", "enable", "no"))),
    ("EP-07", UNCHANGED,
     every(without(EP, f"{HA}/persistence", FIRST), text(EP, f"{HA}/persistence/{PERSISTENCE[0]}", "0"))),
    ("EP-05", attribute(EP, f"{HA}/nodeType/presenter", "enable", "true"),
     text(EP, f"{HA}/presentation/hostName", "0.0.0.0")),
    *((name, UNCHANGED, on_both(partial(without, path, place))) for name, path, place in MISSING),
    *(("REG-05", UNCHANGED, on_both(partial(attribute, REGISTRY, mount, "overwrite", "no"))) for mount in MOUNTS),
    ("REG-03", UNCHANGED, on_both(partial(doubled, REGISTRY, INSTANCE))),
    ("REG-05", UNCHANGED, on_both(partial(doubled, REGISTRY, MOUNTS[0]))),
    ("REG-02", UNCHANGED, on_both(partial(text, REGISTRY, "//currentDBConfig", "govregistry"))),
    ("REG-02", OWN_NAME, text(REGISTRY, f"{DB_CONFIG.format('own')}/dataSource", "jdbc/WSO2REG_DB")),
    ("REG-02", on_both(partial(child, MASTER, "//datasources", COMMON)),
     on_both(partial(text, REGISTRY, f"{DB_CONFIG.format('wso2registry')}/dataSource", "jdbc/X"))),
    ("OPS-09", UNCHANGED, on_both(partial(text, TASKS, "//taskServerMode", "STANDALONE"))),
    # Another store than the page's has settings of its own.
    ("EP-07", on_both(lambda node: every(attribute(EP, f"{HA}/persistence/persister", "class", "org.example.S", node),
                                         without(EP, f"{HA}/persistence//property", node))),
     text(EP, f"{HA}/persistence/{PERSISTENCE[0]}", "0")),
    # What the other node has is taken where this one defines it, too.
    ("DB-07",
     every(text(STORES, EVENTS_SOURCE, "X", FIRST),
           text(ANALYTICS, f"{SOURCE.format(EVENT_STORE_DB)}/name", "X", FIRST)),
     without(STORES, "//analytics-record-store[@name='EVENT_STORE']//property[@name='datasource']")),
    ("DB-08", UNCHANGED, text(STORES, EVENTS_SOURCE, "X")),
    ("DB-08", UNCHANGED, text(ANALYTICS, f"{SOURCE.format(EVENT_STORE_DB)}/name", "X")),
    *(
        (
            "DS-01 DS-02 DS-03",
            UNCHANGED,
            on_both(partial(attribute, path, f"{SOURCE.format(name)}/definition", "type", "X")),
        )
        for path, names in SOURCES.items()
        for name in names
    ),
    *(
        ("SPK-01 PRE-01", UNCHANGED, on_both(partial(replaced, SPARK, rf"^{re.escape(key)} .*\n", "")))
        for key in ("carbon.spark.master", "spark.executor.memory", "spark.worker.memory")
    ),
    (
        "PRE-01",
        on_both(partial(replaced, StartScript.PATH, r"-Xmx\w+", "-Xmx8g")),
        replaced(SPARK, r"^spark.worker.memory .*\n", ""),
    ),
    *(("EP-07", UNCHANGED, on_both(partial(text, EP, f"{HA}/persistence/{one}", "0"))) for one in PERSISTENCE),
    *(
        ("EP-07", on_both(partial(text, EP, f"{HA}/persistence/{one}", "7")), text(EP, f"{HA}/persistence/{one}", ""))
        for one in PERSISTENCE
    ),
    *(
        ("EP-06", PRESENTERS, on_both(partial(text, EP, f"{HA}/{part}{name}", " ")))
        for part, names in SETTINGS.items()
        for name in names.split()
    ),
]  # fmt: skip


@pytest.mark.parametrize(("requirement", "good", "change"), BROKEN)
def test_what_is_broken_is_put_back(healthy, right, requirement, good, change):
    assert settings(healthy, every(good, change), *requirement.split()) == right(good)


def test_every_expectation_is_about_a_sabotage():
    named = {*repair_expectations.HEALTHY, *repair_expectations.ASKED}
    assert named - set(SABOTAGES) == set()
    assert set(repair_expectations.HEALTHY) & set(repair_expectations.ASKED) == set()


def test_every_requirement_of_files_is_repaired_or_asked_about():
    """By a remedy, or by a question of its own; the catalogue's words are for what is new."""
    own = {remedy.requirement for remedy in workout.REMEDIES}
    asked = {one.id for one in KNOWN.values() if one.kind is Kind.FILES and one.level.value != "info"}
    assert sorted(asked - own - set(workout.undecided.KNOWN)) == []
