"""The part of the plugin by which two labs share a run: each test asks the lab in which its scenario happened."""

import pytest

from conformance.evidence import labs
from conformance.judgement.requirement import AFTERWARDS
from conformance.session.stash import RUN, written

#: The fixture on which all depends that is one lab's; the tests of the second are set up by it once more.
FIXTURE = "lab"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let the nouns of a test be those of its lab; its id stays as it is."""
    run = metafunc.config.stash.get(RUN, None)
    if not run or not run.second.nouns or FIXTURE not in metafunc.fixturenames:
        return
    # Only here: it brings the whole library.
    from conformance.disruption.scenarios import GROUPS

    # Those of a group have one lab: which of them a parameter means is not known yet.
    nouns = {noun for name in metafunc.fixturenames for noun in GROUPS.get(name, (name,))}
    if nouns & run.second.nouns:
        metafunc.parametrize(FIXTURE, [labs.SECOND], ids=[pytest.HIDDEN_PARAM], indirect=True, scope="session")


def pytest_report_collectionfinish(config: pytest.Config) -> list[str]:
    """Say how many labs there are, where that is not as it was asked for, or not always so."""
    run = config.stash.get(RUN, None)
    return [run.second.note] if run and run.second.note else []


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Whatever needs the second lab's answers waits for them."""
    run = item.config.stash.get(RUN, None)
    if run and (item.get_closest_marker(AFTERWARDS) or run.second.lab_of(item)):
        with written():
            run.second.join()
