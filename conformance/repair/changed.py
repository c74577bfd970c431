"""Whether a file that a patch is for is still the one that was judged."""

from collections.abc import Iterator

from conformance.deployment.interface import Deployment
from conformance.errors import ConformanceError
from conformance.evidence.witness import Witness
from conformance.node.home.xml_source import decode_xml
from conformance.repair.outcome import Outcome


def changed_since(outcome: Outcome, deployment: Deployment, witness: Witness) -> Iterator[tuple[str, str]]:
    """Node and path of each file that is not what the run saw, or not what it was a moment ago."""
    seen = {(one.subject, one.question): one.answer for one in witness.observations() if not one.failed}
    mask = witness.redactor.text
    nodes = {one.name: one for one in deployment.nodes}
    for (node, path), draft in outcome.drafts.items():
        judged = seen.get((node, f"file {path}"))
        try:
            now = nodes[node].read(path)
            same = now == draft.before and (judged is None or mask(_text(node, path, now)) == mask(str(judged)))
        except (OSError, ConformanceError):
            same = False
        if not same:
            yield node, path


def _text(node: str, path: str, content: bytes) -> str:
    if path.endswith(".xml"):
        return decode_xml(node, path, content)
    return content.decode("utf-8-sig" if path.endswith(".dat") else "utf-8", "replace")
