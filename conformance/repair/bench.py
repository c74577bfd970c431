"""Workspace of a repair: drafts of both homes, the nodes as they would be, and the questions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from conformance.errors import ConformanceError
from conformance.evidence.redaction import Redactor
from conformance.evidence.witness import Witness
from conformance.node.home.axis2 import Axis2
from conformance.node.home.carbon_xml import CarbonXml
from conformance.node.home.event_processor import EventProcessor
from conformance.node.home.start_options import StartOptions
from conformance.node.node import Node
from conformance.pair.view import ClusterView
from conformance.repair.draft import Draft
from conformance.repair.overlay import DraftedDeployment, ReadOnce
from conformance.repair.question import Question
from conformance.waiting import SYSTEM

#: Files in which a home claims its addresses and ports.
_CLAIMING = (Axis2.PATH, EventProcessor.PATH, CarbonXml.PATH, StartOptions.PATH)

if TYPE_CHECKING:
    from conformance.archive.stated_database import StatedDatabase
    from conformance.deployment.interface import Deployment
    from conformance.deployment.spec import ClusterSpec


#: Maximum bytes of a file to patch: the product's own have a tenth of it, and comparing lines takes time.
LARGEST = 512 << 10


class Bench:
    """Drafts by node and path; `redactor` knows what must not be shown."""

    def __init__(
        self,
        deployment: Deployment,
        redactor: Redactor,
        database: StatedDatabase | None = None,
        seen: Witness | None = None,
    ) -> None:
        """`seen` has a run's answers about the deployment, which are reused."""
        self._deployment = deployment
        self._homes = tuple(ReadOnce(one) for one in deployment.nodes)
        self._seen = seen or Witness.silent(SYSTEM)
        self._redactor = redactor
        self.database = database
        self.drafts: dict[tuple[str, str], Draft] = {}
        self.questions: list[Question] = []
        #: For each requirement and node, why no repair could be worked out.
        self.problems: dict[tuple[str, str], str] = {}
        self._view: tuple[Node, ...] | None = None
        self._spec: ClusterSpec | None = None
        self._pair: ClusterView | None = None

    @property
    def contents(self) -> Mapping[str, Mapping[str, bytes]]:
        """New contents by node and path."""
        found: dict[str, dict[str, bytes]] = {one.name: {} for one in self._deployment.nodes}
        for (node, path), draft in self.drafts.items():
            found[node][path] = draft.after
        return found

    @property
    def deployment(self) -> DraftedDeployment:
        """The deployment with the current drafts."""
        drafted = DraftedDeployment(self._deployment, self.contents, self._spec, self._homes)
        self._spec = drafted.spec
        return drafted

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The nodes with the current drafts; read again after each change."""
        if self._view is None:
            drafted, witness = self.deployment, self.witness()
            single = drafted.single_host
            self._view = tuple(Node(one, witness, drafted.spec, single_host=single) for one in drafted.nodes)
            # The view finds the host that both nodes' files use.
            self._pair = ClusterView(self._view[0], self._view[1], single_host=single) if len(self._view) > 1 else None
        return self._view

    @property
    def view(self) -> ClusterView | None:
        """Both nodes as a cluster; None if one is judged alone."""
        return self._pair if self.nodes else None

    def witness(self) -> Witness:
        """A witness that reuses earlier answers, except those that the drafts change, and reads the drafts."""
        changed = [(node, path) for node, path in self.drafts]
        folders = [(node, path.rpartition("/")[0]) for node, path in changed]

        def differs(subject: str, question: str) -> bool:
            return any(subject == node and question.endswith(f" {place}") for node, place in (*changed, *folders))

        return Witness.looking_again(self._seen, differs)

    def edit(self, node: str, path: str, requirements: Collection[str], change: Callable[[bytes], bytes]) -> None:
        """Replace a file's content by the result of `change`. OSError, ConformanceError from `change`, Unshowable."""
        draft = self.drafts.get((node, path))
        if draft is None:
            home = next(one for one in self._homes if one.name == node)
            draft = Draft(path, home.read(path), self.secret_lines)
        before = draft.after
        if len(draft.before) > LARGEST:
            raise ConformanceError(
                f"{path}: is larger than the {LARGEST >> 10} KiB of a file that is patched", "change it"
            )
        after = change(before)
        if after != before:
            draft.take(after, requirements)
            self.drafts[node, path] = draft
            self._view = None
            self._spec = None if path in _CLAIMING else self._spec

    def ask(self, requirements: Iterable[str], text: str, answer: str = "", *, decides: bool = True) -> None:
        """Leave a question to the operator."""
        self.questions.append(Question(tuple(requirements), text, answer, decides))

    def secret_lines(self, content: bytes) -> set[int]:
        """Numbers (from 0) of the lines with masked text."""
        text = content.decode("utf-8", "surrogateescape")
        found: set[int] = set()
        for begin, end in self._redactor.places(text):
            found.update(range(text.count("\n", 0, begin), text.count("\n", 0, max(begin, end - 1)) + 1))
        return found
