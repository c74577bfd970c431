"""Secrets never reach the disk; what stands beside their words and is no secret stays: files must remain readable."""

import base64

import pytest

from conformance.evidence.known_secrets import spellings
from conformance.evidence.redaction import Redactor
from conformance.secret import Secret
from conformance.text.masking import mask
from reports.verify import _spellings

CANARY = 'c4n&ry "<\\ß'


@pytest.mark.parametrize("spelling", sorted(spellings(CANARY)))
def test_a_known_secret_is_masked_in_every_spelling(spelling):
    masked = Redactor([Secret(CANARY)]).text(f"before {spelling} after")
    assert masked == f"before {mask(CANARY)} after"


@pytest.mark.parametrize("before", ["", "u", "ab", "das", "user:", "a longer text:"])
@pytest.mark.parametrize("after", ["", ":", "@h", "xyz"])
@pytest.mark.parametrize("secret", ["canary-4711", "secret", CANARY])
def test_a_secret_inside_something_encoded_is_found_here_and_by_the_verifier(before, after, secret):
    sample = base64.b64encode(f"{before}{secret}{after}".encode())
    redactor = Redactor([Secret(secret)])
    assert redactor.holds(sample)
    assert any(form in sample for form in _spellings(secret))
    assert not redactor.holds(redactor.text(sample.decode()).encode())


@pytest.mark.parametrize("sample", ["canary-4712", base64.b64encode(b"das:canary-471").decode(), "Y2FuYXJ5"])
def test_what_only_looks_like_a_secret_is_none_here_nor_for_the_verifier(sample):
    assert not Redactor([Secret("canary-4711")]).holds(sample.encode())
    assert not any(form in sample.encode() for form in _spellings("canary-4711"))


def test_texts_deep_inside_an_answer_are_masked_keys_too_as_soon_as_the_secret_is_known():
    redactor = Redactor()
    answer = {"canary-4711": [{"url": "x?p=canary-4711"}, 7, None, True]}
    assert (redactor.text("canary-4711"), redactor.answer(answer)) == ("canary-4711", answer)
    redactor.add(Secret("canary-4711"))
    assert redactor.text("canary-4711") == mask("canary-4711")
    assert redactor.answer(answer) == {mask("canary-4711"): [{"url": f"x?p={mask('canary-4711')}"}, 7, None, True]}


def test_a_file_with_a_secret_is_found_in_any_spelling_and_what_was_masked_before_is_no_secret(tmp_path):
    (tmp_path / "clean.txt").write_text("nothing")
    (tmp_path / "observations.jsonl").write_text("<password>********</password>")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "dump.bin").write_bytes(b"\x00" + base64.b64encode(b"canary-4711"))
    found = Redactor([Secret("canary-4711"), Secret("********")]).leaks(tmp_path)
    assert found == [tmp_path / "deep" / "dump.bin"]


@pytest.mark.parametrize("text", [
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
    "auth=PLAIN auth=true auth=SCRAM-SHA-256 auth=OAUTH2 auth=HmacSHA256 bearer=token jwt=enabled sas=no jwt=RS256",
    "auth=org.example.Auth2Handler auth=/opt/das-3.1.0/conf/auth1.xml auth=wso2das-1.example.com sas=2026-11-22T10:00",
    'auth=basic, retry=12345 "auth": {"type2":1} disas=Zq1vX7k9 auth=0x1a2b3c4d auth=${auth4711.token}',
    "a.conf:6 spark.authenticate.secret (absent): found nothing, which differs from node1",
    "accessToken (optional), keyPassword [string]",
    "hasLocal=yes1 messagesLog=files1 thesLogs: a1b2c3 chosenHandler=Zq1vX7k9 enclave=Zq1vX7k9",
    "tokens[position] and login(das, h1:9443, none)",
    "a wrong password:\n2026-11-22 21:58:24 and so on",
    "node2 b.conf:6 spark.authenticate.secret: found nothing, expected that of node1",
    "kennwort_datei=/etc/das/kw",
    "sg.example.com:9443, msg.of_the_cluster_is_1_of_them, hvs.local, $5$ and $1$2",
    "aW50ZXJuYWw6 and YXhpczIvYXhpczI=, com/example/Realm",
])  # fmt: skip
def test_what_is_no_secret_stays(text):
    assert Redactor().text(text) == text
    assert Redactor([Secret("admin"), Secret("")]).text(text) == text
