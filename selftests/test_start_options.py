"""Which options the start script gives to the server's JVM, and which only a running shell can tell."""

import pytest

from conformance.node.home.start_options import PORT_OFFSET, StartOptions

START = "$JAVACMD -Xmx1g $JAVA_OPTS -Dcarbon.home=x org.wso2.carbon.bootstrap.Bootstrap $*"


def option(text, **more):
    return StartOptions("node1", text, **more).option(PORT_OFFSET)


@pytest.mark.parametrize(
    "text",
    [
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
        f'setenv JAVA_OPTS "-DportOffset=3"\n{START}',
        f'readonly JAVA_OPTS="-DportOffset=3"\n{START}',
        'export JAVA_OPTS="-DportOffset=3"',
        f'JAVA_OPTS="-DportOffset=3"\nif [ "$CMD" = "--debug" ]; then\n  JAVA_OPTS="-Xdebug"\nfi\n{START}',
        f'JAVA_OPTS="-DportOffset=3"\n  JAVA_OPTS="-Xdebug"\n{START}',
        f'JAVA_OPTS="-DportOffset=1"\n{START.replace("-Dcarbon", "-DportOffset=3 -Dcarbon")}',
        f'JAVA_OPTS="-DportOffset=3"\n{START.replace("-Xmx1g", "-DportOffset=1")}',
        'case "$1" in\nstart)\n  java -DportOffset=3 org.wso2.carbon.bootstrap.Bootstrap;;\nesac',
        "  -DportOffset=3 \\\n",
        f'[ -z "$JAVA_OPTS" ] && JAVA_OPTS="-DportOffset=3"\n{START}',
        f'[ -n "$JAVA_OPTS" ] || JAVA_OPTS="-DportOffset=3"\n{START}',
        f'cd "$HOME" && export A=b && export JAVA_OPTS="-DportOffset=3"\n{START}',
        f'[ -d x ] || exit 1\nJAVA_OPTS="-DportOffset=3"\n{START}',
        f'set -- "$@" -DportOffset=3\n{START}',
        f'set -- "$@" -DportOffset=3\n{START.replace("$*", "$@")}',
        f'eval "JAVA_OPTS=\\"\\$JAVA_OPTS -DportOffset=3\\""\n{START}',
        f"eval eval JAVA_OPTS=-DportOffset=3\n{START}",
        f'JAVA_OPTS=-DportOffset=3\ncat <<-"EOF" > x\nJAVA_OPTS="-DportOffset=1"\n\tEOF\n{START}',
        f"cat <<< JAVA_OPTS\nJAVA_OPTS=-DportOffset=3\n{START}",
    ],
)
def test_an_offset_of_the_start_is_read(text):
    found = option(text)

    assert found is not None
    assert (found.value, found.certain) == ("3", True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        START,
        f"# JAVA_OPTS=-DportOffset=3\n{START}",
        f'#export JAVA_OPTS="-DportOffset=3"\n{START}',
        f"{START} # -DportOffset=3",
        f'echo "usage: wso2server.sh -DportOffset=3"\n{START}',
        f"EXAMPLE=-DportOffset=3\n{START}",
        f'JAVA_OPTS="-DportOffset=3"\nJAVA_OPTS=""\n{START}',
        f'JAVA_OPTS="-DportOffset=3"\nunset JAVA_OPTS\n{START}',
        f"JAVA_OPTS=-DmyportOffset=3\n{START}",
        f'JAVA_OPTS="-DportOffset=3\n{START}',
        f"cat <<EOF\nJAVA_OPTS=-DportOffset=3\nEOF\n{START}",
        "eval " * 2000,
        "\x00\ufffd$(`",
    ],
)
def test_what_gives_none_tells_none(text):
    assert option(text) is None


@pytest.mark.parametrize(
    "text",
    [
        f'if [ "$NODE" = 2 ]; then\n  JAVA_OPTS="-DportOffset=3"\nfi\n{START}',
        f'if [ "$NODE" = 1 ]; then\n JAVA_OPTS="-DportOffset=1"\nelse\n JAVA_OPTS="-DportOffset=2"\nfi\n{START}',
        f'if [ -z "$X" ]; then\n JAVA_OPTS=a\nelse\n JAVA_OPTS="-DportOffset=2"\nfi\n{START}',
        f'case $(hostname) in\ndas2)\n  JAVA_OPTS="-DportOffset=3";;\nesac\n{START}',
        f'JAVA_OPTS="-DportOffset=1"\nif [ -f x ]; then JAVA_OPTS="-DportOffset=3"; fi\n{START}',
        f'[ "$HOSTNAME" = das2 ] && JAVA_OPTS="-DportOffset=3"\n{START}',
        f'[ "$HOSTNAME" = das2 ] && [ -z "$JAVA_OPTS" ] &&\n  JAVA_OPTS="-DportOffset=3"\n{START}',
        f'[ -z "$BASE" ] || JAVA_OPTS="-DportOffset=3"\n{START}',
        f'. ./none.sh || JAVA_OPTS="-DportOffset=3"\n{START}',
        f'[ "$X" = 1 ] && {{ A=b; JAVA_OPTS="-DportOffset=3"; }}\n{START}',
        f'if [ -z "$A" ] && [ "$X" = 1 ]; then JAVA_OPTS="-DportOffset=3"; fi\n{START}',
        f'if\n  true; then JAVA_OPTS="-DportOffset=3"; fi\n{START}',
        f'offset() {{\n  JAVA_OPTS="-DportOffset=3"\n}}\n{START}',
        f'function offset {{\n  JAVA_OPTS="-DportOffset=3"\n}}\n{START}',
        f'JAVA_OPTS=a\nif [ -z "$JAVA_OPTS" ]; then\n  JAVA_OPTS="-DportOffset=3"\nfi\n{START}',
    ],
)
def test_what_stands_in_a_branch_is_not_certain(text):
    assert not option(text).certain


def test_a_value_that_the_script_does_not_tell_stays_as_it_is():
    assert option(f'JAVA_OPTS="-DportOffset=$((BASE + 1))"\n{START}').value.startswith("$")
    assert option(f'JAVA_OPTS="-DportOffset=$OFFSET"\n{START}').value == "$OFFSET"


def test_the_place_is_that_of_the_line():
    assert str(option(f"\nexport JAVA_OPTS=-DportOffset=3\n{START}").value.where) == (
        "node1 bin/wso2server.sh:2 -DportOffset=3"
    )


@pytest.mark.parametrize(
    ("test", "certain"),
    [("[ -f x ] &&", True), ("if [ -r x ]; then", True), ("[ $X = 1 ] &&", False), ("[ -f x ] && A=b &&", False)],
)
def test_a_script_that_is_read_where_it_is_there_surely_counts(test, certain):
    text = f"{test} . ./setenv.sh\n{'fi' if 'if' in test else ''}\n{START}"

    assert option(text, sourced=lambda path: "export JAVA_OPTS=-DportOffset=3").certain is certain


@pytest.mark.parametrize(
    "word",
    [
        ". ./setenv.sh",
        '. "$CARBON_HOME/repository/../bin/setenv.sh"',
        'source "$CARBON_HOME/bin/setenv.sh"',
        '. "$(dirname "$0")/setenv.sh"',
    ],
)
def test_a_script_that_is_read_in_counts(word):
    scripts = {"bin/setenv.sh": "export JAVA_OPTS=-DportOffset=3\n. ./setenv.sh\n. ./other.sh"}
    found = option(f"[ -f x ] && {word}\n{START}", sourced=lambda path: scripts.get(path, ""))

    assert (found.value, found.value.where.path) == ("3", "bin/setenv.sh")


def test_values_that_double_each_other_end():
    text = "".join(f'A{n + 1}="$A{n}$A{n}"\n' for n in range(200))
    found = option(f'A0=-DportOffset=1\n{text}JAVA_OPTS="$A200 -DportOffset=2"\n{START}')

    assert found.value == "2"
