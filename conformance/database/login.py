"""How a node's datasource logs in to MySQL, according to its files: server, account, password."""

import os
from collections.abc import Mapping

from conformance.deployment.spec import DatabaseSpec
from conformance.errors import EvidenceError
from conformance.judgement.located import Located
from conformance.judgement.requirement import not_assessed
from conformance.node.home.datasources import Datasource
from conformance.node.home.jdbc_url import JdbcUrl
from conformance.node.home.own_host import canonical, ip_version, is_loopback, resolved
from conformance.node.home.stated import ALIAS, is_stated, stated
from conformance.node.node import Node
from conformance.secret import Secret

#: Environment variable with the datasources' password, if the files do not contain it.
PASSWORD_VARIABLE = "DAS_CONFORMANCE_DATABASE_PASSWORD"


def usable_url(datasource: Datasource) -> JdbcUrl:
    """The datasource's URL. EvidenceError if it has no readable server and database.

    NotAssessed if it is not a MySQL URL, which another requirement judges, or contains a system property.
    """
    url = stated(datasource.url)
    if datasource.foreign:
        not_assessed(f"{url.found}, which is not a MySQL URL (see DS-04)")
    jdbc = datasource.jdbc
    if jdbc.problem:
        raise EvidenceError(f"{url.found}: {jdbc.problem}", "give it a MySQL URL (see DS-04)")
    return jdbc


def login_of(node: Node, datasource: Datasource) -> DatabaseSpec:
    """Server and account of a datasource for this machine; the password never appears in output.

    Of several servers the first one, which takes the writes; of equal servers the first by name, so that both nodes are
    asked about the same one. EvidenceError for values that the files do not contain.
    """
    jdbc = usable_url(datasource)
    server = min(jdbc.servers, key=lambda one: (one.host, one.port)) if jdbc.any_server else jdbc.servers[0]
    password = _password(datasource, os.environ)
    node.witness.redact(password)
    user = _stated(datasource.username, "account", "name the account in the file that you let this suite read")
    options = jdbc.text.partition("?")[2]
    return DatabaseSpec(seen_from_here(node, server.host), server.port, user, password, options)


def seen_from_here(node: Node, host: str) -> str:
    """A host in a node's file, as reached from this machine: a node's loopback means the node itself."""
    if node.host.single_host or not is_loopback(host):
        return host
    if not node.address:
        raise EvidenceError(f"{node.name}: its database is on {host}, and its own address is not known", "state it")
    return node.address


def client_address(node: Node, datasource: Datasource) -> str:
    """The address of the node's own connections, as the server sees it. EvidenceError if unknown."""
    host = usable_url(datasource).servers[0].host
    if is_loopback(host):
        return "::1" if ":" in host else "127.0.0.1"
    found = [node.address] if ip_version(node.address) else resolved(node.witness, node.address)
    if not found:
        raise EvidenceError(f"{node.name}: the address of {node.address or 'this node'} is not known", "state it")
    return canonical(found[0])


def _password(datasource: Datasource, environment: Mapping[str, str]) -> Secret:
    if environment.get(PASSWORD_VARIABLE):
        return Secret(environment[PASSWORD_VARIABLE])
    remedy = f"put the password of the datasources' account into the environment variable {PASSWORD_VARIABLE}"
    return Secret(_stated(datasource.password, "password", remedy))


def _stated(value: Located, what: str, remedy: str) -> str:
    """A value stated in the file. EvidenceError if it is in the secure vault or a system property."""
    if not is_stated(value):
        kind = "in the secure vault" if value.strip().startswith((ALIAS, "$secret")) else "a system property"
        raise EvidenceError(f"{value.where}: the {what} is {kind}", remedy)
    return str(value)
