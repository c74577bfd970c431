"""Defines when a node and the pair are ready: facts, each with a deadline, and what to show if a fact does not come."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import requests
from urllib3.exceptions import InsecureRequestWarning

from conformance import deadlines
from conformance.deadlines import Deadline
from conformance.deployment.interface import NodeAccess
from conformance.deployment.spec import NodeSpec
from conformance.errors import ConformanceError, NotSeen
from conformance.node.log.follower import LOG_PATH
from conformance.node.log.ready_lines import ACTIVE, CONSOLE, PASSIVE, STARTED, SYNCED, awaited_peers, waited_for_peers
from conformance.targets.shared.progress import Stages
from conformance.text.printable import listed
from conformance.waiting import SYSTEM, Clock, wait_for

#: Equinox logs bundles that do not resolve here; the product's own log does not name them
#: (docs/product/logs.md#bundles-that-do-not-resolve).
_OSGI_LOGS = "repository/components/default/configuration"
_LAST_LINES = 20
_WIDTH = 400
_POLL_S = 0.1

#: Returns the status code of a GET, 0 if nothing answers.
Status = Callable[[str], int]
#: Returns the JSON of a GET, None if nothing answers or the answer is not JSON.
Json = Callable[[str], Any]


class StartingNode(NodeAccess, Protocol):
    """A node of a lab; `log_mark` is the size of its log before its latest start."""

    log_mark: int

    def last_console(self) -> str:
        """What the node's latest start printed."""

    def running(self) -> bool:
        """Whether the node's start script still runs."""


class Readiness:
    """Waits for the facts of one node's start. `mark` is the size of its log before the start, in bytes."""

    def __init__(self, node: StartingNode, mark: int, status: Status | None = None, clock: Clock = SYSTEM) -> None:
        self._node = node
        self._mark = mark
        self._status = status or http_status
        self._clock = clock

    def role_or_waiting(self) -> str:
        """Wait until the node has its role in the pair, or waits for its peer; in the latter case return its log line.

        Return "" if the node has its role or is up: a peer started from now on does not change the role. If the node
        shows nothing of this in time, it may need its peer as well; return a text that says so. ConformanceError at
        once if the node's script ends.
        """
        waits = ""

        def settled() -> bool:
            nonlocal waits
            log = self.log()
            with_role = any(line in log for line in (ACTIVE, PASSIVE, CONSOLE))
            waits = "" if with_role else awaited_peers(log)
            return with_role or bool(waits)

        what, limit = f"{self._node.name}: its role, or that it waits for its peer", deadlines.PEER_NEEDED
        try:
            wait_for(what, self._living(settled, "its start"), limit, poll=_POLL_S, clock=self._clock)
        except NotSeen:
            return f"no role, and nothing that its log waits for, after {limit.limit:g} s"
        return waits

    def wait(self) -> None:
        """Wait until the node is ready: started, answering, in a role. ConformanceError, at once if it ends."""
        self._logged(STARTED, [STARTED], deadlines.NODE_READY)
        # This line may come half a second later. A request before it causes a NullPointerException in the node's log,
        # by which the probe itself would make the node break the page.
        self._logged(CONSOLE, [CONSOLE], deadlines.LOG_LINE)
        url = f"{self._node.spec.https_url}/carbon/"
        self._wait(f"answer of {url}", lambda: 0 < self._status(url) < 500, deadlines.NODE_LISTENS)
        self._logged("its HA role", [ACTIVE, PASSIVE], deadlines.ROLE_TAKEN)

    @property
    def passive(self) -> bool:
        """Whether the node became passive in this start."""
        return PASSIVE in self.log()

    def wait_until_synced(self) -> None:
        """Wait until the node has the active node's state. ConformanceError as in `wait`."""
        self._logged(SYNCED, [SYNCED], deadlines.STATE_SYNC)

    def _logged(self, what: str, texts: list[str], deadline: Deadline) -> None:
        self._wait(f"log line: {what}", lambda: any(text in self.log() for text in texts), deadline)

    def _wait(self, what: str, fact: Callable[[], bool], deadline: Deadline) -> None:
        name = f"{self._node.name}: {what}"
        try:
            wait_for(name, self._living(fact, what), deadline, poll=_POLL_S, clock=self._clock, last=lambda: "not yet")
        except NotSeen:
            waits = awaited_peers(self.log())
            why = f"; it says {waits!r}: see taskServerCount in repository/conf/etc/tasks-config.xml" if waits else ""
            raise self._not_ready(what, f"not within {deadline.limit:g} s{why}") from None

    def _living(self, fact: Callable[[], bool], what: str) -> Callable[[], bool]:
        """Return the fact as a function that raises ConformanceError if it is false and the node's script has ended."""

        def fact_of_a_living_node() -> bool:
            if fact():
                return True
            if not self._node.running():
                raise self._not_ready(what, "its start script has ended")
            return False

        return fact_of_a_living_node

    def log(self) -> str:
        """The node's log since the start; "" if there is none yet."""
        try:
            # If the log is shorter than before, the product began a new one at midnight.
            begin = self._mark if self._node.size(LOG_PATH) >= self._mark else 0
            return self._node.read_from(LOG_PATH, begin).decode("utf-8", "replace")
        except OSError:
            return ""

    def _not_ready(self, what: str, why: str) -> ConformanceError:
        ends = {LOG_PATH: self.log(), "console": self._node.last_console(), **osgi_logs(self._node)}
        return ConformanceError(f"{self._node.name} is not ready: {what}: {why}", shown(ends))


def osgi_logs(node: NodeAccess) -> dict[str, str]:
    """Return logs of the OSGi framework by path; none before the first start."""
    try:
        names = [name for name in node.listing(_OSGI_LOGS) if name.endswith(".log")]
        paths = [f"{_OSGI_LOGS}/{name}" for name in names]
        return {path: node.read_from(path, 0).decode("utf-8", "replace") for path in paths}
    except OSError:
        return {}


def shown(logs: Mapping[str, str], lines: int = _LAST_LINES) -> str:
    """Return the last lines of each log under its name."""
    parts = []
    for name, text in logs.items():
        last = text.splitlines()[-lines:]
        parts.append(
            "\n".join([f"{name} ends:" if last else f"{name} is empty", *(f"  {line[:_WIDTH]}" for line in last)])
        )
    return "\n".join(parts)


def start_both(nodes: Sequence[StartingNode], stages: Stages, *, healthy: bool = True) -> str:
    """Start two nodes, as the page says, until both are ready; how that went. `healthy`: they must be a healthy pair.

    The second node is started as soon as the first has its role in the pair, so that the roles are certain, or waits
    for its peer: with the vendor's taskServerCount of 2 a node waits until its peer has come as far.
    """
    first, second = nodes
    with stages.stage(f"{first.name} in its role"):
        first.start()
        one = Readiness(first, first.log_mark)
        waits = one.role_or_waiting()
    with stages.stage("both nodes ready"):
        second.start()
        wait_for_both([one, Readiness(second, second.log_mark)], healthy=healthy)
    return how(first.name, second.name, waits, waited_for_peers(one.log()))


def wait_for_both(starts: Sequence[Readiness], *, healthy: bool = True) -> None:
    """Wait until both nodes are ready, and the passive node, whichever it is, has the active node's state."""
    for start in starts:
        start.wait()
    if healthy:
        # If no node became passive, the wait on the second one fails and shows its logs.
        next((start for start in starts if start.passive), starts[-1]).wait_until_synced()


def how(first: str, second: str, waits: str, waited: str = "") -> str:
    """Describe how two nodes were started; `waits` says how the first waited for its peer, "" if it had its role.

    `waited`: how it waited for the peer later, with its role.
    """
    if waits:
        return f"together: {first}, then {second} while {first} had no role by itself ({waits})"
    return f"{first}, then {second} when {first} had its role" + (f", and waited for it ({waited})" if waited else "")


def await_spark(nodes: Sequence[NodeSpec], get: Json | None = None, clock: Clock = SYSTEM) -> None:
    """Wait until one master leads, with an application and both workers; ConformanceError with all answers."""
    urls = {node.name: f"http://{node.in_urls}:{node.spark_master_ui}/json" for node in nodes}
    ask, deadline = get or http_json, deadlines.SPARK_CLUSTER

    def complete() -> bool:
        return any(leads(ask(url), workers=len(urls)) for url in urls.values())

    try:
        wait_for("Spark cluster", complete, deadline, poll=_POLL_S, clock=clock, last=lambda: "not yet")
    except NotSeen:
        pages = "; ".join(f"{name}: {summary(ask(url))}" for name, url in urls.items())
        raise ConformanceError(
            f"no Spark master leads two workers and one application within {deadline.limit:g} s: {pages}",
            "look at both nodes' wso2carbon.log and work/app-*/*/stderr",
        ) from None


def leads(master: Any, workers: int) -> bool:
    """Whether a master's /json shows that it is ALIVE with so many living workers and one running application."""
    if not isinstance(master, dict) or master.get("status") != "ALIVE":
        return False
    running = [each for each in master.get("activeapps", []) if each.get("state") == "RUNNING"]
    return len(running) == 1 and _living(master) == workers


def summary(master: Any) -> str:
    """Return a phrase that summarises a master's /json."""
    if not isinstance(master, dict):
        return "no answer"
    states = [str(each.get("state")) for each in master.get("activeapps", [])]
    return f"{master.get('status')}, {_living(master)} living workers, applications {listed(states)}"


def _living(master: dict[str, Any]) -> int:
    return sum(1 for each in master.get("workers", []) if each.get("state") == "ALIVE")


def http_status(url: str) -> int:
    """Return the status of a GET without following redirects, with any certificate accepted; 0 if nothing answers."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", InsecureRequestWarning)
            answer = requests.get(
                url, verify=False, allow_redirects=False, timeout=deadlines.HTTP_ANSWER.limit, stream=True
            )
            answer.close()
            return answer.status_code
    except requests.RequestException:
        return 0


def http_json(url: str) -> Any:
    """Return the JSON of a GET; None if nothing answers or the answer is not JSON."""
    try:
        return requests.get(url, timeout=deadlines.HTTP_ANSWER.limit).json()
    except (requests.RequestException, ValueError):
        return None
