"""The mask that stands for a secret: equal secrets of one run have equal masks, and no mask leads back to a secret.

Without the digest in it no one could judge from a report whether two nodes have the same password. The key of the
digest is random, never written, and gone with the process: a short password cannot be guessed from its mask.
"""

import hashlib
import hmac
import re
import secrets

#: What stands in masks of runs of before this one, and where it is of no use whether two secrets are equal.
PLAIN_MASK = "********"
#: What every mask of a run begins with.
PREFIX = "masked-"
#: A mask: letters, digits and a hyphen, so that no parser takes it apart.
MASKED = re.compile(rf"{PREFIX}[0-9a-f]{{8}}|\*{{4,}}")
_KEY = [secrets.token_bytes(32)]
#: What stands where a secret would: nothing, yes and no, a placeholder (the page's own, a row of x), a reference.
_NO_SECRET = re.compile(
    r"|true|false|yes|no|on|off|null|none|nil|undefined|n/a|\[password\]|x{3,}"
    r"|\$\((?!\s*(?:echo|printf)\b)[^)]*\)|`(?!\s*(?:echo|printf)\b)[^`]*`"
    r"|\$\{[\w.:-]+\}|\$[A-Z_][A-Z0-9_]*|%[A-Z_][A-Z0-9_]*%|\{\{[\w .:-]+\}\}"
    r"|secretalias:.*|\$secret\{.*",
    re.IGNORECASE | re.DOTALL,
)
_SHELL_NAME = re.compile(r"\$[A-Za-z_]\w*")


def mask(secret: str) -> str:
    """What is written instead of `secret`; a mask stays as it is."""
    if is_mask(secret):
        return secret
    return PREFIX + hmac.new(_KEY[0], secret.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:8]


def renew() -> None:
    """Masks from now on have another key: for a process that goes on with another run than the one it came from."""
    _KEY[0] = secrets.token_bytes(32)


def is_mask(text: str) -> bool:
    """Whether a text is a mask already, of this run or of another."""
    return MASKED.fullmatch(text) is not None


def is_secret(value: str) -> bool:
    """Whether a value in a secret's place is one: no mask, no placeholder, no reference to where the secret is."""
    if _SHELL_NAME.fullmatch(value) and not value.isupper():
        return True
    return _NO_SECRET.fullmatch(value) is None and not is_mask(value)


def is_masked_form(masked: str, text: str) -> bool:
    """Whether `masked` is `text` with something masked in it, whatever the masks say."""
    first, *others = MASKED.split(masked)
    if not others:
        return masked == text
    last = others.pop()
    end = len(text) - len(last)
    if not (text.startswith(first) and text.endswith(last) and len(first) <= end):
        return False
    at = len(first)
    for part in others:
        at = text.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return True
