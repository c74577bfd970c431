"""Two homes in which a secret is planted in every place where homes and their logs keep some; node1 holds them."""

from pathlib import Path

from selftests import two_homes
from selftests.fake_node import FIRST_START, SECOND_START
from selftests.good_homes import RECEIVER, SERVER, STREAM, GoodHomes
from selftests.home_paths import AXIS2, CARBON, CATALINA, CONF, DATA_BRIDGE, JMX, LOG, SPARK, SPARK_ENVIRONMENT
from selftests.secret_forms import AROUND, filled, forms

#: What is put before the end of the file's root element; {} is the secret, a new one each time.
IN_XML = {
    CARBON: (
        "<KeyStore><Password>{}</Password><KeyPassword>{}</KeyPassword></KeyStore>",
        "<!-- it was password {} -->",
    ),
    AXIS2: (
        '<parameter name="mail.smtp.password">{}</parameter>',
        '<parameter name="java.naming.security.credentials">{}</parameter>',
        '<property value="{}" name="password"/>',
        "<PASSWORD><![CDATA[{}]]></PASSWORD>",
        "<!-- <Password>{}</Password> -->",
    ),
    f"{CONF}/datasources/master-datasources.xml": (
        "<password>{}<!-- new --></password>",
        '<password svns:secretAlias="a" xmlns:svns="urn:s">{}</password>',
        "<url>jdbc:mysql://h/db?user=u&amp;password={}</url>",
        "<url>jdbc:mysql://u:{}@h/db</url>",
        "<url>jdbc:mysql://u:a/{}@h/db</url>",
        "<url>jdbc:mysql://address=(host=h)(user=u)(password={})/db</url>",
        "<url>jdbc:oracle:thin:scott/{}@h:1521:x</url>",
        "<url>jdbc:sqlserver://h;user=u;password={};</url>",
        "<connectionProperties>password={};user=u</connectionProperties>",
        "<connectionProperties>[user=u] [password={}]</connectionProperties>",
        '<property name="passwd">{}</property>',
        "<initSQL>SET PASSWORD = '{}'</initSQL>",
    ),
    f"{CONF}/event-processor.xml": ('<property key="password">{}</property>',),
    f"{CONF}/analytics/analytics-config.xml": ('<property name="secretKey">{}</property>',),
    f"{CONF}/registry.xml": ("<dbConfig name='x'><password>{}</password></dbConfig>",),
    f"{CONF}/user-mgt.xml": ('<Property name="ConnectionPassword">{}</Property>',),
    CATALINA: ('<Connector keystorePass="{}" truststorePass="{}" keyPass="{}"/>',),
    JMX: ("<Password>{}</Password>",),
    DATA_BRIDGE: ('<config name="keyStorePassword">{}</config>',),
    RECEIVER: (
        '<property name="transport.jms.Password">{}</property>',
        '<property name="jms.properties">password:{},x:y</property>',
        '<property name="http.headers">Authorization: Bearer {}</property>',
        '<property name="apiKey">{}</property>',
        "<env-name>DB_PASSWORD</env-name><env-type>text</env-type><env-value>{}</env-value>",
        "<!--password>{}</password-->",
    ),
}
#: Lines at the end of a file.
IN_LINES = {
    SPARK: (
        "spark.ssl.keyStorePassword {}",
        "spark.ssl.keyPassword={}",
        "spark.ssl.trustStorePassword: {}",
        "spark.authenticate.secret {}",
        "spark.executor.extraJavaOptions -Djavax.net.ssl.trustStorePassword={}",
    ),
    SPARK_ENVIRONMENT: ("export SPARK_DB_PASSWORD={}", 'export SPARK_SECRET="{}"'),
    "bin/load-spark-env-vars.sh": (
        "# echo {} | sudo -S true",
        "# mysqladmin -u root password {}",
        "# aws configure set aws_secret_access_key {}",
        "# ENV DB_PASSWORD {}",
        "# snmpget -v3 -A {} h",
    ),
    "bin/wso2server.sh": ("# -Djavax.net.ssl.keyStorePassword={} ", "# export DB_PASSWORD={}"),
    f"{CONF}/hazelcast.properties": ("hazelcast.group.password={}",),
    f"{CONF}/jndi.properties": ("java.naming.security.credentials={}", "connectionfactory.T=amqp://a:{}@x/carbon"),
    f"{SERVER}/executionplans/E.siddhiql": ("@From(username='u', password='{}')", "-- password {}"),
}


class PlantedHomes:
    """Written below `folder`; `words` says which secret stands where."""

    def __init__(self, folder: Path) -> None:
        self.words: dict[str, str] = {}
        homes = GoodHomes(folder)
        for path, places in IN_XML.items():
            file = homes.home("node1") / path
            head, end, tail = (file.read_text() if file.is_file() else "<all></all>").rpartition("</")
            two_homes.put(homes.home("node1"), path, head + "".join(map(self._planted, places)) + end + tail)
        for path, places in IN_LINES.items():
            for name in ("node1", "node2"):
                two_homes.put(homes.home(name), path, self._read(homes.home(name) / path))
            with (homes.home("node1") / path).open("a") as file:
                file.writelines(f"{self._planted(place)}\n" for place in places)
        # A value that a repair sets right again, with planted ones in the lines around it.
        axis2 = homes.home("node1") / AXIS2
        axis2.write_text(axis2.read_text().replace('enable="true"', 'enable="false"', 1))
        stream = homes.home("node1") / STREAM
        stream.write_text(self._planted('{{"password": "{}", ', "stream") + stream.read_text().lstrip("{"))
        # One of them once more, as a word which nothing marks as one.
        # Some of all forms: test_secret_forms tries each by itself.
        said = [filled(form, self._word(form))[0] for form in forms("log")[::10]]
        said += [f"tried {next(iter(self.words.values()))} in vain"]
        wrong = "".join(f"{AROUND['log'][0]}{text}\n" for text in said)
        two_homes.put(homes.home("node1"), LOG, two_homes.started(FIRST_START, "21:58") + wrong)
        two_homes.put(homes.home("node2"), LOG, two_homes.started(SECOND_START, "21:59"))

    def _planted(self, place: str, name: str = "") -> str:
        return place.format(*(self._word(f"{name}{place} {number}") for number in range(place.count("{}"))))

    def _word(self, place: str) -> str:
        word = self.words[place] = f"Zq{len(self.words):03d}vX7k"
        return word

    @staticmethod
    def _read(path: Path) -> str:
        text = path.read_text() if path.is_file() else ""
        return text if text.endswith("\n") or not text else f"{text}\n"
