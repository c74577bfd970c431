"""A sound pair of homes made of our own small stock files by the page's own steps, with logs of a good start."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from conformance.cluster import ClusterSpec
from conformance.node.log_follower import LOG_PATH
from conformance.pack.steps import PackKind, apply_page
from conformance.pack.steps.properties_file import SettingsFile
from sabotage import sound_logs, stock_home
from sabotage.pair import NODES, Pair

_SERVER = "repository/deployment/server"
_PLUGINS = "repository/components/plugins"
_SPARK = "repository/conf/analytics/spark/spark-defaults.conf"

#: What the page wants and the configuration steps do not bring: memory, artifacts, driver.
_RECEIVER = """<eventReceiver name="Meters" statistics="disable" xmlns="http://wso2.org/carbon/eventreceiver">
  <from eventAdapterType="wso2event"/>
  <mapping customMapping="disable" type="wso2event"/>
  <to streamName="Meters" version="1.0.0"/>
</eventReceiver>
"""
_STREAM = """{"name": "Meters", "version": "1.0.0", "payloadData": [{"name": "watts", "type": "INT"}]}
"""
_APP = '<artifacts><artifact name="Homes" version="1.0.0" type="carbon/application"></artifact></artifacts>'


def make(folder: Path) -> Pair:
    """Both homes below `folder`."""
    spec = stock_home.cluster()
    for node, log in zip(spec.nodes, sound_logs.whole_logs(), strict=True):
        home = stock_home.make(folder / node.name)
        apply_page(home, spec, node, PackKind.PUBLIC)
        _size_as_the_page_recommends(home)
        for path, data in _more(log).items():
            place = home / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
    return _pair(folder, spec)


def _pair(folder: Path, spec: ClusterSpec) -> Pair:
    assert tuple(node.name for node in spec.nodes) == NODES
    return Pair(folder, spec)


def _size_as_the_page_recommends(home: Path) -> None:
    settings = SettingsFile.open(home / _SPARK)
    for key in ("spark.executor.memory", "spark.worker.memory"):
        settings.set(key, "2g", " ")
    settings.save()


def _more(log: str) -> dict[str, bytes]:
    return {
        LOG_PATH: log.encode(),
        "repository/components/lib/mysql-connector-java-5.1.49.jar": _zip("com/mysql/jdbc/Driver.class"),
        f"{_PLUGINS}/org.wso2.carbon.core_4.5.1.jar": _zip("core.properties"),
        f"{_PLUGINS}/siddhi-core_3.1.2.jar": _zip("siddhi.properties"),
        f"{_SERVER}/eventreceivers/Meters.xml": _RECEIVER.encode(),
        f"{_SERVER}/eventstreams/Meters_1.0.0.json": _STREAM.encode(),
        f"{_SERVER}/carbonapps/Homes.car": _zip("artifacts.xml", _APP),
        "repository/tenants/README.txt": b"tenants have folders here\n",
    }


def _zip(name: str, content: str = "") -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        # A date of its own, so that both nodes get the same bytes.
        archive.writestr(zipfile.ZipInfo(name), content)
    return data.getvalue()
