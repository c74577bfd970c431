"""JDBC URLs in all the forms that the drivers take, and in those that they do not."""

import pytest

from conformance.judgement.located import Located, Where
from conformance.node.home.jdbc_driver import misfit
from conformance.node.home.jdbc_url import Server, is_foreign, parse

PREFIX = "jdbc:mysql://"


@pytest.mark.parametrize(("url", "servers", "database"), [
    ("jdbc:mysql://h:3307/db", [("h", 3307)], "db"),
    ("jdbc:mysql://h:1/db", [("h", 1)], "db"),
    ("jdbc:mysql://h:65535/db", [("h", 65535)], "db"),
    ("jdbc:mysql://h/db?useSSL=false&x=a/b?c", [("h", 3306)], "db"),
    ("JDBC:MySQL:///db", [("localhost", 3306)], "db"),
    ("jdbc:mysql://h1,h2:3307/db", [("h1", 3306), ("h2", 3307)], "db"),
    ("jdbc:mysql://[2001:db8::1]:3307/db", [("2001:db8::1", 3307)], "db"),
    ("jdbc:mysql://[2001:db8::1],[::1]/db", [("2001:db8::1", 3306), ("::1", 3306)], "db"),
    ("jdbc:mysql://[::ffff:1.2.3.4]/db", [("::ffff:1.2.3.4", 3306)], "db"),
    ("jdbc:mysql://address=(protocol=tcp)(host=h)(port=3307)/db", [("h", 3307)], "db"),
    ("jdbc:mysql://address=(host=a)(type=master),address=(host=b)/db", [("a", 3306), ("b", 3306)], "db"),
    ("jdbc:mysql://(host=a,port=1),(host=b)/db", [("a", 1), ("b", 3306)], "db"),
    ("jdbc:mysql://address=(protocol=tcp)(host=2001:db8::1)/db", [("2001:db8::1", 3306)], "db"),
    ("jdbc:mysql://X.hX:3307,address=(port=3308)/db", [("X.hX", 3307), ("localhost", 3308)], "db"),
    ("jdbc:mysql://me:se@cret@h:3307/db", [("h", 3307)], "db"),
    ("jdbc:mysql://me@[X1:1,hX]/db", [("X1", 1), ("hX", 3306)], "db"),
    ("jdbc:mysql:replication://m,s/db", [("m", 3306), ("s", 3306)], "db"),
    ("jdbc:mysql+srv://h/db", [("h", 3306)], "db"),
    ("jdbc:mariadb:sequential://h/db", [("h", 3306)], "db"),
    ("jdbc:mysql://${db.host}:${db.port}/db", [("${db.host}", 0)], "db"),
    ("jdbc:mysql:///db?socketFactory=f&cloudSqlInstance=p:eu:i", [("p:eu:i", 3306)], "db"),
    ("jdbc:mysql://google/db?cloudSqlInstance=p:eu:i&socketFactory=f", [("p:eu:i", 3306)], "db"),
    ("jdbc:mysql://198.051.100.013/db", [("198.051.100.013", 3306)], "db"),
])  # fmt: skip
def test_servers_and_database_are_found(url, servers, database):
    found = parse(url)
    assert (found.problem, found.database) == ("", database)
    assert found.servers == tuple(Server(*server) for server in servers)


@pytest.mark.parametrize(("url", "problem"), [
    *((url, "is not a MySQL URL") for url in (
        "", "jdbc:h2:./x;A=B", "jdbc:mysqlx://h/db", "mysql://h/db", "jdbc:mysql:h:3306/db",
    )),
    ("jdbc:mysql://[MySQL DB url]:[port]/userdb", "the placeholder [MySQL DB url] is left"),
    ("jdbc:mysql://h:[port]/userdb", "the placeholder [port] is left"),
    ("jdbc:mysql://<host>/userdb", "the placeholder <host> is left"),
    ("jdbc:mysql://{host}/userdb", "the placeholder {host} is left"),
    ("jdbc:mysql://h/[database]", "the placeholder [database] is left"),
    ("jdbc:mysql://h/db ", "the blanks around it count"),
    ("\njdbc:mysql://h/db", "the blanks around it count"),
    ("jdbc:mysql://h/", "it names no database"),
    ("jdbc:mysql://h/db/", "'db/' is no name of a database: options stand behind a question mark"),
    ("jdbc:mysql://h/db;useSSL=false",
     "'db;useSSL=false' is no name of a database: options stand behind a question mark"),
    ("jdbc:mysql://h/db&x=y", "'db&x=y' is no name of a database: options stand behind a question mark"),
    ("jdbc:mysql://h/db?useSSL=false?x=y", "its option useSSL cannot be 'false?x=y'; '&' separates options"),
    ("jdbc:mysql://h/db?a=b;c=d", "its option a cannot be 'b;c=d'; '&' separates options"),
    *(
        (f"jdbc:mysql://h/db?{name}=ture", f"its option {name} cannot be 'ture'; '&' separates options")
        for name in (
            *("useSSL", "requireSSL", "verifyServerCertificate", "allowPublicKeyRetrieval", "autoReconnect"),
            *("failOverReadOnly", "useUnicode", "rewriteBatchedStatements", "createDatabaseIfNotExist"),
        )
    ),
    ("jdbc:mysql://h/db?useSSL=yes&useSSL=no&useSSL=1&useSSL=0&useSSL=false", ""),
    ("jdbc:mysql://h/db?user=a?b=c&sessionVariables=a=1;b=2&connectionAttributes=a?b=c", ""),
    ("jdbc:mysql://h/db?password=a?b=c&useSSL=${ssl}&useUnicode=&amp;useSSL=TRUE", ""),
    ("jdbc:mysql://@db.host@:3306/db", "the placeholder @db.host@ is left"),
    ("jdbc:mysql://a,@db.host@:3306/db", "the placeholder @db.host@ is left"),
    ("jdbc:mysql://@@DB_HOST@@:3306/db", "the placeholder @@DB_HOST@@ is left"),
    ("jdbc:mysql://$DB_HOST:3306/db", "no resolver takes the host '$DB_HOST'"),
    ("jdbc:mysql://%DB_HOST%/db", "no resolver takes the host '%DB_HOST%'"),
    ("jdbc:mysql://h", "it names no database"),
    ("jdbc:mysql://h?x=y", "it names no database"),
    *((f"jdbc:mysql://h:{port}/db", "a port in it is not a port number") for port in (
        "0", "65536", "port", "(" * 50_000, "9" * 9999,
    )),
    ("jdbc:mysql://" + "[" * 50_000, "it names no database"),
    ("jdbc:mysql://" + "<{[" * 25_000 + "/db", "no resolver takes the host '<{'"),
    ("jdbc:mysql://" + "[::1]," * 10_000 + "/db", ""),
])  # fmt: skip
def test_what_is_wrong_is_said(url, problem):
    assert parse(url).problem == problem


@pytest.mark.parametrize("tail", ["[" * 5000, "(" * 5000, "a," * 5000 + "/", "[a]," * 2000, "(h=" * 2000, "\0" * 99])
def test_garbage_is_taken_apart_at_once(tail):
    assert parse(PREFIX + tail).is_mysql


def test_the_order_of_equal_servers_says_nothing():
    assert parse("jdbc:mysql:loadbalance://a,b/db").any_server
    assert not parse("jdbc:mysql:replication://a,b/db").any_server


@pytest.mark.parametrize(("driver", "url", "expected"), [
    ("com.mysql.jdbc.Driver", "jdbc:mysql://h/db", ""),
    ("com.mysql.jdbc.Driver", "jdbc:mariadb://h/db", "which does not take the URL jdbc:mariadb"),
    ("com.mysql.jdbc.Driver", "jdbc:mysql:aurora://h/db", "which does not take the URL jdbc:mysql:aurora"),
    ("com.mysql.jdbc.Driver", "jdbc:mysql:loadbalnce://h/db", "which does not take the URL jdbc:mysql:loadbalnce"),
    *((driver, "jdbc:mysql:aws://h/db", "not take") for driver in ("com.mysql.jdbc.Driver", "org.mariadb.jdbc.Driver")),
    ("software.aws.rds.jdbc.mysql.Driver", "jdbc:mysql:aws://h/db", ""),
    ("org.mariadb.jdbc.Driver", "jdbc:mariadb://h/db", ""),
    ("org.h2.Driver", "jdbc:mysql://h/db", "expected the MySQL driver com.mysql.jdbc.Driver"),
    ("org.h2.Driver", "jdbc:h2:x", ""),
])  # fmt: skip
def test_a_driver_serves_for_the_urls_that_it_takes(driver, url, expected):
    found = misfit(Located(driver, Where("node1", "d.xml", 1)), parse(url))
    assert expected in found
    assert bool(found) == bool(expected)


@pytest.mark.parametrize(("url", "foreign"), [
    ("jdbc:h2:${carbon.home}/repository/database/OWN", True),
    ("jdbc:oracle:thin:@${db.host}:1521/o", True),
    ("jdbc:h2:./OWN", True),
    ("${db.url}", False),
    ("jdbc:${db.kind}://h/db", False),
    ("jdbc:mysql://${db.host}/db", False),
    ("jdbc:mariadb://h/db", False),
    ("secretAlias:url", False),
])  # fmt: skip
def test_a_url_of_another_product_is_known_by_its_beginning(url, foreign):
    assert is_foreign(url) is foreign
