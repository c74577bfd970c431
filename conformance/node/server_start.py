"""What a node's server is started with, beside its configuration files: its command line, else its start script."""

import re
from functools import cached_property

from conformance.deployment.interface import NodeAccess
from conformance.evidence.witness import Witness
from conformance.node.home.files import HomeFiles
from conformance.node.home.start_options import StartOption, StartOptions
from conformance.node.home.stated import is_stated
from conformance.node.running_server import RunningServer, running_server

_PROPERTY = re.compile(r"\$\{([\w.-]{1,128})\}")
#: Options with which a node takes no part in Spark's cluster (docs/product/spark.md#mode).
_WITHOUT_SPARK = {
    "disableAnalyticsEngine": "starts no Spark at all",
    "disableAnalyticsSparkCtx": "never starts the application",
}


class ServerStart:
    """The start of one node's server."""

    def __init__(self, access: NodeAccess, witness: Witness, files: HomeFiles) -> None:
        self._access = access
        self._witness = witness
        self._files = files

    @cached_property
    def running(self) -> RunningServer | None:
        """The command line of the running server, None where it cannot be read."""
        return running_server(self._access, self._witness)

    def option(self, name: str) -> StartOption | None:
        """The system property -Dname of the running server, else of its start script; None where none is given."""
        if self.running:
            return self.running.option(name)
        script = self._files.script
        return StartOptions(self._access.name, script(StartOptions.PATH), script).option(name)

    @property
    def without_spark(self) -> str:
        """The option that keeps the node out of Spark's cluster, for the operator; "" for none.

        The stock script has such options for nodes of other roles: in branches, which count for nothing here.
        """
        for name, why in _WITHOUT_SPARK.items():
            option = self.option(name)
            if option and option.certain and option.value.lower() == "true":
                return f"{option.value.where}: found {option.value.describe()}, expected no such option: the node {why}"
        return ""

    def given(self, text: str) -> str:
        """A text with each `${name}` in it that the start surely gives as a system property; the others are left."""
        return _PROPERTY.sub(lambda found: self._value(found[1]) or found[0], text)

    def _value(self, name: str) -> str:
        option = self.option(name)
        return option.value if option and option.certain and is_stated(option.value) else ""
