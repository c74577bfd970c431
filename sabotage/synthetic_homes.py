"""A healthy pair of homes: configured by the page's steps, with the recommended memory and logs of a good start."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from conformance.deployment.spec import DatabaseSpec
from conformance.node.home.memory import EXECUTOR, WORKER
from conformance.node.home.spark_defaults import SparkDefaults
from conformance.node.home.start_script import StartScript
from conformance.node.log.follower import LOG_PATH
from conformance.pack.steps import PackKind, apply_page
from conformance.pack.steps.line_files import SettingsFile
from sabotage import healthy_logs, stock_home
from sabotage.pair import Pair

_SERVER = "repository/deployment/server"
_COMPONENTS = "repository/components"

#: Makes a stock home in a folder.
Stock = Callable[[Path], Path]

_RECEIVER = """<eventReceiver name="Meters" statistics="disable" xmlns="http://wso2.org/carbon/eventreceiver">
  <from eventAdapterType="wso2event"/>
  <mapping customMapping="disable" type="wso2event"/>
  <to streamName="Meters" version="1.0.0"/>
</eventReceiver>
"""
_STREAM = '{"name": "Meters", "version": "1.0.0", "payloadData": [{"name": "watts", "type": "INT"}]}\n'
_APP = '<artifacts><artifact name="Homes" version="1.0.0" type="carbon/application"/></artifacts>'


def stock(folder: Path) -> Path:
    """Make a stock home of the suite's own small files; its driver and two bundles are only names."""
    home = stock_home.make(folder)
    jars = {
        "lib/mysql-connector-java-5.1.49.jar": "com/mysql/jdbc/Driver.class",
        "plugins/org.wso2.carbon.core_4.5.1.jar": "core.properties",
        "dropins/siddhi-core-3.1.3.jar": "siddhi.properties",
    }
    _put(home, {f"{_COMPONENTS}/{name}": _zip(content) for name, content in jars.items()})
    return home


def make(folder: Path, stock: Stock = stock, database: DatabaseSpec | None = None) -> Pair:
    """Make both homes below `folder`, on `database` if given. ConformanceError if a stock home lacks a place."""
    spec = stock_home.cluster()
    spec = replace(spec, database=database or spec.database)
    for node, log in zip(spec.nodes, healthy_logs.whole_logs(), strict=True):
        home = stock(folder / node.name)
        apply_page(home, spec, node, PackKind.PUBLIC)
        _size_as_the_page_recommends(home)
        _put(home, {LOG_PATH: log.encode(), **_artifacts()})
    return Pair(folder, spec)


def _size_as_the_page_recommends(home: Path) -> None:
    """Undo the lab's step that makes Spark smaller, and give Carbon more memory than the stock script."""
    script = home / StartScript.PATH
    _put(home, {StartScript.PATH: re.sub(rb"-Xmx\w+", b"-Xmx4096m", script.read_bytes())})
    settings = SettingsFile.open(home / SparkDefaults.PATH)
    for key in (EXECUTOR, WORKER):
        settings.set(key, "2g", " ")
    settings.save()


def _artifacts() -> dict[str, bytes]:
    return {
        f"{_SERVER}/eventreceivers/Meters.xml": _RECEIVER.encode(),
        f"{_SERVER}/eventstreams/Meters_1.0.0.json": _STREAM.encode(),
        f"{_SERVER}/carbonapps/Homes.car": _zip("artifacts.xml", _APP),
        "repository/tenants/README.txt": b"Tenants have folders here.\n",
    }


def _put(home: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a home as new files, because existing ones may be hard links."""
    for path, data in files.items():
        place = home / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        place.write_bytes(data)


def _zip(name: str, content: str = "") -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        # An entry with a fixed date, so that both nodes get the same bytes.
        archive.writestr(zipfile.ZipInfo(name), content)
    return data.getvalue()
