"""`python -m bench.hostile`: what hostile texts cost each parser against their size: twice the text, twice the time.

Both sizes are measured in turn in one run, so that a busy machine slows both; the least of some rounds counts.
"""

import io
import re
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bench.results import machine, write_section
from conformance.archive.archive import read_archive
from conformance.database import script_tables
from conformance.evidence.redaction import Redactor
from conformance.node.home import jdbc_url
from conformance.node.home.java_properties import JavaProperties
from conformance.node.home.own_host import canonical
from conformance.node.home.spark_environment import SparkEnvironment
from conformance.node.home.stated import is_stated
from conformance.node.home.xml_source import XmlSource
from conformance.node.log.parser import parse
from conformance.text.scanning import without
from reports import terminal

_ROUNDS = 5
#: Twice the time, and what a measurement may be off.
_MOST = 2.4
_SIZE = 20_000
_HEAD = "TID: [-1234] [] [2026-11-22 21:58:10,000] ERROR {org.example.Thing} -  "
#: What a text that is masked consists of, over and over.
_MASKED = {
    "lines of a log": f"{_HEAD}Pool[password=Zq1vX7k; url=jdbc:x]\n\tat org.example.Thing.run(Thing.java:311)\n",
    "tags never closed": "<password <password ",
    "attributes": 'name="password" ',
    "elements never closed": "<password>",
    "nested elements": "<a><password>x</password>",
    "CDATA never closed": "<password><![CDATA[",
    "entities": '<!ENTITY a "b">',
    "the word alone": "password ",
    "signs": "password=",
    "quotes": 'password "',
    "JSON": '"password":["',
    "escaped XML": "password&gt;",
    "cookies": "cookie: ",
    "braces": "password={",
    "values in a row": "password=a;b;c,",
    "a long comment": "#" * 100 + "password ",
    "words with signs": "password a!!!!!!!!!!!!!!!!!!!!!!/ ",
    "URLs": "://a:b@",
    "Oracle": "jdbc:oracle:thin:a/b@",
    "options": " -u a:b -pX ",
    "keys": "api key",
    "key blocks": "-----BEGIN PRIVATE KEY-----",
    "brackets": "(",
    "rows of a table": "insert into t (a, password) values ('a', '",
    "names of values": '"name": "password", "a": "b", ',
    "accounts": "auth=a:b",
    "manifests": "kind: Secret\ndata:\n  a: b\n",
    "forms": 'form-data; name="password"\n\n',
    "sentences": "password of a is now set to b ",
    "settings in sentences": "a.password has value b ",
    "arguments": '("password", "',
    "what a shell is given": "echo a | printf '%s' <<< passw",
    "sentences that say it before": "'a1' is no b password ",
    "arguments beside a user": "credentials(a, b, ",
    "hosts of accounts": "a:b2c3d4@",
    "accounts in base64": "YWRtaW46 ",
    "digests": "digest a:b ",
    "keys as JSON": '{"kty","d":"',
    "lines of a key": "Private-Lines: 9\nA\n",
    "wide letters": "\uff50\uff41\uff53\uff53",
    "commented tags": "<!--password>a</password",
    "words": "password=a ",
    "account of a database": "jdbc:mysql://a:b",
}

Case = tuple[Callable[[int], Any], Callable[[Any], object]]


def places(text: str) -> list[str]:
    """Where each twin stands."""
    source = XmlSource("node1", "a.xml", text)
    return [str(source.where(one)) for one in source.all("m")]


def archive(count: int) -> Path:
    """A tar of so many empty files."""
    path = Path(tempfile.gettempdir()) / f"hostile-{count}.tar.gz"
    with tarfile.open(path, "w:gz", compresslevel=1) as made:
        for number in range(count // 10):
            made.addfile(tarfile.TarInfo(f"node1/{'a/' * 20}{number}"), io.BytesIO())
    return path


def repeated(*pieces: str, before: str = "", after: str = "") -> Callable[[int], str]:
    """Makes a text in which pieces come again and again."""
    return lambda count: before + "".join(pieces) * count + after


def _log(text: str) -> object:
    return parse(text, "a.log")


def _masked(text: str) -> object:
    return Redactor().text(text)


CASES: Mapping[str, Case] = {
    "XML: places of twins": (repeated("<m/>", before="<a>", after="</a>"), places),
    "JDBC URL: brackets": (repeated("(", before="jdbc:mysql://h:"), jdbc_url.parse),
    "JDBC URL: placeholders": (repeated("<{[", before="jdbc:mysql://h/"), jdbc_url.parse),
    "JDBC URL: servers": (repeated("[::1]:1,", before="jdbc:mysql://"), jdbc_url.parse),
    "properties: lines that go on": (repeated("a\\\n"), lambda text: JavaProperties("node1", "a", text)),
    "properties: blanks": (repeated(" \t", before="a"), lambda text: JavaProperties("node1", "a", text)),
    "shell: lines that go on": (repeated("a\\\n"), lambda text: SparkEnvironment("node1", text)),
    "shell: exports": (repeated("export A=b\n"), lambda text: SparkEnvironment("node1", text)),
    "names of properties": (repeated("${"), is_stated),
    "host names": (repeated("a."), canonical),
    "comments": (repeated("<!--"), lambda text: without(text, {"<!--": "-->"})),
    "SQL: statements": (repeated("a;\n"), lambda text: script_tables.split(text, "a.sql")),
    "log: lines of one event": (repeated("more\n", before=_HEAD), _log),
    "log: blanks": (repeated("  ", before=_HEAD), _log),
    "log: one line": (repeated("ERROR ", before=_HEAD), _log),
    "log: blanks after a time": (repeated(" ", before="[2026-11-22 21:58:24,716]", after="\n"), _log),
    "log: levels": (repeated("INFO ", before="2026-11-22 21:58:24,716 ", after="\n"), _log),
    "log: opening braces": (repeated("{", after="\n"), _log),
    "log: heads in one line": (repeated("x [2026-11-22 21:58:24,716]  INFO {", after="\n"), _log),
    "log: prefixes of syslog without a message": (repeated("<14>1 2026-11-22T21:58:24Z a b 1 - [c]\n"), _log),
    "log: lines that are nearly heads": (repeated("[2026-11-22 21:58:24,716]  INFO half of it\n"), _log),
    "terminal: paths": (repeated("[a]", before="x:1 /a"), lambda text: terminal._XPATH.sub("", text)),
    "archive: names": (archive, read_archive),
    **{f"masking: {name}": (repeated(piece), _masked) for name, piece in _MASKED.items()},
}


def seconds(run: Callable[[Any], object], text: Any) -> float:
    """Processor time of one call."""
    begin = time.process_time()
    run(text)
    return time.process_time() - begin


def measured(case: Case) -> tuple[int, float, float]:
    """A size that takes some time, and the seconds of it and of twice of it."""
    make, run = case
    size = _SIZE
    while (took := seconds(run, make(size))) < 0.02 and size < 100 * _SIZE:
        size *= 2
    once, twice = make(size), make(2 * size)
    rounds = _ROUNDS if took < 1 else 1
    pairs = [(seconds(run, once), seconds(run, twice)) for _ in range(rounds)]
    for path in Path(tempfile.gettempdir()).glob("hostile-*.tar.gz"):
        path.unlink()
    return size, min(one for one, _ in pairs), min(two for _, two in pairs)


def main(argv: list[str]) -> int:
    """Measure all, or those whose title matches `argv`; 1 when one costs more than in proportion."""
    chosen = {title: case for title, case in CASES.items() if not argv or re.search(argv[0], title)}
    rows, wrong = [], []
    for title, case in chosen.items():
        size, once, twice = measured(case)
        ratio = twice / max(once, 1e-6)
        rows.append(f"| {title} | {size} | {once:.3f} | {twice:.3f} | {ratio:.2f} |")
        wrong += [title] if ratio > _MOST and twice > 0.05 else []
        print(rows[-1], flush=True)
    text = [
        f"Processor time of each parser for a hostile text, and for twice of it ({machine()}).",
        f"`python -m bench.hostile`; goal: twice the text costs twice the time (at most {_MOST} measured).",
        "",
        "| text | pieces | once (s) | twice (s) | ratio |",
        "|---|---|---|---|---|",
        *rows,
    ]
    if not argv:
        write_section("Hostile texts", "\n".join(text))
    print("more than in proportion:", ", ".join(wrong) or "none")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
