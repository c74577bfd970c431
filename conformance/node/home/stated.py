"""Values that the files do not tell: system properties, and secrets that the secure vault fills in."""

import re

from conformance.judgement.located import Located
from conformance.judgement.requirement import not_assessed

#: How a secret's alias stands in the place of a value; datasource files may mask any element with it.
ALIAS = "secretAlias:"

#: What becomes of a `${name}` where the product looks up none.
UNREPLACED = "not replaced by the product"

_HIDDEN = re.compile(rf"\s*(?:{ALIAS}|\$secret\{{)")


def is_stated(value: str) -> bool:
    """Whether the text is the value itself, and not the name of something that the product looks up as it starts."""
    begin = value.find("${")
    return not (_HIDDEN.match(value) or (begin >= 0 and "}" in value[begin:]))


def is_property(value: str) -> bool:
    """Whether the text holds a `${name}`."""
    return "${" in value


def literal(value: Located) -> Located:
    """The same value, read where the product replaces nothing. AssertionError when it holds a `${name}`."""
    if is_property(value):
        raise AssertionError(f"{value.found}, which is {UNREPLACED}; expected the value itself")
    return value


def stated(value: Located) -> Located:
    """The same value. NotAssessed when only the running product knows what it becomes."""
    if not is_stated(value):
        not_assessed(f"{value.found}, which the product replaces as it starts")
    return value
