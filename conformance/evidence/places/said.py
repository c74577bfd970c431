"""Tells secrets from other words of a sentence: `the password is marigold`, but not `the password is required`."""

from conformance.evidence.places.place import ENDS
from conformance.text.late_pattern import late

_WORDS = (
    "a about above absent active admin again alias all always an and any another are as at bad be been before being "
    "below beneath both but by byte can cannot char client default digest does empty environment etc every false field "
    "file for from given good hash have here hers hidden his how if illegal in incorrect input insecure into is it its "
    "itself just key less long longer lost lower mandatory many may md5 mine missing more most must my name never new "
    "nil no none not nothing now null of off ok okay old on one only open optional or our out over own password path "
    "plain plaintext present private public read ready right safe same secret secure server set setting sha1 sha256 "
    "shadow short shorter so string strong stronger such text that the their them then there this through to "
    "token too true unique unknown unset until up upper use used user username using valid value via void was weak "
    "well what when where which while whole why will with without world wrong yes yet your yours redacted masked sent "
    "login logon attempt check policy error failure invalid correct both either neither stale stored store owner type "
    "safe case sensitive base64 hex something somewhere someone anything everything exposed"
)
_SAID = frozenset(_WORDS.split())
#: Endings of participles, adverbs and adjectives.
_FORMS = late(r".+(?:ed|ing|ly|able|ible|ful|less|ous|ive|ary|ory|ment|tion|sion|ness|ity|ent|ant)")


def says_something(word: str) -> bool:
    """Whether a word of a sentence is not a value: a common word, or one with a common ending."""
    plain = word.lower().strip(".,;:!?'\"")
    return plain in _SAID or (plain.isalpha() and (len(plain) < 4 or _FORMS.fullmatch(plain) is not None))


_CLAUSE_ENDS = late(rf"[.!?,;:)\]\"']*(?:{ENDS}|[ \t]*-->|(?<=[.!?,;)\]\"'])\s|\\n)")


def is_stated(text: str, begin: int, end: int) -> bool:
    """Whether this is the secret of a sentence: not a common word, and a plain word only at the end."""
    value = text[begin:end]
    if len(value) < 3 or says_something(value):
        return False
    return not value.replace("-", "").isalpha() or _CLAUSE_ENDS.match(text, end) is not None


#: Maximum length of a secret in a sentence.
LONGEST_MADE_UP = 256
#: Looks like a generated password: letters and digits, or a character that no name contains.
_MIXED = late(r"(?=.*\d)(?=.*[^\W\d_])[\w+-]{6,}")
_SIGNED = late(r"(?=.*[A-Za-z0-9])[^\s./\\:=(){}\[\]<>@,]*[!#$%^&*~+?][^\s/\\:=(){}\[\]<>,]*")
#: Also looks like one, but is not: a name in capitals, a numbered host or bean, a date, a version.
_NAME = late(r"[A-Z0-9]+(?:_[A-Z0-9]+)+|wso2\w*|[a-z]{2,}[_-]?\d{1,3}|[\d.:TZ+-]+|v?\d+(?:[._-]\w+)+|0x[0-9a-fA-F]+")


def looks_made_up(value: str) -> bool:
    """Whether a word looks generated, unlike a word of a sentence, a name, a date or a version."""
    if not 6 <= len(value) <= LONGEST_MADE_UP or value.startswith("-") or _NAME.fullmatch(value):
        return False
    return _MIXED.fullmatch(value) is not None or _SIGNED.fullmatch(value) is not None
