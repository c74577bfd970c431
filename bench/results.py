"""bench/RESULTS.md: one section per measurement, each renewed by its own command; and what measurements share."""

import platform
import re
import resource
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import psutil

from conformance.project import ROOT

PATH = Path(__file__).with_name("RESULTS.md")
#: Variables of a process that is measured, as tox.ini has them: compiled modules are kept, memory is in large pages.
AS_BY_TOX = {
    "PYTHONDONTWRITEBYTECODE": "",
    "PYTHONPYCACHEPREFIX": str(ROOT / ".tox" / "pycache"),
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}
#: Without the plugins of pytest that only the self-tests bring: one of them loads all of Hypothesis in the end.
AS_INSTALLED = ("-p", "no:hypothesispytest", "-p", "no:xdist.looponfail", "-p", "no:xdist")
_HEAD = "# Results\n\nMachines are shared and noisy: compare within one table, not between tables.\n"


def write_section(title: str, text: str, path: Path = PATH) -> None:
    """Replace the section of that title, or add it at the end; the rest stays."""
    old = path.read_text(encoding="utf-8") if path.exists() else _HEAD
    section = f"## {title}\n\n{text.strip()}\n"
    pattern = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    new, found = pattern.subn(lambda _: section + "\n", old, count=1)
    path.write_text((new if found else f"{old.rstrip()}\n\n{section}").rstrip() + "\n", encoding="utf-8")


def publish(title: str, lines: Sequence[str]) -> None:
    """Print the lines, and make them the section of that title."""
    text = "\n".join(lines)
    print(text)
    write_section(title, text)


def row(name: str, values: list[float], last: str) -> str:
    """One line of a Markdown table: minimum, median and maximum; `last` is the last column."""
    digits = 2 if max(values) < 100 else 0
    low, mid, high = (f"{value:.{digits}f}" for value in (min(values), median(values), max(values)))
    return f"| {name} | {low} | {mid} | {high} | {last} |"


def processor_time() -> float:
    """Seconds that all ended processes of this one have used."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def machine() -> str:
    """What this was measured on, in one line; a load above the number of cores shows that others worked, too."""
    memory = psutil.virtual_memory().total / 2**30
    system = f"Linux {platform.release()}, Python {platform.python_version()}"
    return f"{psutil.cpu_count()} cores, {memory:.0f} GiB, {system}, load {psutil.getloadavg()[0]:.1f}"
