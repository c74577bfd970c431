"""The pytest plugin that breaks a whole lab on purpose; the option --lab-sabotage names the sabotage."""

from functools import partial

from conformance.targets.shared.choice import LabChange


def pytest_conformance_lab_change(name: str) -> LabChange:
    """See conformance.session.hooks. An unknown name raises ConformanceError when the lab is made."""
    # Imported late: few runs use a wrong lab.
    from sabotage import live

    return partial(live.break_homes, name)
