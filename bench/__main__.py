"""`python -m bench fuzz ...`, which is `python -m bench.fuzz`; the other measurements are modules of their own."""

from __future__ import annotations

import sys

_USAGE = "usage: python -m bench fuzz [--minutes N] [FILE ...]; other measurements: python -m bench.NAME"


def main(argv: list[str]) -> int:
    """Run it; 2 for another word."""
    if argv[:1] != ["fuzz"]:
        print(_USAGE, file=sys.stderr)
        return 2
    # Only here: it needs what only the self-tests install.
    from bench import fuzz

    return fuzz.main(argv[1:])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
