"""Recognizes values that are not in the files: system properties, and secrets from the secure vault."""

import re

from conformance.judgement.located import Located
from conformance.judgement.requirement import not_assessed

#: Prefix of a secret's alias in place of a value; datasource files may use it in any element.
ALIAS = "secretAlias:"

#: What happens to a `${name}` that the product does not look up.
UNREPLACED = "not replaced by the product"

_HIDDEN = re.compile(rf"\s*(?:{ALIAS}|\$secret\{{)")


def is_stated(value: str) -> bool:
    """Whether the text is the value itself, not a name that the product looks up at its start."""
    begin = value.find("${")
    return not (_HIDDEN.match(value) or (begin >= 0 and "}" in value[begin:]))


def is_property(value: str) -> bool:
    """Whether the text contains a `${name}`."""
    return "${" in value


def literal(value: Located) -> Located:
    """This value, from a file without replacement. AssertionError if it contains a `${name}`."""
    if is_property(value):
        raise AssertionError(
            f"{value.found}, which is {UNREPLACED}; expected the value itself, as of a rendered template"
        )
    return value


def stated(value: Located) -> Located:
    """This value. NotAssessed if only the running product knows the real value."""
    if not is_stated(value):
        template = "; if its start does not give that, a template was not rendered" if is_property(value) else ""
        not_assessed(f"{value.found}, which the product replaces as it starts{template}")
    return value


def unlike(value: Located, expected: str) -> str:
    """How a value differs from `expected`, for the operator; "" if equal. NotAssessed for a property."""
    return "" if stated(value) == expected else f"{value.found}, expected {expected!r}"
