"""Where the project lies, and its parts below it: the one file that counts folders, so that others can move."""

from pathlib import Path

#: The folder of the project.
ROOT = Path(__file__).resolve().parents[1]
#: Where reports lie below a project, the folder of its suites, and the catalogue in that one.
OUT, SUITES, CATALOGUE = Path("reports/out"), "suites", "catalogue.toml"
