"""Changes a stored run's answers of the databases (page: Prerequisites, step 3; Required configurations, step 7)."""

from collections.abc import Callable, Sequence

from conformance.database.record_store import decode
from conformance.evidence.observation import Json
from sabotage.database import INDEX, LEAF, OLD_INDEX, owners
from sabotage.homes import FIRST, SECOND
from sabotage.sabotage import Table, wrong
from sabotage.stored_run import StoredRun
from sabotage.tamper import Tampering, edited, put, replaced, rows

_BOTH = f"{FIRST}|{SECOND}"
_USERS, _REGISTRY = "WSO2UM_DB, server: ", "WSO2REG_DB, server: "
_PROCESSED = "WSO2_ANALYTICS_PROCESSED_DATA_STORE_DB, server: "
_SCHEMATA = ".*information_schema.SCHEMATA"
_ALLOCATION = r"SELECT record_id, timestamp, data FROM"
_ANOTHER = "00000000-0000-0000-0000-000000000000"
_GRANTED = r"ALL PRIVILEGES (ON `WSO2_ANALYTICS_EVENT_STORE_DB`)"


def _no_schema(datasource: str, name: str) -> Tampering:
    return rows(_BOTH, f"^{datasource}{_SCHEMATA}", lambda row: row[0] != name)


def _registered(edit: Callable[[list[str]], Sequence[str]], shard: str = "") -> Tampering:
    """Set the owners of all shards, or one shard, to what `edit` returns for the first shard's owners."""

    def change(answer: Json) -> Json:
        ids = sorted(decode(bytes.fromhex(answer[0][2]["hex"])))
        return [
            [name, at, {"hex": owners(edit(ids)).removeprefix("0x")} if shard in ("", name) else data]
            for name, at, data in answer
        ]

    return edited(_BOTH, _ALLOCATION, change)


SABOTAGES: Table[StoredRun] = {
    "DB-02": {
        "answer-no-user-database": wrong(
            "the account of both nodes sees no database of the users",
            _no_schema(_USERS, "userdb"),
            follows="DB-10",
            because="the same answer holds the character set",
        )
    },
    "DB-03": {
        "answer-one-table-less": wrong(
            "the registry's database lacks a table",
            rows(_BOTH, f"^{_REGISTRY}SELECT TABLE_NAME", lambda row: row[0] != LEAF),
        )
    },
    "DB-04": {
        "answer-an-older-script": wrong(
            "the users' database has an index as the script for older servers names it",
            replaced(_BOTH, f"^{_USERS}SELECT DISTINCT TABLE_NAME, INDEX_NAME", f"^{INDEX}$", OLD_INDEX),
        )
    },
    "DB-05": {
        "answer-no-processed-data-database": wrong(
            "the account of both nodes sees no database of the processed-data store",
            _no_schema(_PROCESSED, "WSO2_ANALYTICS_PROCESSED_DATA_STORE_DB"),
            follows="DB-10",
            because="the same answer holds the character set",
        )
    },
    "DB-06": {
        "answer-fewer-rights": wrong(
            "the account may make no trigger in the event store",
            replaced(_BOTH, "SHOW GRANTS", _GRANTED, r"SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, INDEX, ALTER \1"),
        ),
        "probe-not-read-back": wrong(
            "node 2 does not find the row that it wrote into its probe table",
            put("database", "^probe table of users made and dropped by node2", "read", value=None),
        ),
    },
    "DB-09": {
        "answer-another-server": wrong(
            "node 2's user database is on another server",
            edited(
                SECOND,
                f"^{_USERS}SHOW GLOBAL VARIABLES",
                lambda answer: [[name, _ANOTHER if name == "server_uuid" else value] for name, value in answer],
            ),
            follows="OPS-02",
            because="a second server was not asked how many connections it takes",
        ),
        "probe-row-not-seen": wrong(
            "node 2 does not find the row that node 1 wrote into the event store",
            put("database", "^probe row of event store from node1", "read", value=None),
        ),
    },
    "NID-03": {
        "answer-no-registered-id": wrong(
            "no shard belongs to the second of both ids", _registered(lambda ids: ids[:1])
        ),
        "answer-a-shard-less": wrong("a shard has no owner", rows(_BOTH, _ALLOCATION, lambda row: row[0] != "3")),
    },
    "NID-04": {
        "answer-a-third-id": wrong(
            "a shard still belongs to a pack that was replaced", _registered(lambda ids: [*ids, "old-pack"], "3")
        )
    },
}
