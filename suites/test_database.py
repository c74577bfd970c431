"""Tests the four shared databases in MySQL, through each node's datasources (page: Prerequisites, step 3)."""

from __future__ import annotations

from conformance.database.node_database import ClusterDatabases, NodeDatabase
from conformance.database.probe_table import ProbeTable
from conformance.judgement.requirement import not_applicable, requirement
from conformance.node.node import Node
from conformance.text.printable import listed


@requirement("DB-02")
def test_the_database_of_users_or_registry_is_there(scripted_database: NodeDatabase) -> None:
    absence = scripted_database.absence
    assert not absence, absence


@requirement("DB-03")
def test_every_table_of_the_script_is_there(scripted_database: NodeDatabase) -> None:
    missing = scripted_database.missing_tables
    assert not missing, f"{scripted_database}: {len(missing)} tables of the script are missing: {', '.join(missing)}"


@requirement("DB-04")
def test_the_script_fits_the_server(scripted_database: NodeDatabase) -> None:
    server, script = scripted_database.server_facts, scripted_database.script
    if server.maria or server.version < (5, 7):
        not_applicable(f"the server is {server.product}; the page wants mysql5.7.sql for MySQL 5.7 and newer")
    assert script.suits_57, (
        f"{scripted_database}: found {script.describe()}, expected those of mysql5.7.sql for {server.product}"
    )


@requirement("DB-05")
def test_the_database_of_a_record_store_is_there(store_database: NodeDatabase) -> None:
    absence = store_database.absence
    assert not absence, absence


@requirement("DB-06")
def test_the_account_may_do_all(shared_database: NodeDatabase) -> None:
    account = shared_database.account
    missing = account.missing(shared_database.name)
    assert not missing, f"{shared_database}: {account.describe()} lacks {', '.join(missing)}; grant all on the database"


@requirement("DB-06")
def test_the_account_makes_and_drops_a_table(shared_database: NodeDatabase, probe_table: ProbeTable) -> None:
    outcome = probe_table.made_and_dropped(shared_database)
    assert outcome.good, outcome.text


@requirement("DB-09")
def test_both_nodes_reach_the_same_server(database_pair: tuple[NodeDatabase, NodeDatabase]) -> None:
    first, second = (database.server_facts for database in database_pair)
    message = f"{database_pair[1]}: reaches {second.description}, expected {first.description} as {database_pair[0]}"
    assert second.identity == first.identity, message


@requirement("DB-09")
def test_what_one_node_writes_the_other_reads(
    database_pair: tuple[NodeDatabase, NodeDatabase], probe_table: ProbeTable
) -> None:
    outcome = probe_table.crossing(*database_pair)
    assert outcome.good, outcome.text


@requirement("DB-10")
def test_character_set_and_modes_are_recorded(shared_database: NodeDatabase) -> None:
    settings = shared_database.settings
    assert settings["character_set"], (
        f"{shared_database}: its character set is not known; sql_mode {settings['sql_mode']}"
    )


@requirement("NID-03")
def test_the_id_of_each_node_is_registered(node: Node, databases: ClusterDatabases) -> None:
    own, registered = node.node_id.value, databases.shard_allocation(node)
    message = f"{own.found}; {registered} has registered only"
    assert own in registered.ids, f"{message} {registered.describe(registered.ids)}"


@requirement("NID-03")
def test_every_shard_has_an_owner(node: Node, databases: ClusterDatabases) -> None:
    registered, shards = databases.shard_allocation(node), node.analytics_config.shard_count
    missing = registered.unallocated(shards)
    assert not missing, (
        f"{registered}: no node is registered for shards {listed(missing)} of {int(shards)} ({shards.where})"
    )


@requirement("NID-04")
def test_no_other_id_is_registered(first_node: Node, second_node: Node, databases: ClusterDatabases) -> None:
    registered = databases.shard_allocation(first_node)
    own = {first_node.node_id.value, second_node.node_id.value}
    others = [name for name in registered.ids if name not in own]
    assert not others, (
        f"{registered}: found {registered.describe(others)} beside the nodes' own ids {listed(sorted(own))}: "
        "left by replaced packs; restore their my-node-id.dat files, or clean the databases"
    )
