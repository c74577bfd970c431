"""Forms in which secrets stand in homes, logs, commands and manifests, and values of several kinds in their places.

A file of data/secret_forms holds forms of one kind, parted by a line of `====`. What stands for a value in them:
«v» as it is, «q» without blanks, «s» letters, digits and signs of base64 only, «x» escaped for XML, «e» as references
to characters, «u» for a URL, «j» for JSON, «p» as \\uXXXX, «B» in base64, «b» in base64 behind a user's name.
"""

import base64
import html
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

_DATA = Path(__file__).resolve().parent / "data" / "secret_forms"
KINDS = ("xml", "properties", "shell", "json", "yaml", "log")
#: Values as people and generators choose them.
VALUES = ("Nq7rT2wzKd", "marigold", "Wy!t#9^e*m", "q9/LmA+r0Zc=", "naïve-Füchs7", "two brown foxes", "48210957")
_HEAD = "TID: [-1234] [] [2026-11-22 22:10:00,000] ERROR {org.example.Wrong} -  "
#: What stands before and behind a form.
AROUND = {
    "xml": ("<all>\n", "\n</all>"),
    "properties": ("a=b\n", "\nc=d\n"),
    "shell": ("#!/bin/sh\n", "\necho ok\n"),
    "json": ("", ""),
    "yaml": ("# settings\n", "\nzz: 1\n"),
    "log": (_HEAD, f"\n{_HEAD}next"),
}


def forms(kind: str) -> list[str]:
    """All forms of a kind; "shown" are those in which nothing shows some values to be secrets."""
    return (_DATA / f"{kind}.txt").read_text(encoding="utf-8").rstrip("\n").split("\n====\n")


def filled(form: str, value: str) -> tuple[str, list[str]]:
    """The form with a value in its places, and the ways in which the value is written there."""
    written = {
        "«v»": value,
        "«q»": value.replace(" ", "-"),
        "«s»": "".join(one for one in value if one.isascii() and (one.isalnum() or one in "/+=")),
        "«x»": html.escape(value),
        "«e»": "".join(f"&#{ord(one)};" for one in value),
        "«u»": quote(value, safe=""),
        "«j»": json.dumps(value)[1:-1],
        "«p»": "".join(f"\\u{ord(one):04x}" for one in value),
        "«B»": base64.b64encode(value.encode()).decode(),
        "«b»": base64.b64encode(f"admin:{value}".encode()).decode(),
    }
    used = [text for mark, text in written.items() if mark in form]
    for mark, text in written.items():
        form = form.replace(mark, text)
    return form, used


def pieces(text: str) -> Iterator[str]:
    """Parts of a value that give enough of it away: half of it, or all of a short one."""
    size = len(text) if len(text) < 8 else max(5, len(text) // 2)
    return (text[at : at + size] for at in range(len(text) - size + 1))
