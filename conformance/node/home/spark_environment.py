"""bin/load-spark-env-vars.sh: what the start script exports to the JVM, SPARK_LOCAL_IP above all (page: step 6).

The start script reads it before it starts Java. Its own later exports override it. See
docs/product/spark.md#home-and-address.
"""

import re
from functools import cached_property
from ipaddress import ip_address

from conformance.errors import EvidenceError
from conformance.judgement.located import Located, Where
from conformance.judgement.requirement import not_applicable, not_assessed
from conformance.node.home.own_host import OwnHost, canonical, ip_version
from conformance.node.home.shell_branches import Branches
from conformance.node.home.shell_commands import ASSIGNMENT, EXPORTS, READS, bare, commands
from conformance.node.home.start_script import StartScript

#: The address that Spark uses on a host with several addresses.
LOCAL_IP = "SPARK_LOCAL_IP"
_NAME = "load-spark-env-vars.sh"
#: Maximum characters of a script.
_LONGEST = 1 << 20


class SparkEnvironment:
    """Environment of one node's Spark, read without running the script."""

    PATH = f"bin/{_NAME}"

    def __init__(self, node: str, text: str, start: str = "") -> None:
        """`text` is the script, `start` the start script that reads it; "" if missing."""
        self._script = Where(node, self.PATH)
        for where, script in ((self._script, text), (Where(node, StartScript.PATH), start)):
            if len(script) > _LONGEST:
                raise EvidenceError(f"{where}: has {len(script)} characters", "put the product's own script there")
        if "\r\n" in start:  # no shell runs such a script: on its way here it got the line ends of another system
            text, start = (one.replace("\r\n", "\n") for one in (text, start))
        self._text = text
        self._values: dict[str, list[Located]] = {}
        self._exported: set[str] = set()
        if not any(_reads_it(bare(words)) for _, words in commands(start)):
            self._run_all(self.PATH, text)
        self._run_all(StartScript.PATH, start)

    @cached_property
    def local_ip(self) -> Located:
        """The exported SPARK_LOCAL_IP; otherwise the missing value, which says whether it is assigned."""
        value = next(iter(self._values.get(LOCAL_IP, ())), None)
        if value is not None and LOCAL_IP in self._exported:
            return value
        note = f"export {LOCAL_IP} (absent)" if value is None else f"{LOCAL_IP} (assigned, but not exported)"
        where = self._script if value is None else value.where
        return Located.missing(where._replace(xpath=note))

    @property
    def computed(self) -> bool:
        """Whether only a running shell knows SPARK_LOCAL_IP: it has variables or commands, or depends on a branch."""
        return len({*self._values.get(LOCAL_IP, ())}) > 1 or bool(re.search(r"[$`*?]", self.local_ip))

    def _run_all(self, path: str, script: str) -> None:
        branches = Branches(self._values.__contains__)
        for line, words in commands(script):
            self._run(Where(self._script.node, path, line), bare(words), certain=branches.enter(words))

    def _run(self, command: Where, words: list[str], *, certain: bool) -> None:
        if _reads_it(words):
            text, self._text = self._text, ""
            self._run_all(self.PATH, text)
        exporting = bool(words) and words[0] in EXPORTS
        for word in words:
            assignment = ASSIGNMENT.fullmatch(word)
            if assignment:
                name, value = assignment.groups()
                before = [] if certain else self._values.get(name, [])
                self._values[name] = [*before, Located(value, command._replace(xpath=name))]
            if exporting:
                self._exported.add(assignment[1] if assignment else word)
        if words and words[0] == "unset" and certain:
            for name in words[1:]:
                self._values.pop(name, None)


def _reads_it(words: list[str]) -> bool:
    return bool(words) and words[0] in READS and words[-1].endswith(_NAME)


def shared(first: SparkEnvironment, second: SparkEnvironment) -> str:
    """Report, for the operator, that both nodes, on different hosts, export the same address; "" if not."""
    one, other = first.local_ip, second.local_ip
    if not one.present or first.computed or canonical(one) != canonical(other):
        return ""
    return f"{other.found}, expected another address than that of {one.where}"


def refusal(environment: SparkEnvironment, host: OwnHost) -> str:
    """Why Spark may use an address that is not the node's, for the operator; "" if it does not.

    NotApplicable if the host has one address and exports none; NotAssessed if the files do not show it.
    """
    local_ip = environment.local_ip
    if local_ip.present and environment.computed:
        not_assessed(f"{local_ip.found}, which only the node's own shell knows")
    if local_ip.present:
        return host.refusal(local_ip)
    several = [one for one in host.known if ip_version(one) == 4 and not ip_address(one).is_loopback]
    if not host.stated or not several:
        not_assessed(f"{local_ip.where}: found nothing, and how many addresses the host has is not known")
    if len(several) == 1:
        not_applicable(f"the host has one address, {several[0]}")
    return (
        f"{local_ip.where}: found nothing, expected 'export {LOCAL_IP}=' with one of {', '.join(several)}: "
        "master and application would each pick an address by a rule of their own"
    )
