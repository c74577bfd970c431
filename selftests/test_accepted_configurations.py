"""Configurations unlike the page's that work as well: none of the configuration suites may fail."""

import codecs

import pytest

from conformance.node.home import own_host
from selftests.home_paths import ANALYTICS, CARBON, MASTER, REGISTRY, SCRIPT, STORES, USERS
from selftests.page_home import EVENTS_DB, JAR, LOCAL_URL, POOL, PROCESSED_DB, SERVER, PageCluster, datasource, jar

DRIVER = "com.mysql.jdbc.Driver"
SVNS = 'svns:secretAlias="Datasource.Password" xmlns:svns="http://org.wso2.securevault/configuration"'
EXTRA_MOUNT = '<mount path="/x" overwrite="virtual"><instanceId>y</instanceId><targetPath>/z</targetPath></mount>'
EXTRA_STORE = (
    '<analytics-record-store name="COLD"><implementation>org.example.Store</implementation><properties>'
    '<property name="datasource">ELSEWHERE</property></properties></analytics-record-store>'
)
XA = f"""<dataSourceClassName>com.mysql.jdbc.jdbc2.optional.MysqlXADataSource</dataSourceClassName><dataSourceProps>
<property name="URL">{SERVER}/userdb</property><property name="user">das</property></dataSourceProps>{POOL}"""
LOCAL_REALM = '<Realm><Configuration><Property name="dataSource">jdbc/WSO2CarbonDB</Property></Configuration></Realm>'

#: What differs from the page, as edits of both nodes.
ACCEPTED = {
    "other names of the users' datasource and database": [
        (MASTER, "<name>WSO2UM_DB<", "<name>USERS_DB<"),
        (MASTER, "jdbc/WSO2UM_DB", "jdbc/Users"),
        (MASTER, "/userdb", "/das_users"),
        (USERS, "jdbc/WSO2UM_DB", "jdbc/Users"),
    ],
    "other names of the registry's datasource and database": [
        (MASTER, "<name>WSO2REG_DB<", "<name>GOV_DB<"),
        (MASTER, "jdbc/WSO2REG_DB", "jdbc/Gov"),
        (REGISTRY, "jdbc/WSO2REG_DB", "jdbc/Gov"),
        (MASTER, "/regdb", "/gov"),
        (REGISTRY, "/regdb", "/gov"),
    ],
    "other names of the analytics datasources and databases": [
        (ANALYTICS, EVENTS_DB, "EVENTS"),
        (STORES, EVENTS_DB, "EVENTS"),
        (ANALYTICS, PROCESSED_DB, "PROCESSED"),
        (STORES, PROCESSED_DB, "PROCESSED"),
    ],
    "analytics databases named otherwise than their datasources": [(ANALYTICS, f"3306/{EVENTS_DB}", "3306/events")],
    "a larger pool and a longer wait": [
        (MASTER, "<maxActive>50<", "<maxActive>200<"),
        (MASTER, "<maxWait>60000<", "<maxWait>0<"),
        (MASTER, "<validationInterval>30000<", "<validationInterval> 3000 <"),
        (MASTER, "SELECT 1", "/* ping */ select 1 from dual;"),
    ],
    "further pool settings, in another order": [
        (ANALYTICS, POOL, f"<maxIdle>9</maxIdle><testWhileIdle>true</testWhileIdle>{POOL}<minIdle>1</minIdle>"),
        (ANALYTICS, "<defaultAutoCommit>false<", "<defaultAutoCommit> 0 <"),
    ],
    "further datasources, record stores and mounts": [
        (MASTER, "</datasources>", datasource("MORE", "jdbc:oracle:thin:@x:1521/y", "jdbc/More") + "</datasources>"),
        (STORES, "</analytics-dataservice-configuration>", EXTRA_STORE + "</analytics-dataservice-configuration>"),
        (
            REGISTRY,
            "</wso2registry>",
            f"{EXTRA_MOUNT}<remoteInstance url='u'><id>more</id></remoteInstance></wso2registry>",
        ),
    ],
    "comments and blank lines": [
        (MASTER, "<datasources>", "<!-- <datasource><name>WSO2UM_DB</name></datasource> -->\n\n<datasources>"),
        (REGISTRY, "<id>gov</id>", "<!-- one --><id>go<!-- two -->v</id>"),
        (USERS, '<Property name="dataSource">jdbc/WSO2UM_DB<', "<Property\n name='dataSource'>\n jdbc/WSO2UM_DB\n<"),
        (STORES, 'name="EVENT_STORE"', "more='x'  name='EVENT_STORE'"),
    ],
    "the node's own database below its home": [(MASTER, LOCAL_URL, "jdbc:h2:${carbon.home}/repository/database/OWN")],
    "the node's own database below a folder of its own": [(MASTER, LOCAL_URL, "jdbc:h2:file:${user.home}/das/OWN")],
    "options": [(MASTER, "/userdb", "/userdb?useSSL=NO&amp;autoReconnect=true&amp;sessionVariables=a='[x]?b=c'")],
    "JNDI names of Java EE, which are bound as they are written": [
        (MASTER, "<name>jdbc/WSO2UM_DB", "<name>java:comp/env/jdbc/WSO2UM_DB"),
        (USERS, "jdbc/WSO2UM_DB", "java:comp/env/jdbc/WSO2UM_DB"),
        (REGISTRY, "jdbc/WSO2REG_DB", "/jdbc//WSO2REG_DB"),
    ],
    "an address of IPv6": [
        (MASTER, "198.51.100.13:3306", "[2001:db8::13]:3306"),
        (REGISTRY, "198.51.100.13", "[2001:DB8:0::13]"),
    ],
    "a server that the start gives as a system property": [
        (SCRIPT, "#!/bin/sh", "#!/bin/sh\nJAVA_OPTS=-Ddb.host=198.51.100.13"),
        (MASTER, "198.51.100.13", "${db.host}"),
        (REGISTRY, "198.51.100.13", "${db.host}"),
    ],
    "names that the start gives as system properties": [
        (SCRIPT, "#!/bin/sh", '#!/bin/sh\nJAVA_OPTS="-Ddb.um=jdbc/WSO2UM_DB -Dreg.path=/_system/config"'),
        (USERS, "jdbc/WSO2UM_DB", "${db.um}"),
        (REGISTRY, "<targetPath>/_system/config<", "<targetPath>${reg.path}<"),
    ],
    "a second realm, which is not read": [(USERS, "</UserManager>", LOCAL_REALM + "</UserManager>")],
    "numbers with a sign": [(MASTER, "<maxActive>50<", "<maxActive>+50<")],
    "a primary record store with blanks": [(STORES, ">EVENT_STORE<", ">\n EVENT_STORE <")],
    "a host's name": [(MASTER, "198.51.100.13", "mysql.example"), (REGISTRY, "198.51.100.13", "MySQL.example")],
    "no port": [(MASTER, "198.51.100.13:3306", "198.51.100.13")],
    "several servers": [(ANALYTICS, "198.51.100.13:3306", "198.51.100.13,198.51.100.14:3307")],
    "replication": [(ANALYTICS, "jdbc:mysql://198.51.100.13", "jdbc:mysql:replication://m:3306,s")],
    "loadbalance": [(ANALYTICS, "jdbc:mysql://198.51.100.13", "jdbc:mysql:loadbalance://m,s")],
    "parts of a server by name": [
        (
            ANALYTICS,
            "198.51.100.13:3306",
            "address=(protocol=tcp)(host=198.51.100.13)(port=3306),address=(host=198.51.100.14)",
        )
    ],
    "the newer driver": [(MASTER, DRIVER, "com.mysql.cj.jdbc.Driver"), (ANALYTICS, DRIVER, "com.mysql.cj.jdbc.Driver")],
    "MariaDB's driver": [
        (MASTER, DRIVER, "org.mariadb.jdbc.Driver"),
        (ANALYTICS, DRIVER, "org.mariadb.jdbc.Driver"),
        (ANALYTICS, "jdbc:mysql:", "jdbc:mysql:aurora:"),
        (MASTER, "jdbc:mysql:", "jdbc:mariadb:"),
    ],
    "an external datasource class": [
        (
            MASTER,
            datasource("WSO2UM_DB", f"{SERVER}/userdb", "jdbc/WSO2UM_DB")
            .split("<configuration>")[1]
            .split("</conf")[0],
            XA,
        )
    ],
    "a password in the secure vault": [
        (MASTER, "<password>pw-WSO2UM_DB<", f"<password {SVNS}><"),
        (ANALYTICS, "<username>das<", "<username>secretAlias:Datasource.User<"),
        (ANALYTICS, f"<password>pw-{EVENTS_DB}<", "<password>$secret{events}<"),
    ],
    "a cacheId with options, in lower case": [
        (REGISTRY, "das@jdbc:mysql://198.51.100.13:3306/regdb", "DAS@jdbc:mysql://198.51.100.13/REGDB?x=y")
    ],
    "a remoteInstance of another server's": [
        (REGISTRY, "https://localhost:9443/registry", "https://198.51.100.11:9443/registry")
    ],
}


@pytest.fixture
def cluster(monkeypatch):
    names = {"mysql.example": ["198.51.100.13"]}
    monkeypatch.setattr(own_host, "_lookup", lambda name: names.get(name, []))
    made = PageCluster()
    for access in made.accesses:
        more = "com.mysql.cj.jdbc.Driver", "org.mariadb.jdbc.Driver", "com.mysql.jdbc.jdbc2.optional.MysqlXADataSource"
        access.files[JAR] = jar(DRIVER, *more)
    return made


@pytest.mark.parametrize("name", ACCEPTED)
def test_it_passes(cluster, name):
    cluster.edit(*ACCEPTED[name])
    assert cluster.failing() == {}
    assert cluster.left_open() == {}


@pytest.mark.parametrize(("both", "second"), [
    ([], (MASTER, "198.51.100.13", "mysql.example")),
    ([], (MASTER, "/userdb", "/userdb?useSSL=false")),
    ([], (MASTER, "<maxActive>50<", "<maxActive>60<")),
    ([], (CARBON, "<Version>3.1.0<", "<Version>\n 3.1.0 <")),
    ([], (REGISTRY, "198.51.100.13", "mysql.example")),
    ([(ANALYTICS, "jdbc:mysql://198.51.100.13:3306", "jdbc:mysql:loadbalance://m,s")], (ANALYTICS, "m,s", "s,m")),
    ([(MASTER, LOCAL_URL, f"{SERVER}/local1"), (MASTER, "org.h2.Driver", DRIVER)], (MASTER, "/local1", "/local2")),
], ids=[
    *("name", "options", "pool", "blanks around the version", "name in the registry"),
    *("equal servers in another order", "local registries in MySQL"),
])  # fmt: skip
def test_it_passes_where_the_second_node_differs(cluster, both, second):
    assert cluster.edit(*both).edit(second, only_second=True).failing() == {}


def test_a_server_on_the_first_node_has_two_names(cluster):
    cluster.edit((MASTER, "198.51.100.13", "localhost"), (ANALYTICS, "198.51.100.13", "127.0.0.1"))
    cluster.edit((MASTER, "localhost", "198.51.100.11"), (ANALYTICS, "127.0.0.1", "198.51.100.11"), only_second=True)
    assert set(cluster.failing()) <= {"REG-04"}


@pytest.mark.parametrize(("edits", "open_ids"), [
    ([(MASTER, f"{SERVER}/userdb", "${users.url}")], {"DS-04", "DS-07", "DS-08"}),
    ([(MASTER, "198.51.100.13:3306", "${db.host}:${db.port}"), (REGISTRY, "198.51.100.13", "${db.host}")], {"REG-04"}),
    ([(MASTER, "<maxActive>50<", "<maxActive>${pool}<")], {"DS-05"}),
    ([(USERS, "jdbc/WSO2UM_DB", "${um.datasource}")], {"UM-01"}),
    ([(REGISTRY, "<targetPath>/_system/config<", "<targetPath>${path}<")], {"REG-05"}),
    ([(REGISTRY, "<instanceId>gov<", "<instanceId>${id}<")], {"REG-05"}),
    ([(REGISTRY, "<enableCache>true<", "<enableCache>${cache}<")], {"REG-03"}),
])  # fmt: skip
def test_what_a_system_property_hides_is_not_assessed(cluster, edits, open_ids):
    cluster.edit(*edits)
    assert cluster.failing() == {}
    assert open_ids <= set(cluster.left_open())


@pytest.mark.parametrize("path", [MASTER, ANALYTICS, USERS, REGISTRY, STORES])
@pytest.mark.parametrize("encode", [
    lambda text: codecs.BOM_UTF8 + text.encode(),
    lambda text: text.replace("ISO-8859-1", "UTF-16").encode("utf-16"),
    lambda text: text.replace("\n", "\r\n").encode(),
], ids=["BOM", "UTF-16", "CRLF"])  # fmt: skip
def test_it_passes_in_another_encoding(cluster, path, encode):
    for access in cluster.accesses:
        access.files[path] = encode(access.files[path].decode())
    assert cluster.failing() == {}
