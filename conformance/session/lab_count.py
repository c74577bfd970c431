"""How many labs a machine has room for."""

import os

AUTO = "auto"
#: Values of --labs.
CHOICES = ("1", "2", AUTO)
#: What a lab takes for itself, so that its measured times are its own: cores, and bytes of memory.
CORES, MEMORY = 4, 8 << 30


def of(text: str | None) -> int:
    """The number that --labs means on this machine; one where it is not given."""
    if text != AUTO:
        return int(text or 1)
    # Only here: few runs ask for it.
    import psutil

    return fitting(len(os.sched_getaffinity(0)), psutil.virtual_memory().available)


def fitting(cores: int, free: int) -> int:
    """One or two labs, by the cores of a machine and its free memory in bytes."""
    return max(1, min(2, cores // CORES, free // MEMORY))


def note(text: str | None, labs: int) -> str:
    """Why `auto` gives one lab; "" where nothing needs to be said."""
    wanted = f"{2 * CORES} cores and {2 * MEMORY >> 30} GB of free memory"
    return f"one lab: for two this machine should have {wanted}" if text == AUTO and labs == 1 else ""
