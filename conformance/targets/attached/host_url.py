"""Whether the `host` of an inventory can be one: testinfra would fail on it in its own words, or hand on an option."""

from urllib.parse import parse_qs, unquote, urlsplit

_NAMELESS = "local"
_HIGHEST_PORT = 65535


def problem(url: str) -> str:
    """What is wrong with it; "" if it can be a host."""
    if not url.isprintable() or " " in url:
        return "holds a blank or a control character"
    try:
        told = urlsplit(url)
        port = told.port or 1
    except ValueError as wrong:
        return str(wrong)[:100]
    if told.scheme == _NAMELESS:
        return ""
    _, _, name = told.netloc.rpartition("@")
    if not unquote(name.partition("]")[0].strip("[") if name.startswith("[") else name.partition(":")[0]).strip():
        return "names no host"
    if port > _HIGHEST_PORT:
        return f"port {port} is not a port number"
    given = [*told.netloc.split("@"), *(one for values in parse_qs(told.query).values() for one in values)]
    if any(unquote(one).startswith("-") for one in given):
        return "holds a name that begins with a hyphen, which commands take for an option"
    return ""
