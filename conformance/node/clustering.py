"""Which configuration of Hazelcast is in force on a node: axis2.xml, or a file that replaces its section.

Without this, values would be judged that the product does not read (docs/product/clustering.md#settings-of-hazelcast).
"""

from conformance.judgement.located import LocatedInt
from conformance.judgement.requirement import not_assessed
from conformance.node.home.axis2 import Axis2
from conformance.node.home.files import HomeFiles
from conformance.node.home.hazelcast_files import HazelcastFiles
from conformance.node.home.start_options import HAZELCAST_CONFIG
from conformance.node.log.reading import LogSection
from conformance.node.log.start_lines import OTHER_CONFIGURATION
from conformance.node.server_start import ServerStart


class Clustering:
    """Clustering of one node."""

    def __init__(self, files: HomeFiles, start: ServerStart) -> None:
        self._files = files
        self._start = start
        self._hazelcast = HazelcastFiles(files)

    @property
    def override(self) -> str:
        """What replaces the clustering section of axis2.xml, for the operator; "" if that section is in force."""
        if option := self._start.option(HAZELCAST_CONFIG):
            return f"{option.value.where}: the file replaces the clustering section of axis2.xml"
        return self._hazelcast.overridden

    def override_in(self, start: LogSection) -> str:
        """Like `override`, also if only the log of a start shows it."""
        said = OTHER_CONFIGURATION.all_in(start)
        return self.override or (f"{start.node} {said[0]}: axis2.xml was not read for it" if said else "")

    @property
    def section(self) -> Axis2:
        """The clustering section of axis2.xml. NotAssessed if another file replaces it."""
        if override := self.override:
            not_assessed(f"{override}; take that file (or option) away to let axis2.xml count")
        return Axis2(self._files.xml(Axis2.PATH), self._start.given)

    @property
    def port(self) -> LocatedInt:
        """The first port that Hazelcast tries. AssertionError if it is not a port, NotAssessed if unknown."""
        override = self._hazelcast.override if self._hazelcast.overridden else None
        return override.port.int_() if override else self.section.local_member_port
