"""The plugin's part for two labs: each test uses the lab in which its scenario ran."""

import pytest

from conformance.evidence import labs
from conformance.judgement.requirement import AFTERWARDS
from conformance.session.stash import RUN, ending_the_run_if_unwritable

#: The fixture that everything of one lab depends on; for tests of the second lab it is set up again.
FIXTURE = "deployment"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Use the objects of its lab for a test, without changing its id."""
    run = metafunc.config.stash.get(RUN, None)
    if not run or not run.second.nouns or FIXTURE not in metafunc.fixturenames:
        return
    # Imported only here: it loads the whole library.
    from conformance.disruption.scenarios import GROUPS

    # The scenarios of a group are in one lab; which one a parameter means is not known yet.
    nouns = {noun for name in metafunc.fixturenames for noun in GROUPS.get(name, (name,))}
    if nouns & run.second.nouns:
        metafunc.parametrize(FIXTURE, [labs.SECOND], ids=[pytest.HIDDEN_PARAM], indirect=True, scope="session")


def pytest_report_collectionfinish(config: pytest.Config) -> list[str]:
    """Show the number of labs if it differs from what was asked for, or may differ."""
    run = config.stash.get(RUN, None)
    return [run.second.note] if run and run.second.note else []


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Wait for the second lab's answers if a test needs them."""
    run = item.config.stash.get(RUN, None)
    if run and (item.get_closest_marker(AFTERWARDS) or run.second.lab_of(item)):
        with ending_the_run_if_unwritable():
            run.second.join()
