"""The deployment synchronizer in carbon.xml, which copies artifacts between the nodes (page: step 5)."""

from functools import cached_property

from conformance.judgement.located import Located
from conformance.node.home.xml_source import XmlSource

_SECTION = "DeploymentSynchronizer"


class DeploymentSynchronizer:
    """The synchronizer of one node; absent settings default to off, as in the product."""

    def __init__(self, source: XmlSource) -> None:
        self._source = source

    @cached_property
    def enabled(self) -> Located:
        """Whether the synchronizer is on."""
        return self._setting("Enabled", "false").strip().lower()

    @cached_property
    def kind(self) -> Located:
        """Type of the repository, in lower case; the page's is svn."""
        return self._setting("RepositoryType", "svn").strip().lower()

    @cached_property
    def url(self) -> Located:
        """URL of the Subversion repository, without a slash at its end."""
        url = self._setting("SvnUrl").strip()
        return Located(url.rstrip("/"), url.where, present=url.present)

    @cached_property
    def commits(self) -> Located:
        """Whether this node writes to the repository."""
        return self._setting("AutoCommit", "false").strip().lower()

    @cached_property
    def checks_out(self) -> Located:
        """Whether this node fetches from the repository."""
        return self._setting("AutoCheckout", "false").strip().lower()

    @property
    def runs(self) -> bool:
        """Whether the page's synchronizer, over Subversion, is on."""
        return self.enabled == "true" and self.kind == "svn"

    def _setting(self, name: str, default: str | None = None) -> Located:
        return self._source.text(f"{_SECTION}/{name}", default=default)


def disagreement(first: DeploymentSynchronizer, second: DeploymentSynchronizer) -> str:
    """Why two synchronizers, at least one of them on, do not share artifacts, for the operator; "" if they do."""
    both = (first, second)
    for one in both:
        if not one.runs:
            off = one.kind if one.enabled == "true" else one.enabled
            return f"{off.found}, expected the synchronizer over svn on both nodes, or on none"
    if first.url != second.url or not first.url:
        return f"{second.url.found}, expected that of {first.url.with_place}"
    if (first.commits == "true") == (second.commits == "true"):
        found = f"{first.commits.with_place}, {second.commits.with_place}"
        return f"found {found}, expected that one node of the two commits"
    reader = second if first.commits == "true" else first
    if reader.checks_out != "true":
        return f"{reader.checks_out.found}, expected 'true': it would never get anything"
    return ""
