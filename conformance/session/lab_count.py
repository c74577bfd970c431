"""How many labs a machine can run."""

import os

AUTO = "auto"
#: Values of --labs.
CHOICES = ("1", "2", AUTO)
#: What each lab needs, so that its measured times are not distorted: cores, and bytes of memory.
CORES, MEMORY = 4, 8 << 30


def of(text: str | None) -> int:
    """The number of labs that --labs means on this machine; 1 by default."""
    if text != AUTO:
        return int(text or 1)
    # Imported only here: few runs need it.
    import psutil

    return fitting(len(os.sched_getaffinity(0)), psutil.virtual_memory().available)


def fitting(cores: int, free: int) -> int:
    """One or two labs, depending on the cores and the free memory in bytes."""
    return max(1, min(2, cores // CORES, free // MEMORY))


def note(text: str | None, labs: int) -> str:
    """Why `auto` means one lab; "" if there is nothing to say."""
    wanted = f"{2 * CORES} cores and {2 * MEMORY >> 30} GB of free memory"
    return f"one lab: for two this machine should have {wanted}" if text == AUTO and labs == 1 else ""
