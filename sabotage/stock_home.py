"""A small home with only the places that the page's steps edit, in own words, and a cluster for it."""

import os
from pathlib import Path

from conformance.deployment.spec import ClusterSpec, DatabaseSpec, NodeSpec
from conformance.secret import Secret

AGENT = "org.wso2.carbon.core.clustering.hazelcast.HazelcastClusteringAgent"
CARBON = "http://wso2.org/projects/carbon/carbon.xml"

FILES = {
    "repository/conf/carbon.xml": f"""<?xml version="1.0" encoding="ISO-8859-1"?>

<!-- head -->
<Server xmlns="{CARBON}">
    <Name>unnamed</Name>
    <ServerKey>none</ServerKey>
    <Version>0</Version>
    <ServerRoles>
        <Role>none</Role>
    </ServerRoles>
    <Ports>
        <Offset>0</Offset>
    </Ports>
    <Axis2Config><DeploymentUpdateInterval>15</DeploymentUpdateInterval></Axis2Config>
    <DeploymentSynchronizer>
        <Enabled>false</Enabled>
        <AutoCommit>false</AutoCommit>
        <AutoCheckout>true</AutoCheckout>
        <RepositoryType>svn</RepositoryType>
        <SvnUrl>http://svn.example.com/das/</SvnUrl>
    </DeploymentSynchronizer>
</Server>

<!-- foot -->
""",
    "repository/conf/datasources/master-datasources.xml": """<datasources-configuration>
    <datasources>
        <datasource>
            <name>WSO2_CARBON_DB</name>
            <jndiConfig><name>jdbc/WSO2CarbonDB</name></jndiConfig>
            <definition type="RDBMS">
                <configuration>
                    <url>jdbc:h2:repository/database/LOCAL_DB</url>
                    <username>local</username>
                    <password>local</password>
                    <driverClassName>org.h2.Driver</driverClassName>
                    <maxActive>50</maxActive>
                    <maxWait>60000</maxWait>
                    <testOnBorrow>true</testOnBorrow>
                    <validationQuery>SELECT 1</validationQuery>
                    <validationInterval>30000</validationInterval>
                </configuration>
            </definition>
        </datasource>
        <!-- more go here -->
    </datasources>
</datasources-configuration>
""",
    "repository/conf/user-mgt.xml": """<UserManager>
  <Realm>
    <Configuration>
      <AddAdmin>true</AddAdmin>
      <AdminUser>
        <UserName>first</UserName>
        <Password>first</Password>
      </AdminUser>
      <Property name="dataSource">jdbc/WSO2CarbonDB</Property>
    </Configuration>
  </Realm>
</UserManager>
""",
    "repository/conf/registry.xml": """<?xml version="1.0" encoding="ISO-8859-1"?>
<wso2registry>
    <currentDBConfig>wso2registry</currentDBConfig>
    <dbConfig name="wso2registry">
        <dataSource>jdbc/WSO2CarbonDB</dataSource>
    </dbConfig>
    <versionResourcesOnChange>false</versionResourcesOnChange>
</wso2registry>
""",
    "repository/conf/axis2/axis2.xml": f"""<axisconfig>\r
    <sender name="a"\r
            class="b"></sender>\r
    <clustering class="{AGENT}"\r
                enable="false">\r
        <parameter name="AvoidInitiation">false</parameter>\r
        <!-- how members find each other -->\r
        <parameter name="membershipScheme">multicast</parameter>\r
        <!--<parameter name="licenseKey">xxx</parameter>-->\r
        <parameter name="mcastPort">45564</parameter>\r
        <parameter name="domain">none</parameter>\r
        <parameter name="localMemberHost">127.0.0.1</parameter>\r
        <parameter name="localMemberPort">4000</parameter>\r
        <members>\r
            <member>\r
                <hostName>127.0.0.1</hostName>\r
                <port>4000</port>\r
            </member>\r
        </members>\r
    </clustering>\r
</axisconfig>\r
""",
    "repository/conf/etc/jmx.xml": '<JMX xmlns="http://wso2.org/projects/carbon/jmx.xml">'
    "<StartRMIServer>true</StartRMIServer></JMX>\n",
    "repository/conf/etc/launch.ini": "# one\norg.osgi.framework.system.packages=javax.a,\\\njavax.b\n",
    "repository/conf/security/Owasp.CsrfGuard.Carbon.properties": "org.owasp.csrfguard.Enabled = true\n",
    "repository/conf/log4j2.properties": "appender.CARBON_CONSOLE.layout.pattern = %m\nloggers = one\n",
    "bin/wso2server.sh": '#!/bin/sh\nJVM_MEM_OPTS="-Xms256m -Xmx1024m"\n'
    'while [ "$status" = "$START_EXIT_STATUS" ]\ndo\n  java\ndone\n',
    "lib/spark-ext/log.jar": "jar",
}


def make(folder: Path) -> Path:
    """Write the home into `folder`."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder


def contents(home: Path) -> dict[str, bytes]:
    """Return every file of a home with its bytes."""
    found = (Path(folder, name) for folder, _, names in os.walk(home) for name in names)
    return {str(path)[len(f"{home}/") :]: path.read_bytes() for path in found if path.is_file()}


def cluster(**changes: int) -> ClusterSpec:
    """Return a cluster of two nodes; `changes` are fields of the second."""
    first = NodeSpec("node1", "198.51.100.11", Path("/das"), "first-id")
    second = NodeSpec("node2", "198.51.100.12", Path("/das"), "second-id")._replace(**changes)  # type: ignore[arg-type]
    database = DatabaseSpec("198.51.100.13", 3306, "das", Secret("p<&>w"))
    return ClusterSpec((first, second), database, Secret("adm&in"), domain="lab", spark_worker_timeout=10)
