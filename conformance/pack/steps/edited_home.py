"""What a step works on: one node's home, the node, and its cluster."""

from dataclasses import dataclass
from pathlib import Path

from conformance.deployment.spec import ClusterSpec, NodeSpec
from conformance.pack.steps.line_files import SettingsFile
from conformance.pack.steps.xml_file import XmlFile


@dataclass(frozen=True)
class EditedHome:
    """`path` is where the files are edited; `node.home` is where the node will see them."""

    path: Path
    cluster: ClusterSpec
    node: NodeSpec

    def conf(self, name: str) -> Path:
        """A file of repository/conf."""
        return self.path / "repository/conf" / name

    def xml(self, name: str) -> XmlFile:
        """An XML file of repository/conf. ConformanceError if it is missing or malformed."""
        return XmlFile.open(self.conf(name))

    def settings(self, name: str) -> SettingsFile:
        """A settings file of repository/conf. ConformanceError if it is missing or not text."""
        return SettingsFile.open(self.conf(name))
