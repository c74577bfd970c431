"""`python -m reports verify BUNDLE`: derives a stored run's verdicts from what its tests found, refuses what differs.

Written apart from what makes a bundle, of the standard library alone: this file works anywhere by itself. Findings and
answers are taken as they stand: `--target replay:BUNDLE` judges the answers again, and only a signature (--key) tells
that nobody changed either and sealed the run anew. Not derived either are seconds, machine and commit.
Exit codes: 0 verified, 1 refused (a line for each rule that is broken), 2 unreadable, 3 incomplete: a run that was
killed before it was sealed; what had ended is there and nothing in it contradicts.
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
#: Levels of what the page says; "field" is beyond it, "info" is recorded.
_OF_THE_PAGE = ("must", "should")
_WORST_FIRST = ("fail", "error", "not-assessed", "waived", "pass", "not-applicable")
#: Formats of manifests, and the first number of schema versions, that are known here.
_FORMATS, _SCHEMAS = (1, 2), ("1", "2", "3")
_MANIFEST = re.compile(r"manifest\.(json|sig)")
#: What is for readers: sealed where it is, and a copy may leave it out. In format 1 it lay beside, not sealed.
_FOR_READERS = re.compile(r"junit\.xml|signoff\.html|logs/.*")
_TOLD = ("level", "kind", "sentence", "section")
#: The test that failed, at the end of a message; values in a message.
_TEST, _QUOTED = re.compile(r"\((?:[^()\s]+/)*test_\w+\.py(?::\d+)?(?:, \w+)?\)"), re.compile(r"'[^']*'")
_CANARY = re.compile(rb"planted-key-[0-9a-f]{32}")
_LONGEST_WAIVER_DAYS = 90
#: What a waiver is to a requirement of this verdict; to any other it is unused.
_USED = {"waived": "in force", "pass": "stale", "not-applicable": "stale"}
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
        text = self.files[name]().decode("ascii")
        # A run that was killed while it wrote leaves a piece of a line.
        whole = text if self.sealed else text[: text.rfind("\n") + 1]
        return [json.loads(line) for line in whole.splitlines()]

    @property
    def sealed(self) -> bool:
        return "manifest.json" in self.files

    @cached_property
    def signoff(self) -> dict[str, Any]:
        return dict(self.json("signoff.json"))

    @property
    def version(self) -> int:
        """First number of the sign-off's schema. Before 3 an error counted as a failure."""
        return int(str(self.signoff["schema_version"]).partition(".")[0])

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

    def told(self, *begins: str) -> dict[str, Any]:
        """What the cluster itself answered, once a run, to questions that begin so."""
        found = self.observations.values()
        asked = [one for one in found if one["subject"] == "cluster" and not one["scope"] and not one["failed"]]
        return {one["question"]: self.answer(one) for one in asked if one["question"].startswith(begins)}

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
        texts = [text for given, text in found if given in wanted and text]
        return verdict, "\n".join(dict.fromkeys(texts) if self.version < 3 else _said_once(texts))

    @cached_property
    def result(self) -> str:
        """What the verdicts come to."""
        ends = [line["run"] for line in self.lines("evidence/verdicts.jsonl") if "run" in line]
        whole = ends == ["ended"] and all(one["state"] in ("ended", "left_out") for one in self.tests.values())
        given = [(self.catalogue[name]["level"], verdict) for name, (verdict, _) in self.verdicts.items()]
        if not whole or not any(level in _OF_THE_PAGE and verdict in _JUDGED for level, verdict in given):
            return "INCOMPLETE"
        musts = {verdict for level, verdict in given if level == "must"}
        if "fail" in musts or ("error" in musts and self.version < 3):
            return "DOES NOT CONFORM"
        if "error" in musts:
            return "INCOMPLETE"
        return "PARTIAL" if musts & {"not-assessed", "waived"} else "CONFORMS"


def _said_once(messages: list[str]) -> list[str]:
    """Those that find something new: at a place, found there, with other values expected (in quotes)."""
    said, kept = set[tuple[str, ...]](), list[str]()
    for message in messages:
        lines = [line.strip() for line in message.splitlines() if line.strip() and not _TEST.fullmatch(line.strip())]
        parts = [line.partition(", expected ") for line in lines or [message]]
        quoted = [(part[0], *sorted(_QUOTED.findall(part[2]))) for part in parts]
        found = {values if values[1:] else ("".join(part),) for part, values in zip(parts, quoted, strict=True)}
        if not found <= said:
            kept.append(message)
        said |= found
    return kept


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
    told = bundle.json("manifest.json")
    if told["format"] not in _FORMATS:
        yield f"is of format {told['format']}, known are {' and '.join(map(str, _FORMATS))}"
    listed = told["files"]
    gone = [name for name in listed if name not in bundle.files]
    yield from (f"{name} is listed but not there" for name in gone if not _FOR_READERS.fullmatch(name))
    there = {name: read for name, read in bundle.files.items() if name in listed}
    yield from (f"{name} was changed" for name, read in there.items() if _sha256(read()) != listed[name])
    more = [name for name in bundle.files if name not in listed and not _MANIFEST.fullmatch(name)]
    yield from (f"{name} is not listed" for name in more if told["format"] != 1 or not _FOR_READERS.fullmatch(name))


def run(bundle: _Bundle) -> Iterator[str]:
    """Id, target, start and kind of hosts are those of the run and of its deployment."""
    signoff = bundle.signoff
    if str(signoff["schema_version"]).partition(".")[0] not in _SCHEMAS:
        yield f"has a sign-off of schema {signoff['schema_version']}, known are {' and '.join(_SCHEMAS)}"
    for noted in [line["begun"] for line in bundle.lines("evidence/verdicts.jsonl") if "begun" in line]:
        wrong = [name for name in noted if signoff[name] != noted[name]]
        yield from (f"{name} is told as {signoff[name]}, noted was {noted[name]}" for name in wrong)
    seen = bundle.told("deployment", "start of the deployment")
    if "deployment" in seen:
        target, kind = seen["deployment"]["target"], seen["deployment"]["single_host"]
        origin = signoff["product"].get("replay", "")
        replays = str(signoff["target"]).startswith("replay:") and origin.endswith(
            f", target {target}" if origin else ""
        )
        if signoff["target"] != target and not replays:
            yield f"target is told as {signoff['target']}, judged was {target}"
        # A deployment that did not start is of no kind. A killed run did not come to tell it.
        if bundle.sealed and signoff["single_host"] != (kind if "start of the deployment" in seen else None):
            yield f"single_host is told as {signoff['single_host']}, the deployment told {kind}"


def catalogue(bundle: _Bundle) -> Iterator[str]:
    """The sign-off tells every requirement of the catalogue and no other, as it is there."""
    told = bundle.signoff["requirements"]
    yield from (f"only one of it and the sign-off has {name}" for name in sorted(set(told) ^ set(bundle.catalogue)))
    if len(bundle.json("evidence/catalogue.json")) != len(bundle.catalogue):
        yield "has an id twice"
    for name, record in bundle.catalogue.items():
        same = [each for each in ("level", "kind", "sabotage_proof") if each in record]
        if not record["sentence"].strip() or not all(told[name][each] == record[each] for each in same):
            yield f"{name} is not what the sign-off says, or has no sentence"
    known = _reference(bundle.reference.decode())
    if bundle.reference and list(known) != list(bundle.catalogue):
        yield "is not the catalogue of --catalogue"
    elif bundle.reference:
        others = {
            name: [each for each in _TOLD if record[each] != known[name].get(each)]
            for name, record in bundle.catalogue.items()
        }
        yield from (f"{name} has another {', '.join(each)} in --catalogue" for name, each in others.items() if each)


def _reference(text: str) -> dict[str, dict[str, str]]:
    """The records of suites/catalogue.toml, whose texts are written as in JSON. ValueError for one that is not."""
    fields = re.compile(rf'^(id|{"|".join(_TOLD)}) = (".*")$', re.MULTILINE)
    found = [dict(fields.findall(record)) for record in text.split("[[requirement]]")[1:]]
    records = [{name: str(json.loads(value)) for name, value in record.items()} for record in found]
    return {record["id"]: record for record in records}


def observations(bundle: _Bundle) -> Iterator[str]:
    """Every answer is the one whose sha256 was noted."""
    for name, line in bundle.observations.items():
        canonical = json.dumps(bundle.answer(line), sort_keys=True, separators=(",", ":"))
        if _sha256(canonical.encode("ascii")) != line["sha256"]:
            yield f"{name} is not the answer that was noted"


def evidence(bundle: _Bundle) -> Iterator[str]:
    """What is judged was observed."""
    for name, test in bundle.tests.items():
        for one, digest in test["evidence"].items():
            if bundle.observations.get(one, {}).get("sha256") != digest:
                yield f"{name} cites {one}, which is not there as it was"
        if test["state"] == "ended" and not test["evidence"]:
            judged = {one["verdict"] for one in test["findings"]} & {"pass", "fail"}
            yield from (f"{name} says {verdict} without any observation" for verdict in judged)


def citations(bundle: _Bundle) -> Iterator[str]:
    """The sign-off cites for each requirement what was asked for it."""
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
    levels = {name: record["level"] for name, record in bundle.catalogue.items()}
    counts = dict(Counter(verdict for name, (verdict, _) in bundle.verdicts.items() if levels[name] != "field"))
    if {name: number for name, number in bundle.signoff["counts"].items() if number} != counts:
        yield f"the counts are not the derived ones, {counts}"
    if bundle.signoff["result"] != bundle.result:
        yield f"is told as {bundle.signoff['result']}, derived is {bundle.result}"


def summary(bundle: _Bundle) -> Iterator[str]:
    """Deviations of name are those of the tests, causes are failures too, and what the summary counts is there."""
    if bundle.version < 3:
        return
    told, found = bundle.signoff["requirements"], dict[str, dict[str, None]]()
    for name in bundle.catalogue:
        tests = [test for test in bundle.tests.values() if name in test["requirements"]]
        found[name] = dict.fromkeys(text for test in tests for text in test.get("deviations", ()))
        if told[name]["deviations"] != list(found[name]):
            yield f"{name} does not tell the deviations of its tests"
    given = [(bundle.catalogue[name]["level"], verdict) for name, (verdict, _) in bundle.verdicts.items()]
    derived = {
        "failures": sum(level in _OF_THE_PAGE and verdict == "fail" for level, verdict in given),
        "causes": sum(_failed(bundle, name) and not told[name]["follows_from"] for name in bundle.catalogue),
        "shoulds_failed": given.count(("should", "fail")),
        "musts_unseen": given.count(("must", "error")),
        "deviations": len({text for texts in found.values() for text in texts}),
        "beyond_the_page": given.count(("field", "fail")),
    }
    if bundle.signoff["summary"] != derived:
        yield f"is not the derived one, {derived}"
    # Which of the possible causes is one is judged from the messages, which are not parsed here.
    red = {name for name, (verdict, _) in bundle.verdicts.items() if verdict in ("fail", "error")}
    for name, record in bundle.catalogue.items():
        wrong = [
            one for one in told[name]["follows_from"] if one not in red & set(record["follows"]) or name not in red
        ]
        yield from (f"{name} does not follow from {one}" for one in wrong)

    changed = (bundle.signoff["previous"] or {"changed": {}})["changed"]
    wrong = [name for name, (_, now) in changed.items() if now != bundle.verdicts[name][0]]
    yield from (f"{name} is not told as it is in what differs from the previous run" for name in wrong)


def _failed(bundle: _Bundle, name: str) -> bool:
    return bundle.catalogue[name]["level"] in _OF_THE_PAGE and bundle.verdicts[name][0] == "fail"


def waivers(bundle: _Bundle) -> Iterator[str]:
    """Each waiver has reason, owner and date, and is what it is told to be."""
    for one in bundle.signoff["waivers"]:
        if not one["reason"].strip() or not one["owner"].strip():
            yield f"{one['id']} names no reason or no owner"
        used = _USED.get(bundle.verdicts.get(one["id"], ("", ""))[0], "unused")
        void, days = _state(bundle, one)
        if (one["state"], one["days_left"]) != (void or used, days):
            yield f"{one['id']} is told as {one['state']}, it is {void or used} with {days} days left"


def product(bundle: _Bundle) -> Iterator[str]:
    """What was judged is what the deployment told."""
    seen = bundle.told("identity of the product").get("identity of the product", {})
    if {name: value for name, value in bundle.signoff["product"].items() if name != "replay"} != seen:
        yield "is not what the deployment told"


def failovers(bundle: _Bundle) -> Iterator[str]:
    """Every failover and outage that was observed is told, as it was, and no other."""
    seen = bundle.told("failover ", "outage ")
    told = {f"{one['kind']} {one['name']}": one for one in bundle.signoff["failovers"]}
    yield from (f"only one of sign-off and observations has {name}" for name in sorted(set(told) ^ set(seen)))
    for name in set(told) & set(seen):
        # The sign-off has the fault in words, and more that follows from the record.
        both = (set(told[name]) & set(seen[name])) - {"fault"}
        other = [each for each in sorted(both) if told[name][each] != seen[name][each]]
        yield from (f"{name}: {each} is not what was observed" for each in other)


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


_RULES = (
    manifest, signature, run, catalogue, observations, evidence, citations, verdicts, result, summary, waivers,
    product, failovers, secrets,
)  # fmt: skip
#: Those that hold for a run that did not come to its sign-off, too.
_KILLED = (signature, run, catalogue, observations, evidence, secrets)


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
    if not bundle.sealed and not {"signoff.json", "evidence/verdicts.jsonl"} <= set(bundle.files):
        print(f"incomplete {told.bundle}: INCOMPLETE: killed before it began to judge; not sealed")
        return 3
    broken = [line for rule in (_RULES if bundle.sealed else _KILLED) if (line := _broken(rule, bundle))]
    print("\n".join([f"refused    {line}" for line in broken] or _held(bundle, told.bundle)))
    return 1 if broken else 0 if bundle.sealed else 3


def _held(bundle: _Bundle, path: Path) -> list[str]:
    """What to say of a run that breaks no rule."""
    tests = [one["state"] for one in bundle.tests.values() if one["state"] != "left_out"]
    if not bundle.sealed:
        ended = f"INCOMPLETE: {tests.count('ended')} of {len(tests)} tests ended; not sealed"
        return [f"incomplete {path}: {ended}, the run was killed; what its sign-off says does not count"]
    gone = [name for name in bundle.json("manifest.json")["files"] if name not in bundle.files]
    less = f"; {len(gone)} sealed files for readers were left out" if gone else ""
    signed = "signed with this key: nobody changed it since"
    if not bundle.key:
        why = "signature not checked, give --key" if "manifest.sig" in bundle.files else "unsigned"
        signed = f"{why}: whoever resealed it could have changed findings and answers"
    return [
        f"verified   {path}: {bundle.result}, from {len(bundle.tests)} tests{less}",
        signed,
        f"answers are not judged here: --target replay:{path} judges them again, `reports diff` compares",
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
