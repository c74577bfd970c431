"""Public pack on kernel 4.4 only: the files that its web server reads otherwise than that of the 4.5.1 zip."""

from pathlib import Path

from conformance.pack.steps import das_base
from conformance.pack.steps.node_home import NodeHome

#: A tree of files in our own words: Tomcat 7 knows neither the connectors nor the resources of Tomcat 9.
FILES = Path(__file__).parents[1] / "kernel_44"


def apply(at: NodeHome) -> None:
    """Lay the files; the settings of log4j 1 are a lab part, as a bundle has to hold them."""
    das_base.lay(FILES, at)
