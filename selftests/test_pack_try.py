"""`pack try`: every step's place, what it changed, what could not be tried, and what the pair meets then."""

import argparse
import io
import re
import shutil
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from conformance.pack import fetch, lock, product_parts
from conformance.pack.handed_home import open_home
from conformance.pack.steps import das_base
from conformance.session.commands.pack_try import command, unlike
from conformance.session.commands.pack_try.report import Verdicts
from sabotage import stock_home
from selftests import forked, page_home, vendor_shaped
from selftests.home_paths import AXIS2, REGISTRY, SPARK, SPARK_ENVIRONMENT, USERS
from selftests.vendor_shaped import make
from selftests.whole_run import PROJECT

GREEN = {"CLU-01": {"verdict": "pass", "level": "must", "message": ""}}


def verdicts(code=0, results=None):
    return lambda pair: Verdicts(results or GREEN, code, Path("reports/out/try-x"))


def tried(path, judging=None):
    out = io.StringIO()
    more = (judging,) if judging else ()
    with redirect_stdout(out):
        code = command.run(argparse.Namespace(home=path), *more)
    return code, out.getvalue().splitlines()


def step(lines, number):
    return next(line for line in lines if line.startswith(f"  {number:4} "))


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The command on a whole home of the vendor's shape, the pair really judged; the driver was fetched before."""
    driver = fetch.MavenRepository().path(lock.load().artifact("jdbc-driver"))
    driver.parent.mkdir(parents=True)
    driver.write_bytes(page_home.jar("com.mysql.jdbc.Driver"))
    code, lines = tried(make(tmp_path_factory.mktemp("vendor"), jars=True))
    yield code, lines
    # A user's own runs are there, too.
    for folder in re.findall(r"reports/out/try-[\w-]+", "\n".join(lines)):
        shutil.rmtree(PROJECT / folder)


def test_every_step_finds_its_place_in_a_home_of_the_vendors_shape(whole):
    code, lines = whole
    assert code == 0
    changed = [step(lines, number).split()[-3:] for number in ("1 a", "1 b", "1 c", "1 d", "2", "3", "4", "6", "7")]
    assert all(added.startswith("+") and removed.startswith("-") for _, added, removed in changed)
    assert [path.rpartition("/")[2] for path, _, _ in changed] == [
        *("master-datasources.xml", "analytics-datasources.xml", "user-mgt.xml", "registry.xml", "axis2.xml"),
        *("event-processor.xml", "spark-defaults.conf", "load-spark-env-vars.sh", "my-node-id.dat"),
    ]


def test_the_pair_meets_each_requirement_of_files_but_memory_and_what_is_unlike_the_labs_pack_is_listed(whole):
    _, lines = whole
    about = [line.split()[:3] for line in lines if line.startswith(("  fail ", "  error "))]
    listed = lines[2 : lines.index("")]
    assert about == [["fail", "PRE-01", "(should)"]]
    assert [line.split("  ")[1].strip() for line in listed] == [
        *("kernel", "Hazelcast", "logging", "taskServerCount", "hazelcast.properties", "heap", "event processing"),
        "schema",
    ]
    assert "-Xmx2048m in bin/wso2server.sh" in listed[5]


def test_diffs_keep_line_ends_and_show_no_password(whole):
    _, lines = whole
    shown = lines[lines.index(f"+++ {AXIS2} (CRLF)") :]
    assert '-        <parameter name="membershipScheme">multicast</parameter>' in shown
    assert '+        <parameter name="membershipScheme">wka</parameter>' in shown
    text = "\n".join(lines)
    assert not [secret for secret in ("of-the-database", "of-the-admin", "local-secret") if secret in text]


def test_a_place_that_is_not_there_fails_the_trial_and_the_other_steps_go_on(tmp_path):
    home = make(tmp_path)
    (home / REGISTRY).write_text("<wso2registry/>")
    code, lines = tried(home, verdicts())
    assert code == 1
    assert "FAILED: repository/conf/registry.xml: nothing at /wso2registry/dbConfig" in step(lines, "1 d")
    assert "axis2.xml +" in step(lines, "2")


def test_a_file_that_is_not_there_leaves_its_step_untried_and_a_home_of_data_alone_lacks_the_bundles(tmp_path):
    home = make(tmp_path, without=(SPARK_ENVIRONMENT,))
    code, lines = tried(home, verdicts())
    assert code == 0
    assert f"not tried: {SPARK_ENVIRONMENT} is not in this home" in step(lines, "6")
    assert [line for line in lines if line.startswith("  bundles") and "org.wso2.carbon.core" in line]


def test_what_fails_and_what_is_open_is_named_with_its_message(tmp_path):
    results = {
        **GREEN,
        "DS-01": {"verdict": "fail", "level": "must", "message": "found x\nmore"},
        "DEP-01": {"verdict": "not-assessed", "level": "must", "message": "not handed in"},
    }
    code, lines = tried(make(tmp_path), verdicts(1, results))
    assert code == 1
    assert "  fail         DS-01 (must) found x" in lines
    assert "  not-assessed DEP-01 (must) not handed in" in lines


def test_the_home_itself_is_not_written_and_the_exit_code_is_that_of_the_run_that_judges(tmp_path):
    home = make(tmp_path)
    assert tried(home, verdicts(5))[0] == 5
    found = {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()}
    assert found == set(vendor_shaped.files(jars=False))
    assert b'enable="false"' in (home / AXIS2).read_bytes()


@pytest.mark.parametrize("made", ["missing", "empty", "unreadable"])
def test_what_is_no_readable_home_ends_with_one_line_and_code_4(tmp_path, capsys, made):
    home = tmp_path / "home"
    if made == "empty":
        home.mkdir()
    if made == "unreadable":
        make(home)
        (home / REGISTRY).unlink()
        (home / REGISTRY).symlink_to("/etc/hostname")
    code = command.run(argparse.Namespace(home=home), verdicts())
    out, err = capsys.readouterr()

    assert (code, out, err.count("\n")) == (4, "", 1)
    assert err.startswith(f"error: {home}")


def test_the_labs_own_files_are_unlike_in_nothing(tmp_path):
    home = stock_home.make(tmp_path / "home")
    shutil.copytree(das_base.FILES, home, dirs_exist_ok=True)
    names = [*(name for name in product_parts.BUNDLES if name not in ("org.wso2.carbon.core", "hazelcast"))]
    jars = [*(f"{name}-1.0.jar" for name in names), "org.wso2.carbon.core_4.5.1.jar", "hazelcast_3.12.2.wso2v1.jar"]
    (home / product_parts.PLUGINS).mkdir(parents=True)
    for jar in jars:
        (home / product_parts.PLUGINS / jar).touch()
    assert unlike.differences(open_home(home), home) == []


def test_a_run_on_a_home_of_data_alone_ends_at_once_with_code_4(tmp_path):
    code, output = forked.run("pytest", "-c", "pyproject.toml", "-pno:cacheprovider", "--das-pack", str(make(tmp_path)))
    assert code == 4
    (said,) = [line for line in output.splitlines() if line.strip()]
    assert said.startswith(f"ERROR: {tmp_path}: no node can be started of it; missing: repository/components/plugins")
    assert said.endswith("hand in the vendor's whole wso2das-3.1.0.zip, or the folder that it unpacks to")


def test_a_password_of_the_home_is_hidden_in_comments_too(tmp_path):
    home = make(tmp_path)
    edits = {USERS: ("<Password>first<", "<Password>Zx81-of-theirs<")}
    edits[SPARK] = ("# one node", "# ask for Zx81-of-theirs")
    for path, (before, after) in edits.items():
        (home / path).write_text((home / path).read_text().replace(before, after))
    _, lines = tried(home, verdicts())

    assert [line for line in lines if line.startswith(" # ask for masked-")]
    assert "Zx81-of-theirs" not in "\n".join(lines)
