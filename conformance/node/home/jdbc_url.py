"""Parses MySQL JDBC URLs into servers and database (MySQL Connector/J 5.1 and 8.0, MariaDB Connector/J).

Supports several hosts (failover, replication, loadbalance, aurora), IPv6 in brackets, `address=(host=..)(port=..)`,
credentials before the host, and any options. Blanks around a URL count, because no driver trims it.
"""

import re
from functools import lru_cache
from ipaddress import IPv6Address
from typing import NamedTuple

from conformance.node.home.stated import is_stated
from conformance.text.host_syntax import is_host
from conformance.text.scanning import pieces

STOCK_PORT = 3306
#: Maximum length of text that may be an IPv6 address.
_LONGEST_IPV6 = 100

_MYSQL = re.compile(
    r"jdbc:(?P<scheme>mysql|mariadb)(?:\+srv)?(?P<mode>(?::[a-z]+)?)://(?P<servers>[^/?]*)"
    r"(?:/(?P<database>[^?]*))?(?:\?.*)?",
    re.IGNORECASE | re.DOTALL,
)
#: Commas separate servers, but not inside brackets or parentheses.
_CLOSED = {"[": "]", "(": ")"}
_NAMED = re.compile(r"\(?\b(host|port)\s*=\s*([^,()]*)", re.IGNORECASE)
#: Maximum characters of a part in a message.
_SHOWN = 100
#: Not allowed in a database name; URLs of other databases have options after a semicolon, and some lack the "?".
_NO_NAME = re.compile(r"[/\\;&\s]")
#: Left for build tools to fill in, at the beginning of a host.
_TOKEN = re.compile(r"(?<=[/,])@{1,2}[\w.-]{1,100}@{1,2}")
#: The database product, recognizable even if system properties follow.
_PRODUCT = re.compile(r"\s*jdbc:(?!mysql:|mariadb:)[a-z0-9]+:", re.IGNORECASE)
#: A cloud server, to which a socket factory connects whatever the host is.
_INSTANCE = re.compile(r"[?&]cloudSqlInstance=([^&]{1,200})")
_PLAIN = re.compile(r"(?P<host>\[[^\]]*\]|[^:\[\]]*)(?::(?P<port>.*))?", re.DOTALL)
#: Options that the drivers take with a switch's values alone, and those whose value may be any text.
_SWITCHES = re.compile(
    "useSSL|requireSSL|verifyServerCertificate|allowPublicKeyRetrieval|autoReconnect|failOverReadOnly|useUnicode"
    "|rewriteBatchedStatements|createDatabaseIfNotExist",
    re.IGNORECASE,
)
_SWITCHED = ("true", "false", "yes", "no", "1", "0", "")
_TEXTS = re.compile("user|password|sessionVariables|connectionAttributes", re.IGNORECASE)
_RUN_TOGETHER = re.compile(r"[?;]\w{1,60}=")
#: Brackets of a placeholder; `${name}` is a system property.
_BRACKETS = {"[": "]", "<": ">", "{": "}"}


class Server(NamedTuple):
    """One database server as written, without brackets; port 0 if a system property gives it."""

    host: str
    port: int


class JdbcUrl(NamedTuple):
    """A parsed URL; without servers and database if it is not MySQL's. `problem` is "" if it is usable."""

    text: str
    scheme: str = ""
    mode: str = ""
    servers: tuple[Server, ...] = ()
    database: str = ""
    problem: str = ""

    @property
    def is_mysql(self) -> bool:
        """Whether the URL has the form of a MySQL or MariaDB URL, even with placeholders."""
        return bool(self.scheme)

    @property
    def any_server(self) -> bool:
        """Whether all servers are equal, so that their order does not matter."""
        return self.mode == "loadbalance"


def is_foreign(text: str) -> bool:
    """Whether the URL is certainly not MySQL's, whatever value the product inserts for a placeholder at its start."""
    return bool(_PRODUCT.match(text)) or (is_stated(text) and not parse(text).is_mysql)


def parse(text: str) -> JdbcUrl:
    """Parse a URL; never raises."""
    return _taken_apart(str(text))._replace(text=text)


@lru_cache
def _taken_apart(text: str) -> JdbcUrl:
    """Cached: dozens of requirements ask for the same URLs, and a hostile URL is long."""
    match = _MYSQL.fullmatch(text.strip())
    if match is None:
        return JdbcUrl(text, problem="is not a MySQL URL")
    scheme, mode = match["scheme"].lower(), match["mode"].lstrip(":").lower()
    database = match["database"] or ""
    if left := _placeholder(text.strip()):
        return JdbcUrl(text, scheme, mode, database=database, problem=f"the placeholder {left} is left")
    _, credentials, written = match["servers"].rpartition("@")
    if credentials and written.startswith("[") and "," in written:
        written = written.strip("[]")
    servers = [_server(one) for one in _parted(written) or [""]]
    known = tuple(server for server in servers if server)
    if instance := _INSTANCE.search(text):
        known = (Server(instance[1], STOCK_PORT),)
    return JdbcUrl(text, scheme, mode, known, database, _problem(text, database, servers))


def _parted(text: str) -> list[str]:
    """The servers of a list; an unclosed bracket also separates."""
    found, begin, at = [], 0, 0
    closed = {piece.begin: piece.end for piece in pieces(text, _CLOSED)}
    while at < len(text):
        if at in closed or text[at] not in ",[":
            at = closed.get(at, at + 1)
            continue
        found.append(text[begin:at])
        begin = at = at + 1
    return [one for one in [*found, text[begin:]] if one]


def _problem(text: str, database: str, servers: list[Server | None]) -> str:
    if text != text.strip():
        return "the blanks around it count"
    for server in servers:
        if server is None:
            return "a port in it is not a port number"
        if is_stated(server.host) and not is_host(server.host):
            return f"no resolver takes the host {server.host[:_SHOWN]!r}"
    if is_stated(database) and _NO_NAME.search(database):
        return f"{database[:_SHOWN]!r} is no name of a database: options stand behind a question mark"
    return _problem_of_options(text.partition("?")[2]) if database else "it names no database"


def _problem_of_options(text: str) -> str:
    """Which option has a value that the driver refuses when it connects; "" if none is known to."""
    for name, _, value in (option.partition("=") for option in text.split("&")):
        switch = _SWITCHES.fullmatch(name) and value.lower() not in _SWITCHED and is_stated(value)
        if switch or (_RUN_TOGETHER.search(value) and not _TEXTS.fullmatch(name)):
            return f"its option {name} cannot be {value[:_SHOWN]!r}; '&' separates options"
    return ""


def _server(text: str) -> Server | None:
    if _NAMED.search(text):
        named = {key.lower(): value.strip() for key, value in _NAMED.findall(text)}
        host, port = named.get("host", ""), named.get("port", "")
    else:
        match = _PLAIN.fullmatch(text.strip())
        host, port = (match["host"], match["port"] or "") if match else (text.strip(), "")
    number = _number(port.strip())
    return None if number is None else Server(host.strip("[] ") or "localhost", number)


def _number(port: str) -> int | None:
    if not is_stated(port):
        return 0
    if not port:
        return STOCK_PORT
    return int(port) if re.fullmatch(r"[0-9]{1,5}", port) and 0 < int(port) < 65536 else None


def _placeholder(text: str) -> str:
    """A placeholder such as the page's `[MySQL DB url]` that was not filled in; "" if there is none."""
    head = text.partition("?")[0]
    for begin, end, mark in pieces(head, _BRACKETS):
        before = head[begin - 1 : begin]
        listed = mark == "[" and (before == "@" or _is_ipv6(head[begin + 1 : end - 1]))
        if not listed and (mark, before) != ("{", "$"):
            return head[begin:end]
    token = _TOKEN.search(head)
    return token[0] if token else ""


@lru_cache
def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text[:_LONGEST_IPV6])
    except ValueError:
        return False
    return True
