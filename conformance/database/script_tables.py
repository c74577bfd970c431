"""The tables of the product's MySQL script, and how to tell its two variants apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from conformance.database.server_facts import ServerFacts

#: 17 tables of the registry and 22 of the user manager, the same in mysql.sql and mysql5.7.sql of DAS 3.1.0.
REGISTRY_TABLES = (
    "REG_CLUSTER_LOCK", "REG_LOG", "REG_PATH", "REG_CONTENT", "REG_CONTENT_HISTORY", "REG_RESOURCE",
    "REG_RESOURCE_HISTORY", "REG_COMMENT", "REG_RESOURCE_COMMENT", "REG_RATING", "REG_RESOURCE_RATING", "REG_TAG",
    "REG_RESOURCE_TAG", "REG_PROPERTY", "REG_RESOURCE_PROPERTY", "REG_ASSOCIATION", "REG_SNAPSHOT",
)  # fmt: skip
USER_TABLES = (
    "UM_TENANT", "UM_DOMAIN", "UM_USER", "UM_SYSTEM_USER", "UM_ROLE", "UM_MODULE", "UM_MODULE_ACTIONS",
    "UM_PERMISSION", "UM_ROLE_PERMISSION", "UM_USER_PERMISSION", "UM_USER_ROLE", "UM_SHARED_USER_ROLE",
    "UM_ACCOUNT_MAPPING", "UM_USER_ATTRIBUTE", "UM_DIALECT", "UM_CLAIM", "UM_PROFILE_CONFIG", "UM_HYBRID_ROLE",
    "UM_HYBRID_USER_ROLE", "UM_SYSTEM_ROLE", "UM_SYSTEM_USER_ROLE", "UM_HYBRID_REMEMBER_ME",
)  # fmt: skip
#: Other tables may exist too: newer kernels create UM_CLAIM_BEHAVIOR, other products their own.
SCRIPT_TABLES = REGISTRY_TABLES + USER_TABLES

#: A table and one of its index names in mysql.sql and in mysql5.7.sql. From 4.5.1 on, the kernel's mysql.sql uses the
#: names of mysql5.7.sql and fits 5.7 (docs/product/database.md#schema-scripts).
_TELLING = (
    ("REG_LOG", "REG_LOG_IND_BY_REG_LOGTIME", "REG_LOG_IND_BY_REGLOG"),
    ("REG_RESOURCE", "REG_RESOURCE_IND_BY_TENANT", "REG_RESOURCE_IND_BY_TENAN"),
)


def missing_tables(found: Collection[str], server: ServerFacts) -> list[str]:
    """Tables of the script that are not in `found`, in the script's order."""
    have = {server.folded(name) for name in found}
    return [name for name in SCRIPT_TABLES if server.folded(name) not in have]


@dataclass(frozen=True)
class ScriptVariant:
    """The script variant of a database, identified by index names."""

    old: tuple[str, ...]
    new: tuple[str, ...]

    @classmethod
    def of(cls, indexes: Iterable[tuple[str, str]]) -> ScriptVariant:
        """Find the variant from pairs (table, index); MySQL ignores the case of index names."""
        have = {(table.upper(), index.upper()) for table, index in indexes}
        old = tuple(f"{table}.{name}" for table, name, _ in _TELLING if (table, name) in have)
        new = tuple(f"{table}.{name}" for table, _, name in _TELLING if (table, name) in have)
        return cls(old, new)

    @property
    def suits_57(self) -> bool:
        """Whether a script for MySQL 5.7 and newer ran completely."""
        return not self.old and len(self.new) == len(_TELLING)

    def describe(self) -> str:
        """Describe what was found, for a message."""
        names = ", ".join((*self.old, *self.new))
        if self.old and self.new:
            return f"indexes of both scripts ({names})"
        if self.old:
            return f"the indexes of mysql.sql ({names})"
        return f"only part of the indexes that a script makes ({names})" if names else "no index of either script"
