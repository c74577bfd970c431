"""All sabotages, by what they break."""

from __future__ import annotations

from dataclasses import replace

from sabotage import (
    homes_clustering,
    homes_datasources,
    homes_event_processor,
    homes_field,
    homes_registry,
    homes_spark,
    homes_stores,
    logs,
    run_console,
    run_databases,
    run_events,
    run_failover,
    run_field,
    run_outages,
    run_sharing,
    run_spark,
)
from sabotage.homes import Homes
from sabotage.sabotage import Sabotage
from sabotage.says import SAYS
from sabotage.says_of_runs import SAYS_OF_RUNS
from sabotage.stored_run import StoredRun

#: Configuration, installation and logs of a pair of homes.
HOMES: tuple[Sabotage[Homes], ...] = (
    *homes_stores.SABOTAGES,
    *homes_datasources.SABOTAGES,
    *homes_registry.SABOTAGES,
    *homes_clustering.SABOTAGES,
    *homes_event_processor.SABOTAGES,
    *homes_spark.SABOTAGES,
    *logs.SABOTAGES,
    *homes_field.SABOTAGES,
)

#: Answers of a stored run: databases, running nodes, faults.
RUNS: tuple[Sabotage[StoredRun], ...] = tuple(
    replace(one, says=SAYS_OF_RUNS.get(one.name, one.says))
    for one in (
        *run_databases.SABOTAGES,
        *run_sharing.SABOTAGES,
        *run_spark.SABOTAGES,
        *run_console.SABOTAGES,
        *run_events.SABOTAGES,
        *run_failover.SABOTAGES,
        *run_outages.SABOTAGES,
        *run_field.SABOTAGES,
    )
)

#: More forms of what is broken in HOMES, and forms that are accepted: made for homes of our own stock files.
VARIANTS: tuple[Sabotage[Homes], ...] = (
    *homes_stores.VARIANTS,
    *homes_datasources.VARIANTS,
    *homes_registry.VARIANTS,
    *homes_clustering.VARIANTS,
    *homes_event_processor.VARIANTS,
    *homes_spark.VARIANTS,
)

#: All of them, with what their messages say of homes of our own stock files.
STOCK: tuple[Sabotage[Homes], ...] = (
    *(replace(one, says=SAYS.get(one.name, one.says)) for one in HOMES),
    *VARIANTS,
)
