"""Which names mean that their value is a secret: of an XML element, a property, an option, a variable, a header."""

from functools import lru_cache

from conformance.text.late_pattern import late

#: Any of these in a name makes its value a secret, unless a following word shows that it only describes one.
_WORDS = (
    *("password", "passwd", "passphrase", "passcode", "passwort", "pwd", "secret", "credential"),
    *("keypass", "storepass", "presharedkey", "masterauth", "pincode"),
    *("snmpcommunity", "rocommunity", "rwcommunity", "communitystring"),
)
#: Such words in other languages, without accents; short ones occur in many names and count only as the last word.
FOREIGN_WORDS = (
    *("kennwort", "motdepasse", "contrasena", "contrasenya", "wachtwoord", "losenord", "passord", "adgangskode"),
    *("kodeord", "salasana", "lozinka"),
)
FOREIGN_LAST = ("passe", "senha", "clave", "haslo", "heslo", "geslo", "jelszo", "parola", "sifre")
FOREIGN_SCRIPTS = (
    *("парол", "密码", "密碼", "口令", "パスワード", "비밀번호", "סיסמה", "المرور", "κωδικός", "πρόσβασης"),
    *("암호", "暗証番号", "รหัสผ่าน", "पासवर्ड"),
)
#: Foreign words with accents, and their letters with accents.
ACCENTED = ("contraseña", "lösenord", "hasło", "şifre", "jelszó")
_ACCENTS = str.maketrans("ñöłşó", "nolso")
#: Only at the end of a name, as many names begin with them; they may be numbered or followed by "value".
_ENDING = late(
    r"(?:token(?:id)?|(?:saml2?|jwt|client)assertion|samlresponse|authori[sz]ation|sessionid|cookie|bearer)s?(?:value|text|string)?$"
)
#: Keys that are secrets by their purpose; `key` alone is not.
_KEYS = (
    *("api", "access", "licence", "license", "encryption", "encrypt", "decryption", "private", "secret", "shared"),
    *("signing", "sign", "auth", "symmetric", "master", "account", "storage", "consumer", "session", "cipher"),
    *("crypto", "hmac", "aes", "des", "app", "application", "client", "service", "subscription", "activation"),
    *("product", "jwt", "rememberme"),
)
#: Secrets only as the whole last word of a name, as many other words end so.
_LAST = frozenset(
    {"pass", "pw", "psw", "pswd", "pword", "passw", "psk", "pin", "otp", "cred", "creds", "passkey", *FOREIGN_LAST}
)
_NO_PASS = frozenset({"bypass", "compass", "trespass", "surpass", "overpass", "underpass", "encompass", "multipass"})
#: Words after it that mean that the value is not the secret itself.
_ABOUT = (
    *("datei", "file", "path", "dir", "folder", "location", "url", "uri", "endpoint", "env", "variable", "alias"),
    *("digest", "algorithm", "method", "type", "encoding", "javaregex", "javascriptregex", "regex", "pattern"),
    *("errormsg", "message", "msg", "policy", "length", "min", "max", "expir", "expiry", "validity", "lifetime"),
    *("timeout", "ttl", "interval", "enable", "require", "allowed", "encrypted", "chang", "reset", "recovery"),
    *("callback", "handler", "class", "provider", "manager", "service", "generator", "validator", "store"),
    *("cache", "count", "size", "limit", "retr", "name", "header", "format", "version", "issuer", "audience"),
    *("mapper", "resolver", "separator", "delimiter", "index", "prefix", "suffix", "attribute", "column", "label"),
    *("prompt", "hint", "question", "authenticat", "grant", "vault", "found", "scope", "iz", "ary", "definition"),
    *("config", "setting", "mode", "hashmethod", "hashing", "strength", "history", "quality", "exception"),
    *("error", "endpoint", "support", "flow", "renewal", "revo"),
)
_SECRET = late(rf"{'|'.join((*_WORDS, *FOREIGN_WORDS))}|(?:{'|'.join(_KEYS)})key")
_PARTS = late(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
#: The steps of an XPath, what follows a step's name, and the name in an attribute.
_STEPS = late(r"/((?:[^/\[]|\[[^\]]*\])*)")
_NAME = late(r"[\[ ]")
_SAID = late(r"=\s*['\"]([^'\"]*)['\"]")
_NO_LETTERS = late(r"[^a-z]+")
#: Names of user names, which are public and must not be masked as passwords.
_USERS = frozenset({"user", "username", "login", "userid", "loginname", "principal", "connectionname"})


@lru_cache(maxsize=8192)
def names_a_secret(name: str) -> bool:
    """Whether the value of `name` is a secret; any case, any separators, alone or in a compound."""
    if not name.isascii():
        if any(word in name.lower() for word in FOREIGN_SCRIPTS):
            return True
        name = name.lower().translate(_ACCENTS)
    plain = _NO_LETTERS.sub("", name.lower())
    if ends := [found.end() for found in _SECRET.finditer(plain)]:
        rest = plain[ends[-1] :]
        return not (rest.startswith(_ABOUT) or rest.removeprefix("s").startswith(_ABOUT))
    if _ENDING.search(plain):
        return True
    parts = _PARTS.findall(name)
    last = parts[-1].lower() if parts else ""
    return last in _LAST or (last.endswith(("pass", "pw")) and last not in _NO_PASS)


def place_names_a_secret(place: str) -> bool:
    """Whether a value's place makes it a secret: a key, or an XPath whose last step is or contains such a name."""
    step = [place, *_STEPS.findall(place)][-1]
    return any(names_a_secret(one) for one in [_NAME.split(step)[0], *_SAID.findall(step)])


def says_something_about(name: str) -> bool:
    """Whether the name describes a secret beside it but is not one."""
    plain = _NO_LETTERS.sub("", name.lower())
    return plain.endswith(("name", "description")) or plain.startswith(_ABOUT)


@lru_cache(maxsize=8192)
def names_a_user(name: str) -> bool:
    """Whether the value of `name` is a user name."""
    return _NO_LETTERS.sub("", name.rpartition(".")[2].lower()) in _USERS
