"""`python -m reports verify BUNDLE`: derives a stored run's verdicts from its evidence again, and refuses what differs.

Written apart from what makes a bundle, of the standard library alone: this file works anywhere by itself. Not derived
again is what the sign-off tells beside verdicts and product (times, failovers, machine): it is sealed and signed only.
Exit codes: 0 verified, 1 refused (a line for each rule that is broken), 2 unreadable, 3 the run was never sealed.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import html
import io
import json
import re
import sys
import tarfile
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timezone
from functools import cached_property
from pathlib import Path
from typing import Any

_JUDGED = ("pass", "fail", "error")
_WORST_FIRST = ("fail", "error", "not-assessed", "waived", "pass", "not-applicable")
#: What may lie beside the sealed files: made from them, or logs to look around in.
_BESIDE = re.compile(r"manifest\.(json|sig)|junit\.xml|signoff\.html|logs/.*")
_CANARY = re.compile(rb"planted-key-[0-9a-f]{32}")
_LONGEST_WAIVER_DAYS = 90
_PEM_KEY = bytes.fromhex("302a300506032b6570032100")
_P, _L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_Point = tuple[int, int]


class _Bundle:
    """A stored run, its files by path; what is not of the form that a run writes raises whatever comes of that."""

    def __init__(self, files: dict[str, Callable[[], bytes]]) -> None:
        self.files = files
        self.key, self.reference, self.words = b"", b"", list[str]()

    def json(self, name: str) -> Any:
        return json.loads(self.files[name]())

    def lines(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.files[name]().decode("ascii").splitlines()]

    @cached_property
    def signoff(self) -> dict[str, Any]:
        return dict(self.json("signoff.json"))

    @cached_property
    def catalogue(self) -> dict[str, dict[str, Any]]:
        return {str(record["id"]): record for record in self.json("evidence/catalogue.json")}

    @cached_property
    def observations(self) -> dict[str, dict[str, Any]]:
        """By id, citations merged in."""
        found: dict[str, dict[str, Any]] = {}
        name = "evidence/observations.jsonl"
        for line in self.lines(name) if name in self.files else ():
            if "cite" in line:
                found[line["cite"]]["asked_by"].append(line["by"])
            elif found.setdefault(line["id"], line) is not line:
                raise ValueError(f"observation {line['id']} is there twice")
        return found

    def answer(self, line: dict[str, Any]) -> Any:
        """The answer of an observation, out of its blob if it has one."""
        if "blob" not in line:
            return line["answer"]
        text = self.files[f"evidence/blobs/{line['blob']}.txt"]().decode("utf-8", "surrogatepass")
        return text if line["blob_kind"] == "text" else json.loads(text)

    @cached_property
    def tests(self) -> dict[str, dict[str, Any]]:
        """By id: requirements, findings, evidence, and state: selected, ended, unfinished or left_out."""
        found: dict[str, dict[str, Any]] = {}
        for line in self.lines("evidence/verdicts.jsonl"):
            state, name = next(iter(line.items()))
            if state in ("selected", "left_out"):
                if name in found:
                    raise ValueError(f"{name} is announced twice")
                found[name] = {"findings": [], "evidence": {}, **line, "state": state}
            elif state in ("ended", "unfinished"):
                if found[name]["state"] != "selected":
                    raise ValueError(f"{name} has two ends")
                found[name].update(line, state=state)
        return found

    @cached_property
    def verdicts(self) -> dict[str, tuple[str, str]]:
        """Verdict and message by requirement, derived."""
        waived = {one["id"] for one in self.signoff["waivers"] if not _state(self, one)[0]}
        return {name: self._derived(name, waived=name in waived) for name in self.catalogue}

    def _derived(self, name: str, *, waived: bool) -> tuple[str, str]:
        found: list[tuple[str, str]] = []
        for test in (one for one in self.tests.values() if name in one["requirements"]):
            told = [(str(one["verdict"]), str(one["message"])) for one in test["findings"]]
            if test["state"] != "ended":
                told = [*(one for one in told if one[0] in ("fail", "error")), ("not-assessed", "")]
            found += _worst([("waived" if waived and one[0] == "fail" else one[0], one[1]) for one in told])
        verdict = _worst(found or [("not-assessed", "")])[0][0]
        # A pass tells what did not apply, too.
        wanted = {verdict, "not-applicable"} if verdict == "pass" else {verdict}
        return verdict, "\n".join(dict.fromkeys(text for given, text in found if given in wanted and text))

    @cached_property
    def result(self) -> str:
        """What the verdicts come to."""
        ends = [line["run"] for line in self.lines("evidence/verdicts.jsonl") if "run" in line]
        whole = ends == ["ended"] and all(one["state"] in ("ended", "left_out") for one in self.tests.values())
        given = [(self.catalogue[name]["level"], verdict) for name, (verdict, _) in self.verdicts.items()]
        if not whole or not any(level != "info" and verdict in _JUDGED for level, verdict in given):
            return "INCOMPLETE"
        musts = {verdict for level, verdict in given if level == "must"}
        if musts & {"fail", "error"}:
            return "DOES NOT CONFORM"
        return "PARTIAL" if musts & {"not-assessed", "waived"} else "CONFORMS"


def _worst(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    worst = min((verdict for verdict, _ in found), key=_WORST_FIRST.index)
    return [one for one in found if one[0] == worst]


def _state(bundle: _Bundle, waiver: dict[str, Any]) -> tuple[str, int]:
    """What makes a waiver void ("" if nothing does), and its days left when the run started."""
    started = datetime.fromtimestamp(bundle.signoff["started"], timezone.utc).date()
    days = (date.fromisoformat(waiver["expires"]) - started).days
    dated = "expired" if days < 0 else "too far ahead" if days > _LONGEST_WAIVER_DAYS else ""
    return dated if waiver["id"] in bundle.catalogue else "unknown", days


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def manifest(bundle: _Bundle) -> Iterator[str]:
    """What is listed is there, unchanged, and nothing else is."""
    listed = bundle.json("manifest.json")["files"]
    yield from (f"{name} is listed but not there" for name in listed if name not in bundle.files)
    there = {name: read for name, read in bundle.files.items() if name in listed}
    yield from (f"{name} was changed" for name, read in there.items() if _sha256(read()) != listed[name])
    yield from (f"{name} is not listed" for name in bundle.files if name not in there and not _BESIDE.fullmatch(name))


def catalogue(bundle: _Bundle) -> Iterator[str]:
    """The sign-off tells every requirement of the catalogue and no other, as it is there."""
    told = bundle.signoff["requirements"]
    yield from (f"only one of it and the sign-off has {name}" for name in sorted(set(told) ^ set(bundle.catalogue)))
    if len(bundle.json("evidence/catalogue.json")) != len(bundle.catalogue):
        yield "has an id twice"
    for name, record in bundle.catalogue.items():
        if not record["sentence"].strip() or not all(told[name][each] == record[each] for each in ("level", "kind")):
            yield f"{name} is not what the sign-off says, or has no sentence"
    known = re.findall(r'^id = "(.+)"\nlevel = "(.+)"$', bundle.reference.decode(), re.MULTILINE)
    if bundle.reference and known != [(name, record["level"]) for name, record in bundle.catalogue.items()]:
        yield "is not the catalogue of --catalogue"


def observations(bundle: _Bundle) -> Iterator[str]:
    """Every answer is the one whose sha256 was noted."""
    for name, line in bundle.observations.items():
        canonical = json.dumps(bundle.answer(line), sort_keys=True, separators=(",", ":"))
        if _sha256(canonical.encode("ascii")) != line["sha256"]:
            yield f"{name} is not the answer that was noted"


def evidence(bundle: _Bundle) -> Iterator[str]:
    """What is judged was observed, and is cited."""
    for name, test in bundle.tests.items():
        for one, digest in test["evidence"].items():
            if bundle.observations.get(one, {}).get("sha256") != digest:
                yield f"{name} cites {one}, which is not there as it was"
        if test["state"] == "ended" and not test["evidence"]:
            judged = {one["verdict"] for one in test["findings"]} & {"pass", "fail"}
            yield from (f"{name} says {verdict} without any observation" for verdict in judged)
    for name, entry in bundle.signoff["requirements"].items():
        if entry["evidence"] != [one for one, line in bundle.observations.items() if name in line["asked_by"]]:
            yield f"{name} does not cite what was asked for it"


def verdicts(bundle: _Bundle) -> Iterator[str]:
    """Verdict, message and tests of each requirement are what its tests found."""
    for name, (verdict, message) in bundle.verdicts.items():
        told = bundle.signoff["requirements"][name]
        if told["verdict"] != verdict:
            yield f"{name} is told as {told['verdict']}, its tests give {verdict}"
        elif told["message"] != message if verdict in _JUDGED else not told["message"]:
            yield f"{name} ({verdict}) does not have the message of its tests"
        ran = {test: one for test, one in bundle.tests.items() if one["state"] != "left_out"}
        if told["tests"] != [test for test, one in ran.items() if name in one["requirements"]]:
            yield f"{name} does not name its tests"


def result(bundle: _Bundle) -> Iterator[str]:
    """Result and counts follow from the verdicts."""
    counts = dict(Counter(verdict for verdict, _ in bundle.verdicts.values()))
    if {name: number for name, number in bundle.signoff["counts"].items() if number} != counts:
        yield f"the counts are not the derived ones, {counts}"
    if bundle.signoff["result"] != bundle.result:
        yield f"is told as {bundle.signoff['result']}, derived is {bundle.result}"


def waivers(bundle: _Bundle) -> Iterator[str]:
    """Each waiver has reason, owner and date, and is what it is told to be."""
    for one in bundle.signoff["waivers"]:
        if not one["reason"].strip() or not one["owner"].strip():
            yield f"{one['id']} names no reason or no owner"
        used = {"waived": "in force", "pass": "stale"}.get(bundle.verdicts.get(one["id"], ("", ""))[0], "unused")
        void, days = _state(bundle, one)
        if (one["state"], one["days_left"]) != (void or used, days):
            yield f"{one['id']} is told as {one['state']}, it is {void or used} with {days} days left"


def product(bundle: _Bundle) -> Iterator[str]:
    """What was judged is what the deployment told."""
    asked = [one for one in bundle.observations.values() if one["question"] == "identity of the product"]
    seen = [bundle.answer(one) for one in asked if not one["failed"]] or [{}]
    if {name: value for name, value in bundle.signoff["product"].items() if name != "replay"} not in seen:
        yield "is not what the deployment told"


def secrets(bundle: _Bundle) -> Iterator[str]:
    """No file holds the planted canary, or a secret given with --canary, in any spelling."""
    yield from (f"{name} held a password when the run ended" for name in bundle.signoff["secrets_found"])
    forms = {form for word in bundle.words for form in _spellings(word)} | _in_base64(b"planted-key-")
    for name, read in bundle.files.items():
        data = read()
        if _CANARY.search(data) or any(form in data for form in forms):
            yield f"{name} holds one"


def _spellings(word: str) -> set[bytes]:
    quoted = {word, html.escape(word), urllib.parse.quote(word, safe=""), json.dumps(word)[1:-1]}
    return {form.encode() for form in quoted} | _in_base64(word.encode())


def _in_base64(word: bytes) -> set[bytes]:
    """What of the encoded word does not depend on what stands around it, for each of the three offsets."""
    starts = ((0, 0), (1, 2), (2, 3))
    return {base64.b64encode(b"-" * lead + word)[start : (lead + len(word)) * 8 // 6] for lead, start in starts}


def signature(bundle: _Bundle) -> Iterator[str]:
    """The manifest is signed with the key of --key."""
    if bundle.key and "manifest.sig" not in bundle.files:
        yield "is missing"
    elif bundle.key:
        told = bytes.fromhex(bundle.json("manifest.sig")["signature"])
        if not genuine(bundle.key, bundle.files["manifest.json"](), told):
            yield "is not made with this key over this manifest"


def genuine(key: bytes, message: bytes, signed: bytes) -> bool:
    """Whether `signed` is the Ed25519 signature of the raw public key `key` (RFC 8032, 5.1.7). ValueError: no key."""
    point, scalar = _point(key), int.from_bytes(signed[32:], "little")
    digest = int.from_bytes(hashlib.sha512(signed[:32] + key + message).digest(), "little") % _L
    x, y = _sum(_times(scalar, _point(b"X" + b"f" * 31)), _times(digest, (_P - point[0], point[1])))
    return len(signed) == 64 and scalar < _L and (y | (x & 1) << 255).to_bytes(32, "little") == signed[:32]


def _point(data: bytes) -> _Point:
    sign, y = divmod(int.from_bytes(data, "little"), 2**255)
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    root = pow(square, (_P + 3) // 8, _P)
    x = root if (root * root - square) % _P == 0 else root * pow(2, (_P - 1) // 4, _P) % _P
    if len(data) != 32 or y >= _P or (x * x - square) % _P or (x == 0 and sign):
        raise ValueError("is no point of the curve")
    return (x if x & 1 == sign else _P - x), y


def _sum(a: _Point, b: _Point) -> _Point:
    product = _D * a[0] * b[0] * a[1] * b[1] % _P
    x = (a[0] * b[1] + a[1] * b[0]) * pow(1 + product, -1, _P)
    return x % _P, (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, -1, _P) % _P


def _times(number: int, point: _Point) -> _Point:
    total = (0, 1)
    while number:
        total = _sum(total, point) if number & 1 else total
        point, number = _sum(point, point), number >> 1
    return total


_RULES = (manifest, signature, catalogue, observations, evidence, verdicts, result, waivers, product, secrets)


def _broken(rule: Callable[[_Bundle], Iterator[str]], bundle: _Bundle) -> str:
    """The line for a rule; "" when it holds."""
    try:
        found = list(rule(bundle))
    except Exception as problem:  # whatever a spoiled file leads to
        found = [f"cannot be checked: {problem!r}"]
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return f"{rule.__name__}: {found[0]}{more}" if found else ""


def _files(path: Path) -> dict[str, Callable[[], bytes]]:
    """The files of a bundle: a folder, or a .tar.gz of its content. OSError or TarError when it is none."""
    if path.is_dir():
        return {one.relative_to(path).as_posix(): one.read_bytes for one in sorted(path.rglob("*")) if one.is_file()}
    with tarfile.open(path) as archive:
        found = {member.name: archive.extractfile(member) for member in archive if member.isfile()}
        around = "" if any("/" not in name for name in found) else next(iter(found), "").partition("/")[0] + "/"
        read = {name.removeprefix(around): file.read() for name, file in found.items() if file}
        return {name: io.BytesIO(data).getvalue for name, data in read.items()}


def _key(path: Path) -> bytes:
    """The raw key in a PEM file. ValueError when it is no Ed25519 public key."""
    lines = path.read_text("ascii").splitlines()
    raw = base64.b64decode("".join(line for line in lines if not line.startswith("-")))
    if not raw.startswith(_PEM_KEY):
        raise ValueError(f"{path} is no Ed25519 public key in PEM")
    return raw.removeprefix(_PEM_KEY)


def main(argv: Sequence[str]) -> int:
    """Verify the bundle that the arguments name; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m reports verify", description=__doc__)
    parser.add_argument("bundle", type=Path, help="folder of a run, or a .tar.gz of it")
    parser.add_argument("--key", type=Path, metavar="FILE", help="public key (PEM) that must have signed it")
    parser.add_argument("--canary", action="append", default=[], metavar="TEXT", help="must be in no file")
    parser.add_argument("--catalogue", type=Path, metavar="FILE", help="suites/catalogue.toml that it must obey")
    told = parser.parse_args(argv)
    try:
        bundle = _Bundle(_files(told.bundle))
        bundle.words = told.canary
        bundle.key = _key(told.key) if told.key else b""
        bundle.reference = told.catalogue.read_bytes() if told.catalogue else b""
        if not {"manifest.json", "evidence/verdicts.jsonl", "evidence/observations.jsonl"} & set(bundle.files):
            raise ValueError("holds no run")
    except (OSError, EOFError, ValueError, tarfile.TarError) as problem:
        print(f"unreadable {told.bundle}: {str(problem).partition(chr(10))[0]}")
        return 2
    if "manifest.json" not in bundle.files:
        print(f"incomplete {told.bundle}: not sealed, the run was killed before its end; nothing in it is verified")
        return 3
    broken = [line for rule in _RULES if (line := _broken(rule, bundle))]
    signed = "signed with this key" if bundle.key else "signature not checked, give --key"
    made = f"{bundle.result}, from {len(bundle.tests)} tests; {signed}" if not broken else ""
    print("\n".join(f"refused    {line}" for line in broken) or f"verified   {told.bundle}: {made}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
