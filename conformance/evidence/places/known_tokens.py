"""Finds tokens and hashes that are recognizable by how they begin, anywhere in a text."""

import re
from collections.abc import Iterator

from conformance.evidence.places.place import Place
from conformance.text.late_pattern import late
from conformance.text.scanning import found_at

#: Lower-case beginnings that a service uses, each with the pattern of the rest.
_KNOWN = {
    **dict.fromkeys(("ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "xoxb-", "xoxp-"), r"[\w-]{10,}"),
    **dict.fromkeys(("npm_", "sk_live_", "rk_live_", "dop_v1_", "pypi-age"), r"[\w-]{16,}"),
    **dict.fromkeys(("hvs.", "ya29.", "sg."), r"(?=[\w.-]*\d)[\w.-]{20,}"),
    "aizasy": r"[\w-]{20,}",
    # The end of a web hook's address is its key.
    "hooks.slack.com/services/": r"[\w/]{8,}",
    # Password hashes, from which weak passwords can be found: bcrypt, then crypt with a salt.
    **dict.fromkeys(("$2a$", "$2b$", "$2y$"), r"\d\d\$[\w./]{20,}"),
    **dict.fromkeys(("$1$", "$5$", "$6$", "$y$"), r"(?:[\w.,=/-]{1,64}\$){1,2}[\w./]{16,}"),
}
_PATTERNS = {begin: late(rf"(?<![\w.-]){re.escape(begin)}{rest}", re.IGNORECASE) for begin, rest in _KNOWN.items()}
BEGINNINGS = tuple(_KNOWN)


def find(text: str, lower: str) -> Iterator[Place]:
    """Places of known tokens; of an address only its secret part."""
    for begin, pattern in _PATTERNS.items():
        for at in found_at(lower, begin):
            if found := pattern.match(text, at, at + 512):
                yield Place(found.start() if "/" not in begin else at + len(begin), found.end())
