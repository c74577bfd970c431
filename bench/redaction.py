"""`python -m bench.redaction`: what masking costs on a long log, and whether hostile text costs more than its length.

CPU time of this process. Each hostile text is masked once, then once again at twice the length; the ratio is about two
where the work is linear.
"""

from __future__ import annotations

import sys
import time

from bench.results import machine, write_section
from conformance.evidence.redaction import Redactor

#: Characters of the log, and of a hostile text.
_LOG, _TEXT = 10_000_000, 100_000
_LINE = (
    "TID: [-1234] [] [2026-11-26 21:13:30,000]  INFO {org.wso2.carbon.event.processor.manager.core.internal.HAManager} "
    "-  CEP HA State successfully synced. {org.wso2.carbon.event.processor.manager.core.internal.HAManager}\n"
    "TID: [-1234] [] [2026-11-26 21:13:31,000] ERROR {org.wso2.carbon.x.Y} -  Pool[password=Zq1vX7k; url=jdbc:x]\n"
    "\tat org.wso2.carbon.analytics.spark.core.internal.SparkAnalyticsExecutor.run(SparkAnalyticsExecutor.java:311)\n"
)
#: What a text consists of, over and over.
HOSTILE = {
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
}


def seconds(text: str) -> float:
    """What masking it takes."""
    began = time.process_time()
    Redactor().text(text)
    return time.process_time() - began


def repeated(piece: str, length: int) -> str:
    """A text of that length."""
    return (piece * (length // len(piece) + 1))[:length]


def main(argv: list[str]) -> int:
    """Measure, write the section; 1 if doubling a text more than doubles its cost by half."""
    log = seconds(repeated(_LINE, _LOG))
    rows, worst = [], 0.0
    for name, piece in HOSTILE.items():
        once, twice = (seconds(repeated(piece, times * _TEXT)) for times in (1, 2))
        ratio = twice / max(once, 0.001)
        worst = max(worst, ratio if twice > 0.1 else 0.0)
        rows.append(f"| {name} | {once:.3f} | {twice:.3f} | {ratio:.1f} |")
    text = "\n".join(
        [
            f"Masking a log of {_LOG // 1_000_000} MB: {log:.2f} s of CPU ({machine()}).",
            "",
            f"| hostile text | {_TEXT // 1000} kB (s) | {_TEXT // 500} kB (s) | ratio |",
            "|---|---|---|---|",
            *rows,
        ]
    )
    if "--print" not in argv:
        write_section("Masking", text)
    print(text)
    return int(worst > 3.0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
