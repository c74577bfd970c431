import re
import subprocess

import pytest
from lxml import etree

from conformance.errors import ConformanceError
from conformance.pack.steps import PackKind, apply_page
from conformance.pack.steps.das_base import FILES
from sabotage import stock_home
from selftests import vendor_shaped


@pytest.fixture
def home(tmp_path):
    return stock_home.make(tmp_path / "home")


def applied(home, kind=PackKind.PUBLIC):
    """The home, with the page's steps applied."""
    cluster = stock_home.cluster()
    apply_page(home, cluster, cluster.nodes[0], kind)
    return home


@pytest.fixture
def configured(home):
    return applied(home)


def test_every_file_that_is_laid_is_well_formed():
    files = sorted(FILES.rglob("*.xml"))
    assert [etree.parse(str(path)).getroot().tag for path in files]
    assert len(files) >= 10


def test_kernel_44_gets_the_web_server_files_that_it_can_read(home):
    (home / "repository/conf/log4j2.properties").unlink()
    applied(home, PackKind.PUBLIC_44)
    server = etree.parse(str(home / "repository/conf/tomcat/catalina-server.xml"))
    assert server.xpath("//Connector/@port") == ["9763", "9443"]
    assert not server.xpath("//SSLHostConfig")
    assert etree.parse(str(home / "repository/conf/tomcat/carbon/META-INF/context.xml")).xpath("/Context/@allowLinking")
    assert not (home / "repository/conf/log4j2.properties").exists()
    assert (home / "repository/conf/event-processor.xml").exists()


def test_the_kernel_gets_what_das_needs_of_it_and_the_server_calls_itself_das(configured):
    conf = configured / "repository/conf"
    server = etree.parse(str(conf / "carbon.xml"))
    path = "//*[self::d:Name or self::d:ServerKey or self::d:Version]/text()"
    texts = server.xpath(path, namespaces={"d": stock_home.CARBON})

    assert texts == ["WSO2 Data Analytics Server", "DAS", "3.1.0"]
    assert "<StartRMIServer>false<" in (conf / "etc/jmx.xml").read_text()
    assert "packages=sun.misc,\\\njavax.a,\\\n" in (conf / "etc/launch.ini").read_text()
    assert "=%servletContext%/endpoints/*\n" in (conf / "security/Owasp.CsrfGuard.Carbon.properties").read_text()
    assert (conf / "hazelcast.properties").read_text().endswith("hazelcast.wait.seconds.before.join=0\n")
    # Executors find their libraries where the node sees them.
    assert (conf / "analytics/spark/external-spark-classpath.conf").read_text() == "\n/das/lib/spark-ext/log.jar\n"


def test_event_traces_go_to_a_file_at_once_and_the_log_begins_again_each_day(configured):
    text = (configured / "repository/conf/log4j2.properties").read_text()
    lines = text.splitlines()

    assert (
        "loggers = one, org-apache-spark, org-spark-project, akka, Remoting, org-apache-hadoop, "
        "org-wso2-carbon-analytics-dataservice-core-indexing-IndexNodeCoordinator, EVENT_TRACE_LOGGER" in lines
    )
    assert "logger.EVENT_TRACE_LOGGER.appenderRef.CARBON_TRACE_LOGFILE.ref = CARBON_TRACE_LOGFILE" in lines
    # Not to the console, too.
    assert "logger.EVENT_TRACE_LOGGER.additivity = false" in lines
    assert "appender.CARBON_TRACE_LOGFILE.immediateFlush = true" in lines
    assert "appender.CARBON_CONSOLE.layout.pattern = [%d] %5p {%c} -  %m%n%ex" in lines
    assert "filePattern = ${sys:carbon.home}/repository/logs/wso2carbon.log.%d{yyyy-MM-dd}\n" in text
    # One error does not fill the disk.
    assert "indexing-IndexNodeCoordinator.filter.bound.type = BurstFilter\n" in text


def test_the_start_script_reads_the_spark_environment_before_java_starts(configured):
    script = (configured / "bin/wso2server.sh").read_text()
    bundle = configured / "repository/components/dropins/spark-core_1.6.2.wso2v1.jar"
    bundle.parent.mkdir(parents=True)
    bundle.touch()
    done = subprocess.run(
        ["sh", "-c", '. "$CARBON_HOME"/bin/load-spark-env-vars.sh; echo $_SPARK_ASSEMBLY $SPARK_LOCAL_IP'],
        env={"CARBON_HOME": str(configured), "PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip

    assert re.search(r'load-spark-env-vars\.sh\nwhile \[ "\$status"', script)
    assert done == f"Loading spark environment variables \n{bundle} 198.51.100.11\n"
    assert (configured / "bin/load-spark-env-vars.sh").stat().st_mode & 0o111


def test_addresses_and_account_are_filled_in(configured):
    tasks = etree.parse(str(configured / "repository/conf/etc/tasks-config.xml")).getroot()
    data = etree.parse(str(configured / "repository/conf/analytics/analytics-data-config.xml")).getroot()
    assert tasks.findtext("remoteServerAddress") == "https://198.51.100.11:9443"
    assert (data.findtext("Mode"), data.findtext("Password")) == ("AUTO", "adm&in")


def test_a_vendor_home_gets_nothing_of_the_base(tmp_path):
    home = applied(vendor_shaped.beside(stock_home.make(tmp_path)), PackKind.VENDOR)
    assert not (home / "repository/conf/analytics/rdbms-config.xml").exists()
    assert (home / "bin/wso2server.sh").read_text() == stock_home.FILES["bin/wso2server.sh"]


@pytest.mark.parametrize(("break_it", "expected"), [
    (lambda home: (home / "lib/spark-ext/log.jar").unlink(), "lib/spark-ext: no jars for Spark's executors"),
    (lambda home: (home / "bin/wso2server.sh").write_text("#!/bin/sh\njava\n"), r"wso2server\.sh: no line matches"),
], ids=["no libraries of executors", "no loop in the start script"])  # fmt: skip
def test_a_pack_of_another_shape_is_refused(home, break_it, expected):
    break_it(home)
    with pytest.raises(ConformanceError, match=expected):
        applied(home)
