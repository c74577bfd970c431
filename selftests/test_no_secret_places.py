"""What stands beside a secret's words and is none stays: files and logs must remain readable."""

from __future__ import annotations

import pytest

from conformance.evidence.redaction import Redactor
from conformance.secret import Secret


@pytest.mark.parametrize(
    "text",
    [
        "<password>[password]</password>",
        '<!--<parameter name="licenseKey">xxx</parameter>-->',
        '<Property name="PasswordDigest">SHA-256</Property>',
        '<password svns:secretAlias="Datasource.Pw">secretAlias:Datasource.Pw</password>',
        "<password>${db.password}</password>",
        "export PASSWORD=$DB_PASSWORD",
        "password_file = /etc/das/password",
        "<RequirePasswordChange>false</RequirePasswordChange>",
        "user admin",
        "AA-01  pass -> fail",
        '{"fail": 1, "pass": 52}',
        "Became CEP HA Passive Member",
        "PWD=/opt/das and OLDPWD=/opt",
        "TokenValidityPeriod=3600",
        "java.util.StringTokenizer=x",
        "no password for WSO2REG_DB on node1",
        "jdbc:mysql://198.51.100.13:3306/userdb?user=das@db&x=1",
        "jdbc:mysql:replication://h1:3306,h2:3307/db",
        "jdbc:mysql://das@198.51.100.13:3306/userdb",
        "jdbc:mysql://[2001:db8::13]:3306/userdb",
        "das@jdbc:mysql://198.51.100.13:3306/regdb",
        "jdbc:oracle:thin:@//h:1521/service",
        "tcp://h:7611 from das@example.com",
        "http://h:9763/carbon?mail=a@b",
        "akka.tcp://sparkMaster@198.51.100.11:7077",
        "docker run -u 1000:1000 -p 3306:3306 -path",
        "primary key (id), foreign key: id",
        "the node is identified by 10.0.0.1 and connected to a/b",
        "password (required), credentials of node1: wrong",
        "echo done | tee log",
        "PASSWORD=$(cat /run/secrets/db)",
        "name=password, type=string",
        "Invalid password:\n\tat org.example.Realm.check(Realm.java:7)",
        "http://das@h:9763 and https://serviceaccount@h",
        "<Security><!--EnablePasswordTrim>true</EnablePasswordTrim-->\n<KeyStore>a.jks</KeyStore></Security>",
        "<GrantTypeName>urn:ietf:params:oauth:grant-type:saml2-bearer</GrantTypeName>",
        "scrypt(password, salt, 64) and (cookie, request)",
        "AssertionError: two are different, assertion failed",
        "The password is required. A token was not found, the secret is stored elsewhere.",
        "db.password is not set; clientSecret was removed",
        "Change the password to continue",
        "the names are 'password', 'token' and ['secret', 'token']",
        "at org.example.Realm.setPassword(Realm.java:42) and setPassword(String)",
        "-- INSERT INTO t (a, b) VALUES ('x', 'y')",
        "Bearer authentication and Basic realm",
        "enters the cluster by pass 4711 of 5000",
        "right value: both pass: the second node has no such line",
        "marigold is not a valid token, x is the password, node1 was the secret owner",
        "passing node1, pinned thread-1 and pin 2",
        "authenticating admin:admin, login to das:9443",
        "image das:v2a1b3@sha256:0a1b2c3d, digest=sha256:0a1b2c3d and spark://sparkMaster1@h:7077",
        "mail.smtp.auth true and hive.auth NOSASL_2",
        "a.conf:6 spark.authenticate.secret (absent): found nothing, which differs from node1",
        "accessToken (optional), keyPassword [string]",
        "hasLocal=yes1 messagesLog=files1 thesLogs: a1b2c3 chosenHandler=Zq1vX7k9 enclave=Zq1vX7k9",
        "tokens[position] and login(das, h1:9443, none)",
        "a wrong password:\n2026-11-22 21:58:24 and so on",
        "node2 b.conf:6 spark.authenticate.secret: found nothing, expected that of node1",
        "kennwort_datei=/etc/das/kw",
        "sg.example.com:9443, msg.of_the_cluster_is_1_of_them, hvs.local, $5$ and $1$2",
        "aW50ZXJuYWw6 and YXhpczIvYXhpczI=, com/example/Realm",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert Redactor().text(text) == text
    assert Redactor([Secret("admin"), Secret("")]).text(text) == text
