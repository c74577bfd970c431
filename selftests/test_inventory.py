"""An inventory is read whole or refused with the file, the key and the remedy; passwords come from elsewhere."""

from pathlib import Path

import pytest

from conformance.errors import ConformanceError
from conformance.targets.attached import inventory
from conformance.targets.attached.inventory import Inventory

NODES = """
[nodes.das1]
host = "ssh://das@das1"
home = "/opt/das/"
address = "10.0.0.11"
[nodes.das2]
host = "docker://das2"
home = "/opt/das"
address = "10.0.0.12"
other_names = ["das2.example.com"]
"""
DATABASE = '[database]\nhost = "x"\nusername = "u"\npassword_env = "P"\n'


def read(folder: Path, text: str, **env: str) -> Inventory:
    (folder / "inventory.toml").write_text(text)
    return inventory.read(folder / "inventory.toml", env)


def test_nodes_alone_are_read_only_and_a_home_may_be_at_the_top(tmp_path):
    file = read(tmp_path, NODES)
    nodes = [(node.name, node.home, node.address) for node in file.nodes]
    assert nodes == [("das1", "/opt/das", "10.0.0.11"), ("das2", "/opt/das", "10.0.0.12")]
    assert (file.admin, file.database, file.start_order, file.ssh_config) == (None, None, (), "")
    assert not any((file.single_host, file.writes, file.artifacts, file.faults))
    assert file.nodes[1].other_names == ("das2.example.com",)
    assert read(tmp_path, NODES.replace('"/opt/das/"', '"/"')).nodes[0].home == "/"
    for name in ("b", "b" * 64):
        assert read(tmp_path, NODES.replace("nodes.das2", f"nodes.{name}")).nodes[1].name == name


def test_a_password_comes_from_the_environment_or_a_file_beside(tmp_path):
    (tmp_path / "db.password").write_text("from-file\n")
    database = '[database]\nhost = "10.0.0.10"\nusername = "das"\npassword_file = "db.password"\n'
    file = read(tmp_path, f'{NODES}[admin]\npassword_env = "ADMIN"\n{database}', ADMIN="from-env")
    assert file.admin is not None
    assert file.database is not None
    assert (file.admin.username, file.admin.password.reveal()) == ("admin", "from-env")
    assert (file.database.port, file.database.password.reveal()) == (3306, "from-file")
    highest = read(tmp_path, f"{NODES}{database}port = 65535\n").database
    assert highest is not None
    assert (highest.host, highest.port, highest.username) == ("10.0.0.10", 65535, "das")


@pytest.mark.parametrize(
    "host", ["local://", "ssh://me@[::1]:65535", "kubectl://pod?namespace=das", "docker://root@das2", "lxc://das"]
)
def test_a_host_is_named_as_testinfra_does(tmp_path, host):
    assert read(tmp_path, NODES.replace("docker://das2", host)).nodes[1].host == host


@pytest.mark.parametrize(("text", "message"), [
    ("nodes = ", "is not TOML"),
    ("", r"0 nodes - write two tables, \[nodes\.NAME\]"),
    (NODES.replace("host =", "hots =", 1), r"\[nodes\.das1\]: unknown key hots - use address,"),
    (NODES.replace('home = "/opt/das/"\n', ""), r"\[nodes\.das1\]: home is missing"),
    (NODES.replace("/opt/das/", "das"), r"home 'das' - give the whole path"),
    (NODES.replace('"10.0.0.11"', "11"), "address is 11 - expected a text"),
    ("nodes = 1\n", "nodes is 1 - expected a table"),
    (NODES + '[admin]\npassword = "x"\n', r"\[admin\]: unknown key password - use password_env, password_file"),
    (NODES + "[admin]\n", "no password - name it by password_file or by password_env"),
    (NODES + '[admin]\npassword_env = "NONE"\n', "NONE is not set"),
    (NODES + '[admin]\npassword_file = "none"\n', "the file that password_file names: No such file"),
    (NODES + '[admin]\npassword_env = ["Zq1vX7k"]\n', r"\[admin\]: password_env is list - expected a text"),
    (NODES + '[admin]\npassword_env = "Zq1vX7k"\n', "the variable that password_env names is not set"),
    (NODES.replace("ssh://das@das1", "ssh://-oProxyCommand=x"), "begins with a hyphen"),
    (NODES.replace("ssh://das@das1", "ssh://-l@das1"), "begins with a hyphen"),
    (NODES.replace("ssh://das@das1", "kubectl://pod?namespace=--token"), "begins with a hyphen"),
    (NODES.replace("ssh://das@das1", "docker://-v"), "begins with a hyphen"),
    (NODES.replace('"10.0.0.11"', '"-x"'), "'-x' - no name of a node, host or user begins with a hyphen"),
    (NODES.replace('"10.0.0.11"', r'"10.0.0.11\r\nX-Evil: 1"'), "in address is not a host - write an IP address"),
    (NODES.replace('"10.0.0.11"', '"10.0.0.11/../x"'), "'10.0.0.11/../x' in address is not a host"),
    (NODES.replace('"10.0.0.11"', '"a"\nother_names = ["b", "c d"]'), "'c d' in other_names is not a host"),
    (NODES + '[database]\nhost = "x;y"\nusername = "u"\npassword_env = "SET"\n', "'x;y' in host is not a host"),
    (NODES + '[allow]\nwrites = "yes"\n', "writes is 'yes' - expected true or false"),
    (NODES + '[allow]\nfaults = ["das3"]\n', "allow.faults names 'das3' - use das1, das2"),
    ('start_order = ["das1"]\n' + NODES, "start_order does not name each node once"),
    (NODES + DATABASE + 'port = "3306"\n', "port is '3306'"),
    (NODES.replace("docker://das2", "ssh://[::1"), r"host 'ssh://\[::1': Invalid IPv6 URL"),
    (NODES.replace("docker://das2", "ssh://h:99999"), r"host 'ssh://h:99999': Port out of range"),
    (NODES.replace("docker://das2", "ssh://h:abc"), "host 'ssh://h:abc': Port could not be cast"),
    (NODES.replace("docker://das2", "ssh://"), "host 'ssh://': names no host"),
    (NODES.replace("docker://das2", "ftp://x"), "host 'ftp://x': begins with none of ssh://, docker://, podman:"),
    (NODES.replace("docker://das2", "das2.example"), "host 'das2.example': begins with none of ssh://"),
    (NODES.replace("docker://das2", "ssh://me@:22"), "host 'ssh://me@:22': names no host"),
    (NODES.replace("docker://das2", "ssh://%2DF@h"), "begins with a hyphen"),
    (NODES.replace("docker://das2", "kubectl://pod?namespace=-n"), "begins with a hyphen"),
    (NODES.replace("docker://das2", "docker://a\\nb"), "holds a blank or a control character"),
    (NODES.replace('/opt/das"', '/opt\\u0000das"'), r"home '/opt.*das' - give the whole path"),
    (NODES.replace("nodes.das2", 'nodes.""'), r"a name of 0 characters - take 1 to 64"),
    (NODES.replace("nodes.das2", f"nodes.{'a' * 65}"), r"a name of 65 characters - take 1 to 64"),
    (NODES.replace("10.0.0.11", "1" * 5000), r"\[nodes\.das1\]: address has 5000 characters"),
    (NODES.replace('"10.0.0.11"', "[" * 300 + "]" * 300), "address is .* - expected a text"),
    (NODES + '[admin]\npassword_file = "binary"\n', "password_file names is not text in UTF-8"),
    (NODES + '[database]\nusername = "u"\npassword_env = "P"\n', r"\[database\]: host is missing"),
    (NODES + '[database]\nhost = "x"\npassword_env = "P"\n', r"\[database\]: username is missing"),
    (NODES + DATABASE + "port = 0\n", "port is 0 - give a port number"),
    (NODES + DATABASE + "port = 65536\n", "port is 65536 - give a port number"),
    (NODES + DATABASE + "port = true\n", "port is True - expected a whole number"),
    (NODES + DATABASE + 'password_file = "binary"\n', "no password - name it by password_file or by password_env"),
    (NODES.replace("docker://das2", "ssh://das 2"), "holds a blank or a control character"),
    (NODES.replace("docker://das2", "ssh://[]:22"), "host 'ssh://\\[\\]:22': "),
    (NODES.replace("das2.example.com", "-x"), "'-x' - no name of a node, host or user begins with a hyphen"),
    (NODES.replace("das2.example.com", "  "), "other_names is .* - expected a list of texts of at most 1024 char"),
    (NODES.replace("nodes.das2", "nodes.-x"), "'-x' - no name of a node"),
    (NODES + "[nodes.das3]\n" + NODES.partition("das2]\n")[2], "3 nodes - write two tables"),
])  # fmt: skip
def test_a_wrong_inventory_is_one_clear_line(tmp_path, text, message):
    (tmp_path / "binary").write_bytes(b"\xff\xfe\0")
    with pytest.raises(ConformanceError, match=message) as raised:
        read(tmp_path, text, P="x")
    assert "inventory.toml" in str(raised.value)
    assert "Zq1vX7k" not in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1
    assert len(str(raised.value)) < 600


def test_a_missing_inventory_is_named(tmp_path):
    with pytest.raises(ConformanceError, match=r"none\.toml: No such file.*docs/attach\.md"):
        inventory.read(tmp_path / "none.toml")
