"""Where the project and its parts are; only this file depends on its own place in the tree."""

from pathlib import Path

#: The project's folder.
ROOT = Path(__file__).resolve().parents[1]
#: The folder of reports in a project, the folder of its suites, and the catalogue in that.
OUT, SUITES, CATALOGUE = Path("reports/out"), "suites", "catalogue.toml"
