"""JDBC drivers: which URLs a driver class accepts, and which jars in repository/components/lib contain it."""

import io
import re
import zipfile
from typing import Any

from conformance.deployment.interface import NodeAccess
from conformance.judgement.located import Located
from conformance.node.home.files import HomeFiles
from conformance.node.home.jdbc_url import JdbcUrl

LIBRARIES = "repository/components/lib"
#: The page's driver.
PAGE_DRIVER = "com.mysql.jdbc.Driver"

_AMAZON_CLASSES = ("software.aws.rds.jdbc.mysql.",)
_MYSQL_CLASSES = ("com.mysql.", "org.gjt.mm.mysql.", *_AMAZON_CLASSES)
_MARIADB_CLASSES = ("org.mariadb.jdbc.",)
#: Modes of a URL that MySQL's own driver supports; MariaDB's and Amazon's have more.
_MODES = ("", "loadbalance", "replication", "mxj")
#: Names that a driver may have which the product does not load, such as a zip or a folder.
_LIKE_A_DRIVER = re.compile("mysql|maria|jdbc|connector", re.IGNORECASE)
#: A driver is a few megabytes; larger jars are not read.
_LARGEST = 64 << 20
#: Class names of drivers and external datasources; only these are recorded, to keep the evidence small.
_ENDINGS = ("Driver.class", "DataSource.class")


def is_mysql_driver(name: str) -> bool:
    """Whether the class belongs to a MySQL driver."""
    return name.startswith((*_MYSQL_CLASSES, *_MARIADB_CLASSES))


def misfit(driver: Located, url: JdbcUrl) -> str:
    """Why this driver does not fit this URL, for the operator; "" if it does, or if the URL itself is wrong."""
    if not url.is_mysql:
        return ""
    expected = f"expected the MySQL driver {PAGE_DRIVER}, or another one for MySQL"
    if not is_mysql_driver(driver) or driver != driver.strip():
        blanks = " (the blanks around it count)" if driver != driver.strip() else ""
        return f"{driver.found}, {expected}{blanks}"
    of_amazon = url.mode == "aws"
    foreign = of_amazon or url.scheme == "mariadb" or url.mode not in _MODES
    if foreign and not driver.startswith(_AMAZON_CLASSES if of_amazon else _MARIADB_CLASSES):
        return f"{driver.found}, which does not take the URL {url.text}"
    return ""


def lacking(files: HomeFiles, name: str) -> str:
    """What the library folder contains instead of a jar with this class, for the operator; "" if a jar has it."""
    there = files.names(LIBRARIES, in_every_home=True)
    jars = dict(files.facts("driver classes of the jars in", LIBRARIES, _look)) if there else {}
    if any(name in jar["classes"] for jar in jars.values()):
        return ""
    found = [
        f"{jar} ({facts.get('problem') or 'holds ' + (', '.join(facts['classes'][:3]) or 'no driver')})"
        for jar, facts in jars.items()
    ]
    found += [f"{one} (not read: no name of a jar)" for one in there if one not in jars and _LIKE_A_DRIVER.search(one)]
    wanted = name if name == name.strip() else repr(name)
    return f"{files.node} {LIBRARIES}: found {', '.join(found) or 'no jar'}, expected one that holds {wanted}"


def _look(access: NodeAccess) -> dict[str, Any]:
    """Each jar's name and driver classes, or why it cannot be opened."""
    names = [name for name in access.listing(LIBRARIES) if name.endswith(".jar")]
    return {name: _open(access, f"{LIBRARIES}/{name}") for name in names}


def _open(access: NodeAccess, path: str) -> dict[str, Any]:
    try:
        if (size := access.size(path)) > _LARGEST:
            return {"classes": [], "problem": f"{size} bytes, more than a driver has"}
        with zipfile.ZipFile(io.BytesIO(access.read(path))) as jar:
            entries = [entry.filename for entry in jar.infolist() if entry.filename.endswith(_ENDINGS)]
    except (OSError, zipfile.BadZipFile, EOFError, NotImplementedError, ValueError) as problem:
        return {"classes": [], "problem": f"cannot be opened: {problem}"}
    return {"classes": sorted(entry.removesuffix(".class").replace("/", ".") for entry in entries)}
