"""Masks for secrets: equal secrets of a run have equal masks, and a mask does not reveal its secret.

The digest in a mask shows whether two nodes have the same password. Its key is random, never written, and gone with the
process, so that even a short password cannot be guessed from its mask.
"""

import hashlib
import hmac
import re
import secrets

from conformance.text.late_pattern import late

#: Prefix of every mask of a run.
PREFIX = "masked-"
#: A mask: letters, digits and a hyphen, so that no parser splits it; or asterisks, in old runs.
MASKED = late(rf"{PREFIX}[0-9a-f]{{8}}|\*{{4,}}")
_KEY = [secrets.token_bytes(32)]
#: Values that are not secrets: nothing, yes and no, a placeholder (the page's own, a row of x), a reference.
_NO_SECRET = late(
    r"|true|false|yes|no|on|off|null|none|nil|undefined|n/a|\[password\]|x{3,}"
    r"|\$\((?!\s*(?:echo|printf)\b)[^)]*\)|`(?!\s*(?:echo|printf)\b)[^`]*`"
    r"|\$\{[\w.:-]+\}|\$[A-Z_][A-Z0-9_]*|%[A-Z_][A-Z0-9_]*%|\{\{[\w .:-]+\}\}"
    r"|secretalias:.*|\$secret\{.*",
    re.IGNORECASE | re.DOTALL,
)
_SHELL_NAME = late(r"\$[A-Za-z_]\w*")


def mask(secret: str) -> str:
    """The mask for `secret`; a mask stays unchanged."""
    if is_mask(secret):
        return secret
    return PREFIX + hmac.new(_KEY[0], secret.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:8]


def renew() -> None:
    """Use a new key from now on, for a process that starts another run."""
    _KEY[0] = secrets.token_bytes(32)


def is_mask(text: str) -> bool:
    """Whether a text is already a mask, of any run."""
    return MASKED.fullmatch(text) is not None


def is_secret(value: str) -> bool:
    """Whether a value in a secret's place is a secret: not a mask, a placeholder or a reference to the secret."""
    if _SHELL_NAME.fullmatch(value) and not value.isupper():
        return True
    return _NO_SECRET.fullmatch(value) is None and not is_mask(value)


def is_masked_form(masked: str, text: str) -> bool:
    """Whether `masked` is `text` with parts of it masked, whatever the masks."""
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
