"""Marker texts in the lab nodes' files that reach the evidence only if masking fails.

The canary stands where no password is expected; it is masked because its value is known. The others, derived from it,
stand like secrets, one for each form; the masking does not know their values and must find them by place.
"""

import hashlib
import secrets
from pathlib import Path

from conformance.secret import Secret

#: A file that every run reads completely.
FILE = "repository/conf/carbon.xml"
#: The verifier recognises a canary by this prefix and 32 hexadecimal digits, without knowing its value.
PREFIX = "planted-key-"
_DATASOURCES = "repository/conf/datasources"
#: A comment for the end of each file, which the product ignores; {} stands for the marker.
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
    """Return a new canary."""
    return Secret(f"{PREFIX}{secrets.token_hex(16)}")


def of_places(canary: Secret) -> dict[str, Secret]:
    """Return the marker for each of PLACES; nothing if there is no canary."""
    word = canary.reveal()
    return {one: Secret(PREFIX + hashlib.sha256(f"{word} {one}".encode()).hexdigest()[:32]) for one in PLACES if word}


def plant(home: Path, canary: Secret) -> None:
    """Write all markers into a node's home, into the files that exist. OSError if a file cannot be written."""
    lines = {FILE: f"<!-- {canary.reveal()} -->"}
    lines |= {path: PLACES[path].format(word.reveal()) for path, word in of_places(canary).items()}
    for path, line in lines.items():
        if path == FILE or (home / path).is_file():
            with (home / path).open("a", encoding="ascii") as file:
                file.write(f"\n{line}\n")
