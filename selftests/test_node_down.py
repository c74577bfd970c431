"""A node that goes down: proven by processes that are gone and ports that refuse; else what its JVM waits for."""

import json
from dataclasses import asdict, dataclass, field

import pytest

from conformance.disruption.faults.node_down import Ending, NodeDown, NodeGone
from conformance.errors import EvidenceError, NotSeen
from conformance.evidence.witness import Witness
from conformance.node import thread_dump
from conformance.node.log.carbon_log import NodeLog
from conformance.node.node import Node
from selftests.fake_node import FakeAccess, StillClock, file_line

#: Carbon's hook waits for the OSGi framework, Spark's for an answer of its own driver.
SPARK_WAITS = """2026-11-29 01:25:10
Full thread dump OpenJDK 64-Bit Server VM (11.0.13+8 mixed mode):

"dispatcher-event-loop-3" #210 daemon prio=5 os_prio=0 tid=0x1 nid=0x6b2 waiting on condition
   java.lang.Thread.State: TIMED_WAITING (sleeping)
\tat java.lang.Thread.sleep(java.base@11.0.13/Native Method)
\tat org.apache.spark.rpc.RpcEndpointRef.askWithRetry(RpcEndpointRef.scala:114)

"Thread-7" #40 daemon prio=10 os_prio=0 tid=0x2 nid=0x9e6 in Object.wait()
   java.lang.Thread.State: WAITING (on object monitor)
\tat java.lang.Object.wait(java.base@11.0.13/Native Method)
\tat org.eclipse.osgi.container.SystemModule.waitForStop(SystemModule.java:173)
\tat org.eclipse.core.runtime.adaptor.EclipseStarter.shutdown(EclipseStarter.java:456)
\tat org.wso2.carbon.core.init.CarbonServerManager.shutdown(CarbonServerManager.java:865)

"Thread-45" #288 daemon prio=5 os_prio=0 tid=0x3 nid=0x9e7 waiting on condition
   java.lang.Thread.State: TIMED_WAITING (parking)
\tat jdk.internal.misc.Unsafe.park(java.base@11.0.13/Native Method)
\tat scala.concurrent.Await$.result(package.scala:107)
\tat org.apache.spark.rpc.RpcTimeout.awaitResult(RpcTimeout.scala:75)
\tat org.apache.spark.deploy.client.AppClient.stop(AppClient.scala:288)
\tat org.apache.spark.SparkContext.stop(SparkContext.scala:1739)
\tat org.apache.spark.util.SparkShutdownHookManager.runAll(ShutdownHookManager.scala:239)

JNI global refs: 75, weak refs: 0
"""
UI = "org.wso2.carbon.ui.internal.CarbonUIServiceComponent"
READY = file_line(f"{UI}|Mgt Console URL  : https://h:9443/carbon/") + "\n"
WAITS = "tasks|Waiting for 2 [TASKS] task executor nodes..."


@dataclass
class KillableAccess(FakeAccess):
    """A node with processes; `immortal` ones survive, `on_start` is what a start writes into the log."""

    pids: set[int] = field(default_factory=lambda: {11, 12})
    immortal: set[int] = field(default_factory=set)
    on_start: str = READY
    stuck: bool = False
    hanging: bool = False
    #: What the JVM prints when it is asked for its threads.
    dump: str = ""
    open_ports: bool = False
    console_log = "repository/logs/console.log"

    def closed(self, port: int) -> bool:
        return not self.open_ports

    def pid(self) -> int | None:
        return min(self.pids, default=None)

    def processes(self) -> list[dict[str, int]]:
        return [{"pid": pid} for pid in sorted(self.pids)]

    def kill(self) -> None:
        if self.stuck:
            raise NotSeen("end of all processes of node1 not within 15 s")
        self.pids = set(self.immortal)

    def stop(self) -> None:
        if not self.hanging:
            self.pids -= self.pids - {13}

    def dump_threads(self) -> None:
        self.append(self.dump, self.console_log)

    def start(self) -> None:
        self.pids = {21} if self.on_start else set()
        self.append(self.on_start)


def kill_of(ending: Ending = Ending.KILL, **changed: object) -> NodeDown:
    good = FakeAccess.good("node1")
    access = KillableAccess(good.name, good.files, **changed)
    clock, witness = StillClock(), Witness.silent()
    node = Node(access, witness)
    node.__dict__["log"] = NodeLog(access, witness, clock)
    return NodeDown(node, witness, ending, clock=clock)


def test_a_fault_that_took_says_what_is_gone_and_by_which_signals():
    injected = kill_of().inject()
    assert (injected.pids, injected.refusing, injected.killed) == ((11, 12), (9443, 4000, 11224), False)
    injected = kill_of(Ending.STOP).inject()
    assert (injected.killed, injected.hooks) == (False, ())
    gone = "node1: SIGTERM to 2 processes [11, 12], all gone after 0.000 s, no one listens on ports [9443, 4000, 11224]"
    assert str(injected) == gone
    injected = kill_of(Ending.STOP, hanging=True).inject()
    assert "node1: SIGTERM, SIGKILL when it still hung after 45 s to 2 processes" in str(injected)


@pytest.mark.parametrize(("ending", "changed", "expected"), [
    (Ending.KILL, {"immortal": {12}}, r"did not take.*still there: \[12\]"),
    (Ending.KILL, {"open_ports": True}, r"did not take.*\[9443, 4000, 11224\]"),
    (Ending.KILL, {"stuck": True}, "did not take"),
    (Ending.KILL, {"pids": set()}, "nothing to take down"),
    (Ending.STOP, {"pids": {11, 13}, "immortal": {13}}, r"did not take.*still there: \[13\]"),
], ids=[
    "a process lives on", "ports answer", "the target cannot kill", "nothing runs", "a process outlives the stop",
])  # fmt: skip
def test_a_fault_that_did_not_take_is_reported(ending, changed, expected):
    with pytest.raises(EvidenceError, match=expected):
        kill_of(ending, **changed).inject()


def test_processes_without_a_server_are_nothing_to_kill(monkeypatch):
    down = kill_of()
    monkeypatch.setattr(down.node.access, "pid", lambda: None)
    with pytest.raises(EvidenceError, match="nothing to take down"):
        down.inject()


def test_healing_ends_when_the_node_says_that_it_is_ready_and_reviving_hides_that_it_failed():
    kill = kill_of()
    kill.inject()
    healed = kill.bring_back()
    assert healed.pid == 21
    assert "Mgt Console URL" in healed.ready.event.message
    kill = kill_of(on_start="")
    kill.inject()
    kill.revive()
    assert kill.node.access.pid() is None


@pytest.mark.parametrize(("said", "problem", "expected"), [
    (["core|Starting WSO2 Carbon..."], NotSeen, "Mgt Console URL"),
    ([WAITS], NotSeen, r"it says 'Waiting for 2 \[TASKS\] task executor nodes': see taskServer"),
    # What it no longer waits for is not what it lacks.
    ([WAITS, "tasks|All task servers activated for [TASKS]."], NotSeen, r"^((?!it says)(?s:.))*$"),
    ([], EvidenceError, "a process after its start"),
], ids=["never ready", "waits for its peer", "waits no longer", "no process"])  # fmt: skip
def test_a_node_that_does_not_come_back_is_reported_with_what_it_waits_for(said, problem, expected):
    kill = kill_of(on_start="".join(f"{file_line(one)}\n" for one in said))
    kill.inject()
    with pytest.raises(problem, match=expected):
        kill.bring_back()


def test_a_long_stop_names_the_hooks_that_its_jvm_waits_for():
    down = kill_of(Ending.STOP, hanging=True, dump=SPARK_WAITS)
    found = down.inject()
    assert found.killed
    assert "Thread-45 in org.apache.spark.deploy.client.AppClient.stop" in str(found)
    assert all(one.scope for one in down._witness.observations())
    assert NodeGone.from_json(json.loads(json.dumps(asdict(found)))) == found


def test_a_stop_that_ends_by_itself_after_a_while_is_no_kill():
    down = kill_of(Ending.STOP, hanging=True)
    access = down.node.access
    down._clock.plan = [(20, lambda: setattr(access, "pids", set()))]
    found = down.inject()
    assert (found.killed, found.hooks) == (False, ())
    assert 20 <= found.gone_after < 21


def test_each_hook_of_the_newest_dump_is_named_with_what_it_waits_in_or_its_innermost_frame():
    carbon, spark = thread_dump.hooks(thread_dump.newest(SPARK_WAITS))
    assert carbon.startswith("Thread-7 in org.eclipse.core.runtime.adaptor.EclipseStarter.shutdown of ")
    assert spark.startswith("Thread-45 in org.apache.spark.deploy.client.AppClient.stop of org.apache.spark.")
    console = SPARK_WAITS + SPARK_WAITS.replace("Thread-45", "Thread-99")
    assert "Thread-99" in thread_dump.hooks(thread_dump.newest(console))[1]
    assert thread_dump.newest("Full thread dump\nJNI global refs") == "Full thread dump\n"
    hook = "org.apache.hadoop.util.ShutdownHookManager$1.run"
    dump = f'"Thread-1" #1\n\tat java.lang.Object.wait(Native)\n\tat {hook}(S)\n'
    assert thread_dump.hooks(dump) == [f"Thread-1 in {hook}"]


@pytest.mark.parametrize("console", ["", "JNI global refs: 1\nFull thread dump", SPARK_WAITS.partition("JNI")[0]])
def test_a_dump_that_is_not_complete_is_none(console):
    assert thread_dump.newest(console) == ""


@pytest.mark.parametrize("dump", ["", "Full thread dump", '"', '"a" #1\n\tat (', "\x00" * 10, '"x' * 5000])
def test_text_without_a_hook_names_none(dump):
    assert thread_dump.hooks(dump) == []
