"""The pytest plugin that breaks a whole lab on purpose: the option --lab-sabotage names how."""

from functools import partial

from conformance.targets.shared.choice import LabChange


def pytest_conformance_lab_change(name: str) -> LabChange:
    """See conformance.session.hooks. An unknown name is a ConformanceError when the lab is made."""
    # Only here: few runs are of a lab with a wrong setting.
    from sabotage import live

    return partial(live.break_homes, name)
