"""The shell commands that the suite runs on a node's host; each %s is replaced by a quoted argument."""

#: Exit codes of the suite's own commands: the file does not exist, or may not be read.
MISSING, REFUSED = 44, 45
READABLE = 'p=%s; [ -e "$p" ] || exit 44; [ -r "$p" ] || exit 45; '
READ = READABLE + 'cat "$p"'
READ_FROM = READABLE + 'tail -c +%s "$p"'
READ_PIECE = READ_FROM + " | head -c %s"
SIZE = READABLE + 'wc -c <"$p"'
#: One of several files; the echo completes a last line without a line end.
ONE = '[ -f "$f" ] && head -c 1048576 "$f" && echo;'
LISTING = READABLE + 'ls -1A "$p"'
DIGESTS = READABLE + 'cd "$p" && find . -maxdepth 1 -type f -exec sha256sum {} +'
REAL_PATH = READABLE + 'readlink -f "$p"'
WRITE = 'p=%s; printf %%s %s | base64 -d >"$p.part" && mv "$p.part" "$p"'
#: The started process must not keep the connection open through its output.
START = "sh -c %s </dev/null >/dev/null 2>&1"
#: Bash opens connections without another program; Python replaces it on hosts without bash.
CONNECT = (
    "a=%s; n=%s; if command -v bash >/dev/null; then LC_ALL=C timeout 3 bash -c '</dev/tcp/$0/$1' $a $n; "
    "elif command -v python3 >/dev/null; then "
    "timeout 4 python3 -c 'import socket,sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 3)' $a $n; "
    "else exit 46; fi"
)
#: Runs a command in the home's folder.
AT_HOME = "cd %s && sh -c %s"
