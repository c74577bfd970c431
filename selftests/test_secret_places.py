"""A secret is masked by the place in which it stands, whatever the form; «» marks it here."""

import re

import pytest
from lxml import etree

from conformance.evidence.redaction import Redactor
from conformance.text.masking import mask

MARKED = re.compile("«(.*?)»", re.DOTALL)

XML = [
    "<password>«hunter»</password>",
    "<ns:Password encrypted='no'>«hunter»</ns:Password>",
    "<PASSWORD>\n  «hunter»\n</PASSWORD>",
    '<Property name="ConnectionPassword">«hunter»</Property>',
    '<property key="db.passwd">«hunter»</property>',
    '<property name="password" value="«hunter»"/>',
    "<property value='«hunter»' name='password' />",
    "<add key='client.secret' value='«hunter»'></add>",
    "<password><![CDATA[«a<b>c&d»]]></password>",
    "<password>«hunter»<!-- changed --></password>".replace("changed", "«changed»"),
    "<Password><value>«hunter»</value></Password>",
    "<property><name>javax.jdo.option.ConnectionPassword</name><value>«hunter»</value></property>",
    "<init-param><param-name>apiKey</param-name><param-value>«hunter»</param-value></init-param>",
    "<!-- <Password>«hunter»</Password> -->",
    "<parameter name='java.naming.security.credentials'>«hunter»</parameter>",
    '<Connector keystorePass="«x»" truststorePass=\'«y»\' keyPass = "«hunter»"/>',
    '<!DOCTYPE a [<!ENTITY pw1 "«hunter»">]><a><password>«&pw1;»</password></a>',
    "<input type='password' value='«hunter»'/>",
    "<token>«hunter»</token>",
    "an answer <soap:Envelope><password>«hunter»</password></soap:Envelope> in a line",
    "<password>«hunter, never closed»\nnext line",
    "&lt;password&gt;«hunter»&lt;/password&gt;",
    "&amp;lt;ns:Password Type=&amp;quot;t&amp;quot;&amp;gt;«hunter»&amp;lt;/ns:Password&amp;gt;",
    "&lt;property name=&quot;password&quot; value=&quot;«hunter»&quot;/&gt;",
]
PAIRS = [
    "spark.ssl.keyPassword=«hunter»",
    "spark.ssl.keyPassword = «two words; and, more»",
    "spark.authenticate.secret «hunter»",
    "spark.ssl.trustStorePassword: «hunter»",
    "  export DB_PASSWORD=«hunter»\nexport NEXT=1",
    "export DB_SECRET='«hunter»'; ls",
    "#old.password=«hunter»",
    'java -Djavax.net.ssl.trustStorePassword=«hunter» -Xmx1g -Djavax.net.ssl.keyStorePassword="«b c»" \\',
    "args: --password «hunter» --user u",
    "keytool -storepass «hunter» -alias a",
    "user=a, password=«hunter», url=b",
    "{password=«hunter», user=a}",
    "Pool[password=«hunter»; url=x] and (password=«hunter»)/db",
    "x;password=«a,b;c&d»;user=u",
    "user=u;password={«a;b»};x=y",
    '{"user":"a","password":"«hun\\"ter»","tokens":["«one»","«two»"]}',
    '{"password": {"value": "«hunter»"}}',
    '{"a": "{\\"password\\":\\"«hunter»\\"}"}',
    "password: «hunter»",
    "login with Password = «hunter» failed",
    "passphrase=«hunter» access_token=«t» api_key=«k» apiKey:«l»",
    "licence key: «hunter»",
    "JSESSIONID=«hunter»",
    "sessionId: «hunter»",
    "GET /x?access_token=«hunter»&a=b",
    "password%3D«hunter»&x=y",
    "SET PASSWORD = '«hunter»'",
    "SET PASSWORD FOR 'u'@'%' = PASSWORD('«hunter»')",
    "GRANT ALL TO 'u' IDENTIFIED BY '«hunter»'",
    "ALTER USER u IDENTIFIED WITH mysql_native_password BY '«hunter»'",
    'source.setPassword("«hunter»")',
    "@store(type='rdbms', username='u', password='«hunter»')",
    "jms.properties password:«hunter»,x:y",
    'password = "«hunter»"',
    "MYSQL_PWD=«hunter» mysql".replace("«hunter» mysql", "«hunter mysql»"),
]
HEADERS = [
    "Authorization: Basic «aHVudGVy»",
    "> authorization=Bearer «hunter.x-y»",
    "{Authorization=[Basic «aHVudGVy»], Accept=[a]}",
    "Proxy-Authorization: «hunter»",
    '{"Authorization": "Token «hunter»"}',
    "Set-Cookie: JSESSIONID=«hunter»; Path=/; HttpOnly",
    "Cookie: a=«b»; JSESSIONID=«hunter»",
    "X-Auth-Token: «hunter»",
    "bare eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln".replace("eyJ", "«eyJ", 1) + "»",
]
URLS = [
    "jdbc:mysql://h/db?user=u&password=«hunter»&x=1",
    "jdbc:mysql://h/db?user=u&amp;password=«hunter»&amp;x=1",
    "jdbc:mysql://h/db?trustStorePassword=«hunter»",
    "jdbc:mysql://das:«hunter»@198.51.100.13:3306/db",
    "jdbc:mysql:loadbalance://u:«h@un:ter»@[db8::1]:3306/db",
    "jdbc:mysql://u:«a/hunter»@h/db",
    "jdbc:mysql://u:«a»@h1:3306,v:«b»@h2:3306/db",
    "jdbc:mysql://:«hunter»@h/db",
    "http://svn:«hunter»@svn.example.com/das/",
    "amqp://admin:«hunter»@clientid/carbon?brokerlist='tcp://localhost:5672'",
    "jdbc:oracle:thin:scott/«hunter»@h:1521:x",
    "jdbc:oracle:oci:scott/«a/b»@//h:1521/service",
    "jdbc:sqlserver://h;user=u;password=«hunter»;encrypt=true",
    "jdbc:h2:tcp://h/~/x;USER=u;PASSWORD=«hunter»",
    "jdbc:mysql://address=(host=h)(port=3306)(user=das)(password=«hunter»)/db",
    "jdbc:mysql://(host=h, password = «hunter»,port=1)/db",
    "curl -u admin:«hunter» https://h",
    "curl --user 'admin:«hunter»' https://h",
    "mysql -u root -p«hunter» db",
    "sshpass -p «hunter» ssh h",
    "sqlplus scott/«hunter»@db",
    "GET /x?jwt=«Zq1vX7k9»&sv=1&sas=«q9/LmA+r0Zc=» HTTP/1.1",
    "retry with auth=«Zq1vX7k9», bearer=«Zq1vX7k9» and userAuth: «Zq1vX7k9-b»",
    'x%26auth%3D«Zq1vX7k9» and {"jwt": "«Zq1vX7k9»", \\"auth\\":\\"«Zq1vX7k9»\\"}',
]
WORDS = [
    "<!-- the old password was «Hunter77» -->",
    "-- password «hunter4711»",
    "changed password of admin to «hunter4711».",
    "secretvault: alias Datasource.Pw resolved to «hunter4711»",
    "-----BEGIN RSA PRIVATE KEY-----\n«MIIabc»\n«def+/=»\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\n«MIIabc»\n«def+/=»",
    "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n> «MIIabcMIIabc»\n> «MIIdefMIIdef»",
    "key=-----BEGIN EC PRIVATE KEY-----\\\n«MIIabc»\\\n«def+/=»\\\n-----END EC PRIVATE KEY-----",
    "[x] -----BEGIN PRIVATE KEY-----\n[x] INFO {a.B} - «MIIabcMIIabc»\n[x] INFO {a.B} - -----END PRIVATE KEY-----",
    "keystore password («hunter»), password [«hunter»]",
    "Password for admin = «hunter», password of user das: '«two words»'",
    "machine h login das password «hunter»",
    "login with credentials das/«hunter»",
    "api key «Zq1vX7k9»",
]
ESCAPED = [
    "db.pass\\u0077ord=«hunter»",
    '{"pass\\u0077ord":"«hunter»"}',
    '<Property name="Connection&#80;assword">«hunter»</Property>',
    "%3Cpassword%3E«hunter»%3C%2Fpassword%3E",
    "p\0a\0s\0s\0w\0o\0r\0d\0=\0«h\0u\0n\0t\0e\0r»",
]
SEVERAL_LINES = [
    "db.password=\\\n   «hunter»\nnext=1",
    "password:\n  «hunter»\nuser: u",
    "  password: |\n    «hunter»\n    «hunted»\n  user: u",
    "db:\n  password:\n    plain: «hunter»\n  user: u",
    '{"password":\n  "«hunter»"}',
    "  -Dx.password=«hunter» \\\n  -Dy=z",
]
NAMED = [
    '{"name":"DB_PASSWORD","value":"«hunter»"}',
    '{"value": "«hunter»", "name": "DB_PASSWORD"}',
    "- name: DB_PASSWORD\n  value: «hunter»\n- name: X",
    '- {name: DB_PASSWORD, value: "«hunter»"}',
    "Property{name=password, value=«hunter»}",
    "<property><value>«hunter»</value><name>db.password</name></property>",
    '<property value="«hunter»"><name>db.password</name></property>',
]
COMMANDS = [
    "mysql -u root -p'«hunter»' db",
    "curl -uadmin:«hunter» http://h",
    "curl -u 'admin:«two words»' http://h",
    "sshpass -p '«two words»' ssh h",
    "ldapsearch -x -D cn=admin -w «hunter» -b x",
    "redis-cli -h h -a «hunter»",
    "PASSWORD=«$(echo hunter)»",
    "echo «hunter» | docker login --password-stdin",
    '"Cmd": ["mysqld", "--password", "«two words»", "-v"]',
    "[--password, «hunter», -v]",
    'env "DB_PASSWORD=«two words»" "-Dx.password=«hunter» -Dy=z"',
    'changePassword(admin, "«hunter»")',
    "CREATE USER das IDENTIFIED BY «hunter»;",
    "conn scott/x; connect scott/«a/b»@db",
]
MORE = [
    "db.url=jdbc\\:mysql\\://u\\:«hunter»@h\\:3306/db?user\\=u&password\\=«hunter»&x=y",
    'jdbc:oracle:thin:scott/"«hunter»"@h:1521:x',
    "https://«ghp4711AbCdEfGh0»@git.example.com/das",
    "token ghp_x and «ghp_4711AbCdEfGh0123»",
    "user=u;password=«two words»;x=y",
    "x password=<«hunter»> u'password': u'«hunter»'",
    'password = """«hunter»"""',
    'Authorization: Digest «username="a", response="f00"»',
    "<password><secure alias='x'>«hunter»</secure><alias>x</alias></password>",
    "<a><?password «hunter»?></a>",
    "<!DOCTYPE a [<!ATTLIST a password CDATA '«hunter»'>]><a/>",
    "ROOTPW=«hunter»",
    "ldap.bindpw=«hunter»",
    "&lt;password&gt;«a&b;c»&lt;/password&gt;",
]
#: What looks generated where only sentences surround it.
SENTENCES = [
    "changed the password to «Zq1vX7k9» {org.example.Realm}\nnext",
    "setPassword(«hunter») {org.example.Realm}\nnext",
    "the temporary password is «hunter» {org.example.Realm}",
    "Setting property 'password' to '«hunter»'",
    "tried «Zq1vX7k9» as admin password",
    "'«Zq-1v»' is not the right passphrase",
    "login with user das, pass «Zq1vX7k9», db x",
    "Your PIN is «471108» and OTP: «Zq1vX7k9»",
    "<a><!-- pw «Zq1vX7k9» --></a>, //das:«Zq1vX7k9»@h/x",
    "CN=das, PIN code: «hunter»",
    "ssoSessionId [«Zq1vX7k9»] and keystorePassword («Zq1vX7k9»)",
    "the password (base64): «aHVudGVy», secret (of node 1) = «hunter»",
    "BasicAuth(admin, «Zq1vX7k9»), AdminUser [admin, «Zq1vX7k9»]",
    'DriverManager.getConnection(url, "das", "«two words»")',
    "authenticating admin:«Zq1vX7k9»",
    "sent YWRtaW46 and «YWRtaW46aHVudGVy»",
    "CREATE LOGIN das WITH PASSWORD = N'«two words»'",
    "\uff30\uff21\uff33\uff33\uff37\uff2f\uff32\uff24\uff1d«hunter»",
    "snmp.rocommunity=«hunter»",
    "exec [curl, -u, admin:«hunter», https://h]",
    "the password (old): «hunter», apiKey [«48210957»] unknown",
    "spark.ssl.keyStorePassword -> «hunter», x",
    "connect: getConnection(jdbc:mysql://h/x, das, «Zq1vX7k9»)",
    "Password reset for admin: «hunter»",
    "[Enter Password of Carbon Server : ] «hunter»",
    "signing key «Zq1vX7k9» loaded",
    "# x\nspark.redis.auth «Zq1vX7k9»",
    "curl --cert das.pem:«hunter» https://h; keytool -storepasswd -new «hunter» -keystore a.jks; 7z x -p«hunter» a.7z",
    "rsync --password-file=<(echo «hunter») a b",
    '{"kty":"RSA","n":"public","d":"«hunter-1»","e":"AQAB"} and {"d":"no secret"}',
    "UPDATE t SET pass = MD5('«two words»') WHERE a = 'b'",
    'options: Map("table" -> "t", "password" -> "«two words»")',
    "no protocol: das:«Zq1vX7k9»@h/x",
    "addauth digest super:«hunter»",
    "b.conf:6 spark.authenticate.secret: found '«one two»', which differs from a.conf:6 x.secret: '«other»'",
    "pwd[«Zq1vX7k9»] and passwd(«Zq1vX7k9»)",
    "AuthenticationAdmin.login(admin,«Zq1vX7k9»,198.51.100.7)",
    "Enter the password:\n«Zq1vX7k9»\nnext",
    "Enter the password: {org.example.Realm}\n«Zq1vX7k9»\nnext",
    "user = das\nThe new password =\n    «Zq1vX7k9»\nnext",
    "Das Kennwort lautet «Zq1vX7k9»",
    "alerts go to https://hooks.slack.com/services/«T024BE7LD/B0451/Qw3rTy7uI9op» and stay",
    "paid by «sk_live_Qw3rTy7uI9opAs2d», map AIza of «AIzaSyQw3rTy7uI9opAs2dFg4hJk»",
    "asked «hvs.CAESIAbcdef012345Qw3rTy7u» and «npm_Qw3rTy7uI9opAs2dFg4h»",
    "das:«$6$salt0salt$Qw3rTy7uI9opAs2dFg4h»:19000 and «$2y$10$Qw3rTy7uI9opAs2dFg4hJk/.»",
    "Private-Lines: 2\n«TWFyaWdvbGQ»\n«aHVudGVy»\nPrivate-MAC: 00",
]
ALL = [*XML, *PAIRS, *HEADERS, *URLS, *WORDS, *ESCAPED, *SEVERAL_LINES, *NAMED, *COMMANDS, *MORE, *SENTENCES]


@pytest.mark.parametrize("marked", ALL)
def test_a_secret_is_masked_by_its_place_and_what_was_masked_stays_as_it_is(marked):
    once = Redactor().text(MARKED.sub(r"\1", marked))
    assert once == MARKED.sub(lambda found: mask(found[1]), marked)
    assert Redactor().text(once) == once


def test_a_value_of_several_lines_is_learned_as_one_and_an_escaped_separator_ends_one_before_the_next_name():
    redactor = Redactor()
    masked = redactor.text("db.password=Hunt\\\n   er4711\nnext=1")
    assert masked.count("\n") == 2
    assert masked.count(mask("Hunter4711")) == 2
    assert redactor.text("tried Hunter4711 in vain") == f"tried {mask('Hunter4711')} in vain"
    masked = Redactor().text("<url>h?password=a&amp;b!c&amp;user=u</url>")
    assert masked == f"<url>h?password={mask('a&b!c')}&amp;user=u</url>"


def test_comments_around_the_parts_of_a_secret_or_an_element_stay_comments():
    text = """<a>
  <!-- <Credential> -->
    <!-- the pattern of it -->
    <!-- <Password>Zq1vX7k9</Password> -->
  <!-- </Credential> -->
</a>"""
    masked = Redactor().text(text)
    assert "Zq1vX7k9" not in masked
    assert etree.fromstring(masked).tag == "a"
    assert (masked.count("<!--"), masked.count("-->")) == (4, 4)
    element = '<a>\n  <!--serverPassword svns:secretAlias="x.y"></serverPassword-->\n</a>'
    assert etree.fromstring(Redactor().text(element)).tag == "a"
