"""The vendor's own client for wso2events (org.wso2.carbon.databridge.agent), run as a separate program."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from conformance import deadlines
from conformance.data_bridge.bundle import Stream, Value
from conformance.data_bridge.client import BridgeAccount
from conformance.deadlines import Deadline
from conformance.errors import EvidenceError
from conformance.node.home.ports import THRIFT, THRIFT_TLS
from conformance.pack import assemble, fetch, java_runtime, labpart
from conformance.waiting import answering

FOLDER = Path(__file__).parent
_MAIN = "das.conformance.client.VendorClient"
#: Artifacts of the lock file that only the client needs.
_OWN = ("databridge.agent", "databridge.commons.binary")
#: Bundles and libraries of a node that it needs.
_OF_THE_PACK = (
    *("org.wso2.carbon.databridge.commons", "org.wso2.carbon.databridge.commons.thrift", "libthrift", "disruptor"),
    *("commons-pool", "commons-logging", "org.wso2.carbon.utils", "json", "gson", "guava", "slf4j-api"),
    *("jaxb-api", "jaxb-impl", "istack-commons-runtime", "activation"),
)
#: The trust store in every pack; it holds the certificate of the key store in every pack.
_TRUST = "repository/resources/security/client-truststore.jks"
_TRUST_PASSWORD = "wso2carbon"  # of a store of certificates that anyone may read


class VendorClient:
    """The client, built from the public pack; it needs the pack's Java."""

    def __init__(self, home: Path) -> None:
        """`home` is the pack's home."""
        self._home = home

    @classmethod
    def if_built(cls) -> VendorClient | None:
        """The client; None if the public pack was not built on this machine."""
        pack = assemble.find()
        return cls(pack.path) if pack else None

    def send(
        self,
        urls: str,
        stream: Stream,
        account: BridgeAccount,
        events: Sequence[Sequence[Value]],
        deadline: Deadline = deadlines.VENDOR_CLIENT,
    ) -> str:
        """Send the payloads and return the client's message. EvidenceError if it fails or does not end in time."""
        lines = [account.password.reveal(), "\t".join(stream.attributes.values())]
        lines += ["\t".join(map(str, values)) for values in events]
        try:
            with tempfile.TemporaryDirectory(prefix="vendor-client-") as scratch, answering(f"client {urls}", deadline):
                command, sent = self._command(Path(scratch), urls, stream, account), "\n".join(lines) + "\n"
                done = subprocess.run(
                    command, input=sent, capture_output=True, text=True, timeout=deadline.limit, check=False
                )
        except subprocess.TimeoutExpired:
            raise EvidenceError(
                f"the vendor's client ({urls}) did not end within {deadline.limit:g} s ({deadline.reason})",
                "it waits for a data bridge that takes its login: "
                f"check both ports of each node ({THRIFT} and {THRIFT_TLS}, plus its offset)",
            ) from None
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip()[-600:]
            raise EvidenceError(f"the vendor's client ({urls}) ended with {done.returncode}: {said}", "see its message")
        return done.stdout.strip().rpartition("\n")[2]

    def _command(self, scratch: Path, urls: str, stream: Stream, account: BridgeAccount) -> list[str]:
        java = java_runtime.find().java
        jars = [*assemble.bundles(self._home), *sorted((self._home / "lib").glob("*.jar"))]
        libraries = [fetch.artifact(name) for name in _OWN] + labpart.pick("vendor_client", _OF_THE_PACK, jars)
        compiler = labpart.Compiler(java, fetch.artifact("ecj"), labpart.run_command)
        labpart.compile_java("vendor_client", sorted(FOLDER.glob("*.java")), libraries, compiler, scratch)
        trust = account.trust or str(self._home / _TRUST)
        trusted = [f"-Djavax.net.ssl.trustStore={trust}", f"-Djavax.net.ssl.trustStorePassword={_TRUST_PASSWORD}"]
        classes = ["-cp", ":".join(map(str, [scratch, *libraries])), _MAIN]
        arguments = [str(FOLDER / "data-agent-config.xml"), urls, stream.id, account.user]
        return [str(java), "-Xmx256m", *trusted, *classes, *arguments]
