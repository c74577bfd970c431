"""Compares a datasource's pool with the page's values (Required configurations, steps 1.1 and 1.2)."""

import re
from collections.abc import Callable
from typing import NamedTuple

from conformance.judgement.located import Located
from conformance.node.home.datasources import Datasource
from conformance.node.home.stated import stated

#: Any query that MySQL answers at once with one row, without reading a table.
_PROBE = re.compile(
    r"(/\*.{0,99}\*/)?\s*select\s(?!.*\bfrom\b(?!\s+dual\s*;?$))[^;]{1,200};?", re.IGNORECASE | re.DOTALL
)


def is_true(value: str) -> bool:
    """A boolean of XML Schema, as in a datasource file; the product ignores one in capitals."""
    return value.strip() in ("true", "1")


def is_false(value: str) -> bool:
    """See is_true."""
    return value.strip() in ("false", "0")


class _Setting(NamedTuple):
    """The page's value, the default of the pool (tomcat-jdbc), and a test for values that are as good."""

    name: str
    page: str
    default: str | None
    serves: Callable[[Located], bool]


_SETTINGS = (
    # docs/product/database.md#data-source-files
    _Setting("maxActive", "50", "100", lambda value: value.int_(plain=True) >= 50 or value.int_(plain=True) < 1),
    _Setting("maxWait", "60000", "30000", lambda value: value.int_(plain=True) >= 60000 or value.int_(plain=True) <= 0),
    _Setting("testOnBorrow", "true", "false", is_true),
    _Setting("validationQuery", "SELECT 1", None, lambda value: bool(_PROBE.fullmatch(value.strip()))),
    _Setting("validationInterval", "30000", "30000", lambda value: value.int_(plain=True) <= 30000),
)


def weaker(datasource: Datasource) -> str:
    """Each setting weaker than the page's, followed by all five; "" if there is none.

    A larger pool, a longer or endless wait and a more frequent check are as good. NotAssessed for a system property;
    AssertionError for a value that should be a number.
    """
    less = [f"{value.found}, the page has {s.page!r}" for s, value in _lesser(datasource)]
    if not less:
        return ""
    beside = ", ".join(f"{s.name} {value.describe()} ({s.page})" for s, value in _values(datasource))
    return "\n".join([*less, f"all of them, the page's in parentheses: {beside}"])


def page_values(datasource: Datasource) -> dict[str, str]:
    """The page's values for all weaker settings. Unlike `weaker`, an invalid number counts as weaker."""
    return {setting.name: setting.page for setting, _ in _lesser(datasource, lenient=True)}


def _values(datasource: Datasource) -> list[tuple[_Setting, Located]]:
    return [(one, stated(datasource.setting(one.name, default=one.default))) for one in _SETTINGS]


def _lesser(datasource: Datasource, *, lenient: bool = False) -> list[tuple[_Setting, Located]]:
    return [(one, value) for one, value in _values(datasource) if not _serves(one, value, lenient=lenient)]


def _serves(setting: _Setting, value: Located, *, lenient: bool) -> bool:
    try:
        return setting.serves(value)
    except AssertionError:
        if lenient:
            return False
        raise
