"""What a start shows: the options that its script gives to the server's JVM, and the lines of its log."""

import pytest

from conformance.judgement.requirement import NotAssessed
from conformance.node.home.axis2 import Axis2
from conformance.node.home.start_options import PORT_OFFSET, StartOptions
from conformance.node.home.xml_source import XmlSource
from conformance.node.log import start_facts, start_lines
from conformance.node.log.reading import LogReading
from selftests.fake_node import FIRST_START, SECOND_START, axis2_xml, console_line, file_log, members_xml
from selftests.home_paths import AXIS2

START = "$JAVACMD -Xmx1g $JAVA_OPTS -Dcarbon.home=x org.wso2.carbon.bootstrap.Bootstrap $*"
SCHEME = "org.wso2.carbon.core.clustering.hazelcast.{}MembershipScheme|"
ADDED = ["198.51.100.11:4000", "das2.example:4000"]


def option(text, **more):
    return StartOptions("node1", text, **more).option(PORT_OFFSET)


@pytest.mark.parametrize("text", [
    "java -DportOffset=3 org.wso2.carbon.bootstrap.Bootstrap",
    'exec "$JAVACMD" "-DportOffset=3" \\\n  org.wso2.carbon.bootstrap.Bootstrap $*',
    '$JAVACMD \\\n  -DportOffset="3" \\\n  org.wso2.carbon.bootstrap.Bootstrap',
    "while true; do java -DportOffset='3' org.wso2.carbon.bootstrap.Bootstrap; done",
    "java org.wso2.carbon.bootstrap.Bootstrap -DportOffset=3",
    f'JAVA_OPTS="-DportOffset=3"\n{START}',
    f'export JAVA_OPTS="-Xss1m -DportOffset=3 -Da=b"\n{START}',
    f'export JAVA_OPTS="$JAVA_OPTS -DportOffset=3"\n{START}',
    f"JAVA_OPTS=-DportOffset=3; export JAVA_OPTS\n{START}",
    f'JAVA_OPTS="-DportOffset=1"\nJAVA_OPTS="-DportOffset=3"\n{START}',
    f'JAVA_OPTS="-DportOffset=1 -DportOffset=3"\n{START}',
    f'OFFSET=3\nJAVA_OPTS="-DportOffset=$OFFSET"\n{START}',
    f"OFFSET=3\nOPTIONS=-DportOffset=${{OFFSET}}\n{START.replace('JAVA_OPTS', '{OPTIONS}')}",
    f'JAVA_OPTS="-DportOffset=${{OFFSET:-3}}"\n{START}',
    f'if [ -z "$JAVA_OPTS" ]; then\n  JAVA_OPTS="-DportOffset=3"\nfi\n{START}',
    f'JAVA_OPTS="-Xss1m"\nJAVA_OPTS+=" -DportOffset=3"\n{START}',
    f'JAVA_OPTS=" -DportOffset=3"\nJAVA_OPTS+=" -Xss1m"\n{START}',
    f'JAVA_OPTS="${{JAVA_OPTS:+$JAVA_OPTS }}-DportOffset=3"\n{START}',
    f"JAVA_OPTS=\"$JAVA_OPTS '-DportOffset=3'\"\n{START}",
    f': "${{JAVA_OPTS:=-Xss1m -DportOffset=3}}"\n{START}',
    f'JAVA_OPTS="-DportOffset=3"\n: ${{JAVA_OPTS:=-DportOffset=1}}\n{START}',
    f"JAVA_OPTS=\"-Da='b'\n  -DportOffset=3\n  -Dc=d\"\n{START}",
    f"# it's ours\nJAVA_OPTS='-Da=\"\n-DportOffset=3'\n{START}",
    f'JAVA_OPTS="-Da=b\n-Dc=d\n-DportOffset=3"\n{START}',
    f'setenv JAVA_OPTS "-DportOffset=3"\n{START}',
    *(f'{word} JAVA_OPTS="-DportOffset=3"\n{START}' for word in ("readonly", "local", "declare", "typeset")),
    'export JAVA_OPTS="-DportOffset=3"',
    f'JAVA_OPTS="-DportOffset=3"\nif [ "$CMD" = "--debug" ]; then\n  JAVA_OPTS="-Xdebug"\nfi\n{START}',
    *(f'JAVA_OPTS="-DportOffset=3"\n{blank}JAVA_OPTS="-Xdebug"\n{START}' for blank in (" ", "\t")),
    f"cat <<EOF\nEOF\nJAVA_OPTS=-DportOffset=3\n{START}",
    f'JAVA_OPTS="-DportOffset=1"\n{START.replace("-Dcarbon", "-DportOffset=3 -Dcarbon")}',
    f'JAVA_OPTS="-DportOffset=3"\n{START.replace("-Xmx1g", "-DportOffset=1")}',
    'case "$1" in\nstart)\n  java -DportOffset=3 org.wso2.carbon.bootstrap.Bootstrap;;\nesac',
    "  -DportOffset=3 \\\n",
    "nohup sh bin/wso2server.sh -DportOffset=3 &",
    f'[ -z "$JAVA_OPTS" ] && JAVA_OPTS="-DportOffset=3"\n{START}',
    f'[ -n "$JAVA_OPTS" ] || JAVA_OPTS="-DportOffset=3"\n{START}',
    f'cd "$HOME" && export A=b && export JAVA_OPTS="-DportOffset=3"\n{START}',
    *(
        f'{word} x && JAVA_OPTS="-DportOffset=3"\n{START}'
        for word in (
            *("export", "declare", "typeset", ".", "source", "cd", ":"),
            *("true", "echo", "set", "readonly", "unset", "mkdir", "umask"),
        )
    ),
    *(
        f'{before} JAVA_OPTS="-DportOffset=3"{after}\n{START}'
        for before, after in (
            *(("if", "; then :; fi"), ("if true; then", "; fi"), ("while", "; do :; done"), ("!", "")),
            *(("until", "; do :; done"), ("while :; do", "; done"), ("{", "; }"), ("if true && :; then", "; fi")),
        )
    ),
    f'[ -d x ] || exit 1\nJAVA_OPTS="-DportOffset=3"\n{START}',
    f'set -- "$@" -DportOffset=3\n{START}',
    f'set -- "$@" -DportOffset=3\n{START.replace("$*", "$@")}',
    f'OFFSET=3\neval "JAVA_OPTS=\\"\\$JAVA_OPTS -DportOffset=\\$OFFSET\\""\n{START}',
    f"eval eval JAVA_OPTS=-DportOffset=3\n{START}",
    f"JAVA_OPTS=-DportOffset=1\n{START.replace('-Xmx1g', '-DportOffset=2')}\n{START.replace('$*', '-DportOffset=3')}",
    f'if true; then\n  [ -d x ] || exit 1\n  JAVA_OPTS="-DportOffset=3"\nfi\n{START}',
    f'set -- "$@" -DportOffset=3\nset -e\n{START}',
    *(
        f'{block}\nJAVA_OPTS="-DportOffset=3"\n{START}'
        for block in ('if [ "$X" = 1 ]; then\n  A=b\nfi', "case x in\na) A=b;;\nesac", "f() {\n  A=b\n}")
    ),
    f'echo if\nJAVA_OPTS="-DportOffset=3"\n{START}',
    f'if x; then\r\n  A=b\r\nfi\r\nJAVA_OPTS="-DportOffset=3"\r\n{START}',
    f'else\nfi\nesac\n}}\nJAVA_OPTS="-DportOffset=3"\n{START}',
    f'JAVA_OPTS=-DportOffset=3\ncat <<-"EOF" > x\nJAVA_OPTS="-DportOffset=1"\n\tEOF\n{START}',
    f"cat <<< JAVA_OPTS\nJAVA_OPTS=-DportOffset=3\n{START}",
])  # fmt: skip
def test_an_offset_of_the_start_is_read(text):
    found = option(text)
    assert found is not None
    assert (found.value, found.certain) == ("3", True)


@pytest.mark.parametrize("text", [
    "",
    START,
    f"# JAVA_OPTS=-DportOffset=3\n{START}",
    f'#export JAVA_OPTS="-DportOffset=3"\n{START}',
    f"{START} # -DportOffset=3",
    f'echo "usage: wso2server.sh -DportOffset=3"\n{START}',
    *(f"{word} sh wso2server.sh -DportOffset=3\n{START}" for word in ("echo", "printf", "test", "[", "[[", "exit")),
    f"getopt -- -DportOffset=3\n{START}",
    f"other -DportOffset=3\n{START}",
    f"EXAMPLE=-DportOffset=3\n{START}",
    f'JAVA_OPTS="-DportOffset=3"\nJAVA_OPTS=""\n{START}',
    f'JAVA_OPTS="-DportOffset=3"\nunset JAVA_OPTS\n{START}',
    f"JAVA_OPTS=-DmyportOffset=3\n{START}",
    f'JAVA_OPTS="-DportOffset=3\n{START}',
    f'EXAMPLE="\nJAVA_OPTS=-DportOffset=3 # "\n{START}',
    f"cat <<EOF\nJAVA_OPTS=-DportOffset=3\nEOF\n{START}",
    "eval " * 2000,
    "\x00\ufffd$(`",
])  # fmt: skip
def test_what_gives_none_says_none(text):
    assert option(text) is None


@pytest.mark.parametrize("text", [
    f'if [ "$NODE" = 2 ]; then\n  JAVA_OPTS="-DportOffset=3"\nfi\n{START}',
    f'if [ "$NODE" = 1 ]; then\n JAVA_OPTS="-DportOffset=1"\nelse\n JAVA_OPTS="-DportOffset=2"\nfi\n{START}',
    f'if [ -z "$X" ]; then\n JAVA_OPTS=a\nelse\n JAVA_OPTS="-DportOffset=2"\nfi\n{START}',
    f'if true; then\n A=b\nelif [ "$X" = 1 ]; then\n JAVA_OPTS="-DportOffset=3"\nfi\n{START}',
    f'if [ "$X" = 1 ]; then\nif [ -z "$A" ]; then\n JAVA_OPTS="-DportOffset=3"\nfi\nfi\n{START}',
    f'case $(hostname) in\ndas2)\n  JAVA_OPTS="-DportOffset=3";;\nesac\n{START}',
    f'JAVA_OPTS="-DportOffset=1"\nif [ -f x ]; then JAVA_OPTS="-DportOffset=3"; fi\n{START}',
    f'[ "$HOSTNAME" = das2 ] && JAVA_OPTS="-DportOffset=3"\n{START}',
    f'[ "$HOSTNAME" = das2 ] && [ -z "$JAVA_OPTS" ] &&\n  JAVA_OPTS="-DportOffset=3"\n{START}',
    f'[ -z "$BASE" ] || JAVA_OPTS="-DportOffset=3"\n{START}',
    f'&& JAVA_OPTS="-DportOffset=3"\n{START}',
    f'test "$X" = a=b && JAVA_OPTS="-DportOffset=3"\n{START}',
    f'. ./none.sh || JAVA_OPTS="-DportOffset=3"\n{START}',
    f'[ "$X" = 1 ] && {{ A=b; JAVA_OPTS="-DportOffset=3"; }}\n{START}',
    f'if [ -z "$A" ] && [ "$X" = 1 ]; then JAVA_OPTS="-DportOffset=3"; fi\n{START}',
    f'if [ "$X" = 1 ] && [ -z "$A" ]; then JAVA_OPTS="-DportOffset=3"; fi\n{START}',
    f'if\n  true; then JAVA_OPTS="-DportOffset=3"; fi\n{START}',
    f'if x; then :; else JAVA_OPTS="-DportOffset=3"; fi\n{START}',
    f'if x; then :; elif JAVA_OPTS="-DportOffset=3"; then :; fi\n{START}',
    f'offset() {{\n  JAVA_OPTS="-DportOffset=3"\n}}\n{START}',
    f'function offset {{\n  JAVA_OPTS="-DportOffset=3"\n}}\n{START}',
    *(
        f'JAVA_OPTS=a\nif [ -z "{variable}" ]; then\n  JAVA_OPTS="-DportOffset=3"\nfi\n{START}'
        for variable in ("$JAVA_OPTS", "${JAVA_OPTS}")
    ),
])  # fmt: skip
def test_what_stands_in_a_branch_is_not_certain(text):
    assert not option(text).certain


def test_the_place_is_that_of_the_line_and_a_value_that_the_script_does_not_show_stays_as_it_is():
    found = option(f"\nexport JAVA_OPTS=-DportOffset=3\n{START}")
    assert str(found.value.where) == "node1 bin/wso2server.sh:2 -DportOffset=3"
    assert option(f'JAVA_OPTS="-DportOffset=$((BASE + 1))"\n{START}').value.startswith("$")
    assert option(f'JAVA_OPTS="-DportOffset=$OFFSET"\n{START}').value == "$OFFSET"


@pytest.mark.parametrize(("test", "certain"), [
    *((f"[ -{kind} x ] &&", True) for kind in "fresx"),
    *(("if [ -r x ]; then", True), ("[ $X = 1 ] &&", False), ("[ -f x ] && A=b &&", False)),
])  # fmt: skip
def test_a_script_that_is_read_where_it_is_there_surely_counts(test, certain):
    text = f"{test} . ./setenv.sh\n{'fi' if 'if' in test else ''}\n{START}"
    assert option(text, sourced=lambda path: "export JAVA_OPTS=-DportOffset=3").certain is certain


@pytest.mark.parametrize("word", [
    ". ./setenv.sh", ". ./setenv.sh start", '. "$CARBON_HOME/repository/../bin/setenv.sh"',
    'source "$CARBON_HOME/bin/setenv.sh"', '. "$(dirname "$0")/setenv.sh"',
])  # fmt: skip
def test_a_script_that_is_read_in_counts(word):
    scripts = {"bin/setenv.sh": "export JAVA_OPTS=-DportOffset=3\n. ./setenv.sh\n. ./other.sh"}
    found = option(f"[ -f x ] && {word}\n{START}", sourced=lambda path: scripts.get(path, ""))
    assert (found.value, found.value.where.path) == ("3", "bin/setenv.sh")


@pytest.mark.parametrize("word", [". ../setenv.sh/x=", 'source "$CARBON_HOME/../setenv.sh"', ". ", "source"])
def test_a_script_outside_of_the_home_is_not_read(word):
    scripts = dict.fromkeys(("bin/setenv.sh", "setenv.sh", "../setenv.sh"), "export JAVA_OPTS=-DportOffset=3")
    assert option(f"{word}\n{START}", sourced=lambda path: scripts.get(path, "")) is None


@pytest.mark.parametrize(("path", "line", "place"), [
    (StartOptions.BATCH, "java -DportOffset=3", "bin/wso2server.bat:1 -DportOffset=3"),
    (StartOptions.BATCH, "REM -DportOffset=3", None),
    (StartOptions.BATCH, ":: -DportOffset=3", None),
    (StartOptions.BESIDE, "etc/default/das\t4\t-DportOffset=3", "etc/default/das:4 -DportOffset=3"),
])  # fmt: skip
def test_an_option_of_the_script_for_windows_or_of_a_file_beside_the_home_may_count(path, line, place):
    given = option(START, sourced=lambda asked: f"{line}\r\n" if asked == path else "")
    assert (given and (str(given.value.where), given.certain)) == (place and (f"node1 {place}", False))


def test_values_that_double_each_other_end():
    text = "".join(f'A{n + 1}="$A{n}$A{n}"\n' for n in range(200))
    found = option(f'A0=-DportOffset=1\n{text}JAVA_OPTS="$A200 -DportOffset=2"\n{START}')
    assert found.value == "2"


def started(*shorts):
    return LogReading("node1", [("a.log", file_log(*shorts))]).last_start


def changed(old, new):
    return started(*(line.replace(old, new) for line in FIRST_START))


def test_a_good_start_is_complete_in_both_forms():
    console = "".join(console_line(line) + "\n" for line in FIRST_START)
    sections = [started(*FIRST_START), LogReading("node1", [("console", console)]).last_start]
    assert [start_lines.FIRST_NODE_STARTED.match(one, scheme="wka").message for one in sections] == ["", ""]


def test_the_local_member_is_read_with_its_line_and_the_port_that_it_took():
    local = start_facts.local_member(started(*FIRST_START))
    assert (local.host, local.port, local.http, local.https) == ("198.51.100.11", 4000, 9763, 9443)
    assert str(local.port.where).startswith("node1 a.log:9 port of 'Local member'")
    assert start_facts.local_member(changed("Port: 4000, HTTP:9763", "Port: 4001, HTTP:9763")).port == 4001


def test_each_added_member_is_counted_and_the_size_of_the_master_map_is_a_number():
    twice = started(*FIRST_START, "members|" + FIRST_START[5].partition("|")[2])
    assert start_facts.added_members(twice) == ["198.51.100.11:4000", "198.51.100.11:4000", "198.51.100.12:4000"]
    assert start_facts.master_map_size(started(*SECOND_START)) == 2


@pytest.mark.parametrize(("old", "new"), [
    *(("/198.51.100.12:4000", f"{one}/198.51.100.12:4000") for one in ("", "das2", "das2.example.com")),
    *(("wka|", SCHEME.format(one)) for one in ("multicast.MulticastBased", "aws.AWSBased", "general.General")),
])  # fmt: skip
def test_who_joined_is_named_by_address_whatever_scheme_is_used_and_no_spark_worker_of_its_own_group(old, new):
    assert start_facts.joined_members(changed(old, new)) == ["198.51.100.12:4000"]
    worker = "spark|Member joined the Carbon Analytics Execution cluster : Member [1.2.3.4]:4000"
    assert start_facts.joined_members(started(FIRST_START[0], worker)) == []


def test_the_last_sync_counts():
    failed = "ha|CEP HA State syncing failed, No execution plans exist for tenant  -1234"
    assert start_facts.last_sync(started(FIRST_START[0], failed, *SECOND_START[1:])).message.endswith("synced.")
    assert "failed" in start_facts.last_sync(started(*SECOND_START, failed)).message


@pytest.mark.parametrize("fact", [start_facts.local_member, start_facts.master_map_size, start_facts.last_sync])
def test_a_fact_that_is_not_there_is_reported_with_its_line_and_section(fact):
    with pytest.raises(AssertionError, match=r"node1 start 1 of 1 \(a.log:1-1\): found no line .*Starting the cluster"):
        fact(started(FIRST_START[0]))


def members(*addresses):
    host_and_port = (one.split("|") for one in addresses)
    listed = "".join(members_xml(host, port=port) for host, port in host_and_port)
    return Axis2(XmlSource("node1", AXIS2, axis2_xml("node1", members=listed))).members


@pytest.mark.parametrize("second", ["${node2.host}|4000", "das2.example|${hz.port}"])
def test_a_member_that_the_product_looks_up_is_not_assessed(second):
    with pytest.raises(NotAssessed, match=r"node1 .*axis2.xml:10 .*found '\$\{.*which the product replaces"):
        start_facts.added_as_listed(ADDED, members("198.51.100.11|4000", second))


@pytest.mark.parametrize(("added", "listed", "alike"), [
    *((ADDED, ("198.51.100.11|4000", one), True) for one in ("DAS2.example.|4000", " das2.example | 4000 ")),
    (ADDED, ("198.51.100.11|4000", "das3.example|4000"), False),
    (ADDED, ("198.51.100.99|4000", "${node2.host}|4000"), False),
    ([*ADDED, "203.0.113.9:4000"], ("198.51.100.11|4000", "${node2.host}|4000"), False),
    ([*ADDED, ADDED[1]], ("198.51.100.11|4000", "${node2.host}|4000"), False),
    (ADDED[:1], ("198.51.100.11|4000", "das2.example|4000"), False),
])  # fmt: skip
def test_members_are_those_that_were_added_in_any_spelling_or_fail(added, listed, alike):
    assert bool(start_facts.added_as_listed(added, members(*listed))) is alike
