"""A repair where something is in its way: secrets beside a value, bytes that are no text, one home alone."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.errors import ConformanceError
from conformance.evidence.learning import learn_homes
from conformance.evidence.redaction import Redactor
from conformance.evidence.witness import Witness
from conformance.judgement.catalogue import Kind, Level, load
from conformance.judgement.verdict import RequirementResult, Verdict
from conformance.project import CATALOGUE, SUITES
from conformance.repair import workout
from conformance.repair.bench import Bench
from conformance.repair.outcome import Outcome
from conformance.session.repair_of_run import changed_since
from conformance.targets.snapshot.deployment import SnapshotDeployment
from selftests import vendor_shaped
from selftests.home_paths import ANALYTICS, AXIS2, MASTER, SPARK
from selftests.test_repair import NODES, TOPOLOGY
from selftests.whole_run import PROJECT

KNOWN = load(PROJECT / SUITES / CATALOGUE)
STORES = ("DS-04", "DS-05", "DS-06")
Edit = Callable[[str], str]


def bench(folder: Path, *, nodes: int = 2) -> Bench:
    deployment, redactor = SnapshotDeployment(folder, nodes), Redactor()
    learn_homes(redactor, deployment.nodes)
    return Bench(deployment, redactor, deployment.stated_database)


def worked(folder: Path, *requirements: str, nodes: int = 2) -> tuple[Bench, str]:
    """A bench on which these requirements were worked out, and what is asked then."""
    work = bench(folder, nodes=nodes)
    questions = workout.untried(work, requirements, KNOWN)
    return work, "\n".join(f"{one.text} - {one.answer}" for one in questions)


def stock_pair(folder: Path) -> Path:
    """Two stock homes, and what they are to become."""
    for name in NODES:
        vendor_shaped.make(folder / name)
    (folder / "topology.toml").write_text(TOPOLOGY)
    return folder


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    return stock_pair(tmp_path)


def change(path: Path, edit: Edit) -> None:
    path.write_bytes(edit(path.read_bytes().decode()).encode())


def test_a_password_on_the_line_of_all_settings_leaves_them_to_be_written_by_hand(pair):
    change(
        pair / "node1" / ANALYTICS,
        lambda text: re.sub(r"(?<=<configuration>)(\s*<(url|user|pass).*\n)+", one_line, text),
    )
    work, questions = worked(pair, *STORES)
    assert "write the URL jdbc:mysql://198.51.100.13:3306/WSO2_ANALYTICS_EVENT_STORE_DB" in questions
    assert "no patch shows a line with a password" in questions
    assert b"local-secret" not in work.drafts["node1", ANALYTICS].patch


def one_line(found: re.Match[str]) -> str:
    return re.sub(r"\s*\n\s*", "", found[0])


def test_a_password_on_the_line_of_the_user_stays_where_it_is_and_one_in_a_url_is_in_no_patch(pair):
    change(pair / "node1" / ANALYTICS, lambda text: text.replace("</username>\n", "</username>"))
    secret = "jdbc:h2:tcp://db/x;USER=a;PASSWORD=of-the-url-1"
    change(pair / "node2" / ANALYTICS, lambda text: text.replace("jdbc:h2:repository/database/", secret, 1))
    work, _ = worked(pair, *STORES)
    draft = work.drafts["node1", ANALYTICS]
    assert draft.after.count(b"<username>das</username>") == 2
    assert b"local-secret" not in draft.patch
    assert all(b"of-the-url-1" not in draft.patch for draft in work.drafts.values())


def test_an_account_whose_url_cannot_stand_in_a_comment_is_left_to_the_operator(pair):
    change(pair / "node1" / ANALYTICS, lambda text: text.replace("LOCK_TIMEOUT=60000", "A=1--2"))
    work, questions = worked(pair, *STORES)
    assert "node1 repository/conf/datasources/analytics-datasources.xml: write the URL" in questions
    assert b"jdbc:mysql" not in work.drafts["node1", ANALYTICS].after
    assert b"jdbc:mysql" in work.drafts["node2", ANALYTICS].after


def test_without_a_stated_database_it_is_asked_for(pair):
    (pair / "topology.toml").write_text(TOPOLOGY.partition("[database]")[0])
    questions = workout.untried(bench(pair), ("DS-01", "DS-02", "DS-04"), KNOWN)
    (question,) = questions
    assert question.text.startswith("On which MySQL server are the shared databases")
    assert question.requirements == ("DS-01", "DS-02", "DS-04")
    assert "[database]" in question.answer


def test_without_stated_addresses_they_are_asked_for_once_each_and_of_several_the_operator_knows_which(pair):
    change(pair / "topology.toml", lambda text: text.replace('.11"', '.11", "203.0.113.11"'))
    assert "Its files and topology.toml name 198.51.100.11, 203.0.113.11." in worked(pair, "CLU-04")[1]
    (pair / "topology.toml").unlink()
    questions = workout.untried(bench(pair), ("CLU-03", "CLU-04", "EP-03", "EP-04"), KNOWN)
    asked = [f"Which address has {name}, by which its peer reaches it?" for name in NODES]
    assert [one.text for one in questions] == asked
    assert set(questions[0].requirements) == {"CLU-03", "CLU-04", "EP-03", "EP-04"}


def test_one_home_alone_is_repaired_as_far_as_it_goes(tmp_path):
    vendor_shaped.make(tmp_path / "node1")
    work, _ = worked(tmp_path, *{one.requirement for one in workout.REMEDIES} - {"DS-01", "DS-02", "DS-03"}, nodes=1)
    assert not work.problems
    names = {path.rpartition("/")[2] for _, path in work.drafts}
    assert {"axis2.xml", "event-processor.xml", "registry.xml", "spark-defaults.conf", "wso2server.sh"} <= names


@pytest.mark.parametrize("content", [
    b"<axisconfig>\0", b"<axisconfig>", '<?xml version="1.0" encoding="utf-16"?><axisconfig/>'.encode("utf-16"),
    None,
], ids=["no text", "not closed", "UTF-16", "missing"])  # fmt: skip
def test_a_file_that_is_none_costs_nothing_but_itself(pair, content):
    broken = pair / "node2" / AXIS2
    broken.unlink() if content is None else broken.write_bytes(content)
    work, _ = worked(pair, "CLU-01", "CLU-02", "SPK-02")
    assert ("node1", AXIS2) in work.drafts
    assert ("node2", SPARK) in work.drafts
    assert ("node2", AXIS2) not in work.drafts


@pytest.mark.parametrize("when", ["before", "while"])
def test_a_file_that_was_changed_meanwhile_gets_no_patch(pair, when):
    work = bench(pair)
    witness = Witness.silent()
    deployment = SnapshotDeployment(pair)
    if when == "before":
        path = SPARK
        witness.ask("node1", f"file {path}", lambda: "what was judged")
    workout.untried(work, ("SPK-02", "CLU-01"), KNOWN)
    if when == "while":
        change(pair / "node1" / SPARK, lambda text: text + "# more\n")
    outcome = Outcome({}, {}, work.drafts, ())
    changed = list(changed_since(outcome, deployment, witness))
    left = outcome.without(changed)

    assert changed == [("node1", SPARK)]
    assert left.problems == (f"node1 {SPARK}: was changed while it was judged, so it has no patch; repair again",)
    assert SPARK.encode() not in left.patches["node1"]
    assert AXIS2.encode() in left.patches["node1"]


def test_a_patch_in_which_something_would_be_masked_is_not_written(pair):
    work, _ = worked(pair, "SPK-02")
    outcome = Outcome({}, {}, work.drafts, ()).shown(lambda text: text.replace("carbon", "********"))
    assert outcome.patches == {}
    assert len(outcome.problems) == len(NODES)


@pytest.mark.parametrize(("table", "says"), [
    ('url = "jdbc:mysql://db:3306/userdb"\nuser = "das"', "url names a database"),
    ('url = "jdbc:h2:x"\nuser = "das"', "url is not a MySQL server's"),
    ('url = "jdbc:mysql://das:a-password@db:3306"\nuser = "das"', "url holds an account or a password"),
    ('url = "jdbc:mysql://db:3306?password=a-password"\nuser = "das"', "url holds an account or a password"),
    ('url = "jdbc:mysql://db:3306?useSSL=false&password=a-password"\nuser = "das"', "url holds an account or a pass"),
    ('url = "jdbc:mysql://db:3306?user=das"\nuser = "das"', "url holds an account or a password"),
    ('url = "jdbc:mysql://address=(host=db)(user=das)"\nuser = "das"', "url holds an account or a password"),
    *((f'url = "jdbc:mysql://x:a-password@db{one}"\nuser = "das"', "url is no such text") for one in "<>"),
    ('url = "jdbc:mysql://db:3306"', "user is missing"),
    ('url = "jdbc:mysql://db:3306"\nuser = ""', "user is missing"),
    *((f'url = "jdbc:mysql://db:3306"\nuser = "a{one}b"', "user is 'a") for one in ("<", ">", "&", r"\n", r"\u0000")),
    (f'url = "jdbc:mysql://db:3306"\nuser = "{"a" * 1025}"', "user has 1025 characters"),
    ('url = "jdbc:mysql://db:3306"\nuser = "das"\npassword = "a-password"', "unknown key password"),
    ('url = "jdbc:mysql://db:3306"\nuser = "das"\nusers = 3', "users is 3"),
])  # fmt: skip
def test_a_wrong_database_in_topology_toml_is_named(pair, table, says):
    (pair / "topology.toml").write_text(f"[database]\n{table}\n")
    with pytest.raises(ConformanceError) as problem:
        SnapshotDeployment(pair)
    assert says in problem.value.what
    assert "a-password" not in str(problem.value)


@pytest.mark.parametrize(("stated", "url"), [
    ('users = "people"', "jdbc:mysql://198.51.100.13:3306/people?useSSL=false"),
    ('users = " people "', "jdbc:mysql://198.51.100.13:3306/people?useSSL=false"),
    ("", "jdbc:mysql://198.51.100.13:3306/userdb?useSSL=false"),
    ("registry = 'links'", "jdbc:mysql://198.51.100.13:3306/links?useSSL=false"),
    ("events = 'raw'", "jdbc:mysql://198.51.100.13:3306/raw?useSSL=false"),
    ("processed = 'done'", "jdbc:mysql://198.51.100.13:3306/done?useSSL=false"),
])  # fmt: skip
def test_names_of_databases_may_be_stated(pair, stated, url):
    change(pair / "topology.toml", lambda text: text + stated + "\n")
    work, _ = worked(pair, "DS-01", "DS-02", "DS-04")
    assert url.encode() in b"".join(work.drafts["node1", path].after for path in (MASTER, ANALYTICS))


@pytest.mark.parametrize("parted", ["&", "&amp;"])
def test_options_of_the_databases_may_be_several(pair, parted):
    change(pair / "topology.toml", lambda text: text.replace("false", f"false{parted}useUnicode=true"))
    work, _ = worked(pair, "DS-01")
    after = work.drafts["node1", MASTER].after
    assert b"<url>jdbc:mysql://198.51.100.13:3306/userdb?useSSL=false&amp;useUnicode=true<" in after


def results(verdict: Verdict, *names: str) -> dict[str, RequirementResult]:
    return {name: RequirementResult(name, Level.MUST, Kind.FILES, verdict, "no XML\nmore") for name in names}


def test_what_cannot_be_judged_any_more_is_not_repaired():
    outcome = Outcome(results(Verdict.FAIL, "CLU-01"), results(Verdict.ERROR, "CLU-01"), {}, ())
    assert (outcome.repaired, outcome.left) == ([], [])
    assert outcome.as_json()["unjudged"] == {"CLU-01": "no XML"}
