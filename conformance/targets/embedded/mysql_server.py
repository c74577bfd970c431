"""A MySQL server of the lab: initialised in a folder of the run; started, stopped and frozen on a lab host."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from pathlib import Path

import pymysql
from pymysql.cursors import Cursor

from conformance import deadlines
from conformance.errors import ConformanceError, NotSeen
from conformance.secret import Secret
from conformance.targets.embedded.mysql_binaries import MySqlBinaries
from conformance.targets.shared import processes
from conformance.targets.shared.hosts import MYSQL, Hosts
from conformance.targets.shared.run_folder import disk_errors
from conformance.targets.shared.spawning import environment
from conformance.waiting import SYSTEM, Clock, wait_for

ROOT = "root"
_STOCK_PORT = 3306
_LOG_LINES = 20
_CONNECT_S = 2
#: The data must survive a killed server but not a machine crash, so nothing need reach the disk (loading the schema
#: took 6 s with syncing and a file for each table, 1 s without).
_THROWN_AWAY = (
    "--innodb-flush-method=nosync",
    "--innodb-flush-log-at-trx-commit=2",
    "--innodb-doublewrite=0",
    "--innodb-file-per-table=0",
)


class MySqlServer:
    """One server; its account `root` has a random password and may connect from every lab host."""

    def __init__(self, binaries: MySqlBinaries, hosts: Hosts, folder: Path, clock: Clock = SYSTEM) -> None:
        self.binaries = binaries
        self.host = hosts.address(MYSQL)
        self.port = _STOCK_PORT + hosts.offset(MYSQL)
        self.root_password = Secret(secrets.token_urlsafe(24))
        self.log = folder / "mysqld.log"
        self._hosts = hosts
        self._folder = folder
        self._data = folder / "data"
        self._clock = clock
        self._process: subprocess.Popen[bytes] | None = None
        self._lost = False

    def initialise(self) -> None:
        """Make the data directory. ConformanceError with the last log lines if the server fails."""
        with disk_errors(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
        self._process = self._spawn("--initialize-insecure")
        try:
            self._wait_for_end(deadlines.MYSQL_INITIALISED)
        except NotSeen as problem:
            self.kill()
            raise self._failed(str(problem)) from None
        if self._process.returncode != 0:
            raise self._failed(f"could not initialise (exit code {self._process.returncode})")

    def start(self) -> None:
        """Start the server, or connect its host again, until it answers. ConformanceError with its log."""
        if self._lost:
            self._hosts.plug(MYSQL)
            self._lost = False
            if self._process is not None and self._process.poll() is None:
                self._wait_for_answer()
                return
        first = self._folder / "first.sql"
        fresh = not (self._folder / "accounts-made").exists()
        if fresh:
            with disk_errors(first):
                first.touch(mode=0o600)
                first.write_text("\n".join(account_statements(self.root_password)) + "\n", encoding="ascii")
        self._process = self._spawn(*self._serving(), *([f"--init-file={first}"] if fresh else []))
        try:
            self._wait_for_answer()
        finally:
            first.unlink(missing_ok=True)
        (self._folder / "accounts-made").touch()

    def _wait_for_answer(self) -> None:
        try:
            wait_for("MySQL answers", self._answers, deadlines.MYSQL_UP, clock=self._clock)
        except NotSeen as problem:
            raise self._failed(str(problem)) from None

    def connect(self, database: str | None = None) -> pymysql.Connection[Cursor]:
        """Return a connection as root with autocommit. Raises pymysql.Error."""
        return pymysql.connect(
            host=self.host, port=self.port, user=ROOT, password=self.root_password.reveal(), database=database,
            autocommit=True, connect_timeout=_CONNECT_S,
        )  # fmt: skip

    def kill(self) -> None:
        """Send SIGKILL to everything on the database's host."""
        processes.kill_all(MYSQL, lambda: self._hosts.processes(MYSQL), self._clock)
        if self._process is not None:
            self._process.wait()

    def lose(self) -> None:
        """Take the host off the network while the server keeps running. ConformanceError if links cannot be cut."""
        self._hosts.unplug(MYSQL)
        self._lost = True

    def last_lines(self) -> str:
        """The last lines of the server's log."""
        if not self.log.exists():
            return "(no log)"
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_LINES:])

    def _answers(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            raise self._failed(f"ended with exit code {self._process.returncode}")
        try:
            self.connect().close()
        except pymysql.Error:
            return False
        return True

    def _wait_for_end(self, deadline: deadlines.Deadline) -> None:
        process = self._process
        assert process is not None
        wait_for("MySQL's new data directory", lambda: process.poll() is not None, deadline, clock=self._clock)

    def _spawn(self, *options: str) -> subprocess.Popen[bytes]:
        base = self.binaries.base
        share = base / "share"
        common = [
            "--no-defaults", f"--basedir={base}", f"--lc-messages-dir={share}",
            f"--character-sets-dir={share}/charsets", f"--datadir={self._data}", *_THROWN_AWAY,
            *(["--user=root"] if os.geteuid() == 0 else []),
        ]  # fmt: skip
        libraries = os.pathsep.join(map(str, self.binaries.libraries))
        env = environment(**({"LD_LIBRARY_PATH": libraries} if libraries else {}))
        return self._hosts.spawn(MYSQL, [str(base / "bin/mysqld"), *common, *options], env, self.log, self._folder)

    def _serving(self) -> list[str]:
        options = [
            f"--bind-address={self.host}", f"--port={self.port}", "--skip-name-resolve", "--performance-schema=OFF",
            "--innodb-buffer-pool-size=64M",
            # The pools of both nodes may open 400 connections with the page's values; the default limit is 151.
            "--max-connections=500",
            # Relative to the data directory, because a socket's path is limited to 107 characters.
            "--socket=mysqld.sock", "--pid-file=mysqld.pid",
        ]  # fmt: skip
        if self.binaries.version == "5.7":
            options += ["--sync-frm=0"]
        if self.binaries.version == "8.0":
            # The page's driver (5.1) does not support caching_sha2_password without TLS; the X protocol is not used.
            # DAS 3.1.0's scripts have keys that are too long in 8.0's default character set.
            options += [
                "--default-authentication-plugin=mysql_native_password", "--mysqlx=0",
                "--character-set-server=latin1", "--collation-server=latin1_swedish_ci",
            ]  # fmt: skip
        return options

    def _failed(self, what: str) -> ConformanceError:
        room = shutil.disk_usage(self._folder).free // 2**20
        return ConformanceError(
            f"MySQL {self.binaries.release} on {self.host}:{self.port}: {what}",
            f"{room} MB are free at {self._folder}; its log ends:\n{self.last_lines()}",
        )


def account_statements(password: Secret) -> list[str]:
    """Return the SQL of the first start, one statement a line: root's password, and access from every lab host."""
    text = password.reveal()
    return [
        f"CREATE USER '{ROOT}'@'%' IDENTIFIED BY '{text}';",
        f"GRANT ALL ON *.* TO '{ROOT}'@'%' WITH GRANT OPTION;",
        f"ALTER USER '{ROOT}'@'localhost' IDENTIFIED BY '{text}';",
    ]
