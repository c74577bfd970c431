import pytest

from conformance.errors import EvidenceError
from conformance.node.home.spark_environment import SparkEnvironment

_READ = '. "$CARBON_HOME/bin/load-spark-env-vars.sh"'


def local_ip(text):
    return SparkEnvironment("node1", text).local_ip


@pytest.mark.parametrize("text", [
    "export SPARK_LOCAL_IP=10.0.0.1",
    "  export\tSPARK_LOCAL_IP='10.0.0.1'   # the lan",
    'SPARK_LOCAL_IP="10.0.0.1"\nexport SPARK_LOCAL_IP',
    "export SPARK_LOCAL_IP; SPARK_LOCAL_IP=10.0.0.1",
    "export A=b SPARK_LOCAL_IP=10.0.0.1",
    "declare -x SPARK_LOCAL_IP=10.0.0.1",
    "if true; then export SPARK_LOCAL_IP=10.0.0.1; fi",
    "[ -n x ] && export SPARK_LOCAL_IP=10.0.0.1",
    "export SPARK_LOCAL_IP=10.0.0.9\nexport SPARK_LOCAL_IP=10.0.0.1",
    "export \\\n  SPARK_LOCAL_IP=10.0.0.1",
    'echo "it\'s"\necho "open\nexport SPARK_LOCAL_IP=10.0.0.1',
    "export SPARK_LOCAL_IP=10.0.0.1\n[ $X = b ] && unset SPARK_LOCAL_IP",
    "A='b\n\nc' # don't\nexport SPARK_LOCAL_IP=10.0.0.1 B=\\\"c",
])  # fmt: skip
def test_an_exported_address_is_read(text):
    assert local_ip(text) == "10.0.0.1"


@pytest.mark.parametrize("text", [
    "", "#export SPARK_LOCAL_IP=10.0.0.1", "echo # export SPARK_LOCAL_IP=10.0.0.1", "export MY_SPARK_LOCAL_IP=10.0.0.1",
    "export SPARK_LOCAL_IP", "export SPARK_LOCAL_IP=10.0.0.1\nunset SPARK_LOCAL_IP",
    "echo 'export SPARK_LOCAL_IP=10.0.0.1'", "\x00\x01\ufffd",
])  # fmt: skip
def test_what_exports_nothing_gives_the_missing_value(text):
    assert (local_ip(text), local_ip(text).present) == ("", False)


@pytest.mark.parametrize("scripts", [("#" * (2**20 + 1),), ("", "#" * (2**20 + 1))])
def test_a_script_that_no_one_wrote_is_not_read(scripts):
    with pytest.raises(EvidenceError, match=r"node1 bin/\S+\.sh: has 1048577 characters"):
        SparkEnvironment("node1", *scripts)


def test_an_assignment_without_export_is_reported_with_its_line_and_a_continued_command_with_its_first():
    place = str(local_ip("\nSPARK_LOCAL_IP=1").where)
    assert "load-spark-env-vars.sh:2 SPARK_LOCAL_IP (assigned, but not exported)" in place
    assert local_ip("#\n\nexport \\\n \\\nSPARK_LOCAL_IP=1\n").where.line == 3


def test_a_carriage_return_goes_into_the_value():
    text = "export SPARK_LOCAL_IP=10.0.0.1\r\n"
    assert local_ip(text) == "10.0.0.1\r"
    # With them in the start script no node starts at all: both got them on their way.
    for script, start in ((text, ". load-spark-env-vars.sh\r\n"), ("", text)):
        assert SparkEnvironment("node1", script, f"#!/bin/sh\r\n{start}").local_ip == "10.0.0.1"


@pytest.mark.parametrize("value", ["$(hostname -i)", "`hostname -i`", "$IP", "${IP:-10.0.0.1}"])
def test_a_computed_address_is_reported_as_such(value):
    environment = SparkEnvironment("node1", f"export SPARK_LOCAL_IP={value}")
    assert environment.computed
    assert not SparkEnvironment("node1", "export SPARK_LOCAL_IP=10.0.0.1").computed


@pytest.mark.parametrize(("text", "computed"), [
    ("case $(hostname) in\na) export SPARK_LOCAL_IP=10.0.0.1;;\nb) export SPARK_LOCAL_IP=10.0.0.2;;\nesac", True),
    ("export SPARK_LOCAL_IP=10.0.0.1\n[ $X = b ] && export SPARK_LOCAL_IP=10.0.0.2", True),
    ("if x; then export SPARK_LOCAL_IP=10.0.0.2; fi\nexport SPARK_LOCAL_IP=10.0.0.1", False),
    ("export SPARK_LOCAL_IP=10.0.0.1\n[ -z $SPARK_LOCAL_IP ] && export SPARK_LOCAL_IP=10.0.0.1", False),
    ("export SPARK_LOCAL_IP=10.0.0.1\ncat <<X\nexport SPARK_LOCAL_IP=10.0.0.2\nX", False),
])  # fmt: skip
def test_an_address_of_several_branches_is_the_shells_to_choose(text, computed):
    environment = SparkEnvironment("node1", text)
    assert (environment.local_ip, environment.computed) == ("10.0.0.1", computed)


@pytest.mark.parametrize(("start", "place"), [
    (f"export SPARK_LOCAL_IP=10.0.0.2\n{_READ}", "bin/load-spark-env-vars.sh:1"),
    (f"{_READ}\nexport SPARK_LOCAL_IP=10.0.0.2", "bin/wso2server.sh:2"),
    (f"{_READ}\n[ -z $SPARK_LOCAL_IP ] && export SPARK_LOCAL_IP=10.0.0.2", "bin/load-spark-env-vars.sh:1"),
    (f"{_READ}\nif x; then\n  export SPARK_LOCAL_IP=10.0.0.2\nfi", "bin/load-spark-env-vars.sh:1"),
    ("export SPARK_LOCAL_IP=10.0.0.2", "bin/wso2server.sh:1"),
    ("export SPARK_LOCAL_IP=10.0.0.2\n. ours.sh", "bin/wso2server.sh:1"),
    (f"export SPARK_LOCAL_IP=10.0.0.2\necho {_READ}", "bin/wso2server.sh:1"),
])  # fmt: skip
def test_what_the_start_script_surely_exports_after_it_has_read_the_script_wins(start, place):
    value = SparkEnvironment("node1", "export SPARK_LOCAL_IP=10.0.0.1", start).local_ip
    assert (value, str(value.where)) == (f"10.0.0.{1 if 'load' in place else 2}", f"node1 {place} SPARK_LOCAL_IP")


def test_the_start_script_alone_may_export_the_address_or_take_it_away():
    alone = SparkEnvironment("node1", "", f"{_READ}\nexport SPARK_LOCAL_IP=10.0.0.2").local_ip
    gone = SparkEnvironment("node1", "export SPARK_LOCAL_IP=10.0.0.1", f"{_READ}\nunset SPARK_LOCAL_IP").local_ip
    assert (alone, gone.present) == ("10.0.0.2", False)
