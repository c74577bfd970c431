"""What the process inside the lab needs from the outer one: a file in the run folder, which one variable names."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from conformance.evidence.recorded import Recorded
from conformance.targets.shared.choice import LabOptions

#: Environment variable with the run folder's path; set only inside the lab.
VARIABLE = "DAS_CONFORMANCE_RUN"
_FILE = "entered.json"


@dataclass(frozen=True)
class Forward(Recorded):
    """A listening socket outside the lab (an inherited file descriptor), and the lab host's port to which it leads."""

    name: str
    file: int
    outside_port: int
    address: str
    port: int

    @property
    def outside(self) -> str:
        """host:port as seen from outside the lab."""
        return f"127.0.0.1:{self.outside_port}"


@dataclass(frozen=True)
class Entered(Recorded):
    """The run as the outer process set it up."""

    folder: Path
    options: LabOptions
    #: Why there are no namespaces; "" if there are.
    refusal: str
    #: Seconds that fetching and building took, by name.
    prepared: Mapping[str, float]
    forwards: tuple[Forward, ...] = ()

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self.folder.name

    def write(self) -> None:
        """Store the run in its folder."""
        (self.folder / _FILE).write_text(json.dumps(self.as_json(), indent=1), encoding="utf-8")


def current() -> Entered | None:
    """Return the run inside which this process runs, None outside."""
    folder = os.environ.get(VARIABLE)
    if not folder:
        return None
    return Entered.from_json(json.loads((Path(folder) / _FILE).read_text(encoding="utf-8")))
