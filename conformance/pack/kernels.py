"""The Carbon kernels of a pack, by version: options name them, also in a run that loads nothing of a pack."""

#: The first is the default.
KERNELS = ("4.5.1", "4.4")
