"""Words in the files of the lab's nodes that only a leak can carry out.

One, the canary, stands where no password is looked for: it is masked because it is known. The others stand as secrets
stand in files, a form each, and are made of it: they are not known to what masks, which must find them by their places.
"""

import hashlib
import secrets
from pathlib import Path

from conformance.secret import Secret

#: A file that every run reads whole.
FILE = "repository/conf/carbon.xml"
#: The verifier finds a canary by this and the 32 hexadecimal digits after it, without knowing the word.
PREFIX = "planted-key-"
_DATASOURCES = "repository/conf/datasources"
#: A comment at the end of a file, which no product reads, by file; {} stands for a word.
PLACES = {
    "repository/conf/axis2/axis2.xml": '<!-- <parameter name="canary.password">{}</parameter> -->',
    "repository/conf/registry.xml": '<!-- <property name="canary-secret" value="{}"/> -->',
    "repository/conf/user-mgt.xml": "<!-- the password of the canary is {} -->",
    "repository/conf/event-processor.xml": '<!-- <property key="password">{}</property> -->',
    "repository/conf/analytics/analytics-config.xml": "<!-- Authorization: Bearer {} -->",
    f"{_DATASOURCES}/master-datasources.xml": "<!-- <url>jdbc:mysql://canary:{}@192.0.2.1:3306/db</url> -->",
    f"{_DATASOURCES}/analytics-datasources.xml": "<!-- <password><![CDATA[{}]]></password> -->",
    "repository/conf/analytics/spark/spark-defaults.conf": "# spark.canary.password {}",
    "bin/wso2server.sh": "# export CANARY_PASSWORD={}",
    "bin/load-spark-env-vars.sh": "# java -Dcanary.keyStorePassword={} -version",
}


def fresh() -> Secret:
    """A new canary."""
    return Secret(f"{PREFIX}{secrets.token_hex(16)}")


def of_places(canary: Secret) -> dict[str, Secret]:
    """The word for each of PLACES; none where there is no canary."""
    word = canary.reveal()
    return {
        path: Secret(PREFIX + hashlib.sha256(f"{word} {path}".encode()).hexdigest()[:32]) for path in PLACES if word
    }


def plant(home: Path, canary: Secret) -> None:
    """Put them all into a node's home, as far as the files are there. OSError when one cannot be written."""
    lines = {FILE: f"<!-- {canary.reveal()} -->"}
    lines |= {path: PLACES[path].format(word.reveal()) for path, word in of_places(canary).items()}
    for path, line in lines.items():
        if path == FILE or (home / path).is_file():
            with (home / path).open("a", encoding="ascii") as file:
                file.write(f"\n{line}\n")
