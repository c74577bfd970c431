"""All sabotages, by what they break."""

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
    run_outages,
    run_sharing,
    run_spark,
)
from sabotage.homes import Homes
from sabotage.sabotage import Sabotage, listed
from sabotage.says import SAYS, SAYS_OF_RUNS
from sabotage.stored_run import StoredRun

_OF_HOMES = (
    *(homes_stores, homes_datasources, homes_registry, homes_clustering, homes_event_processor, homes_spark),
    *(logs, homes_field),
)
_OF_RUNS = (
    *(one.SABOTAGES for one in (run_databases, run_sharing, run_spark, run_console, run_events)),
    *(run_failover.SABOTAGES, run_outages.SABOTAGES, run_sharing.FIELD),
)

#: Sabotages of configuration, installation and logs of a pair of homes.
HOMES: tuple[Sabotage[Homes], ...] = tuple(one for module in _OF_HOMES for one in listed(module.SABOTAGES))

#: Sabotages of a stored run's answers: databases, running nodes, faults.
RUNS: tuple[Sabotage[StoredRun], ...] = tuple(
    replace(one, says=SAYS_OF_RUNS.get(one.name, one.says)) for found in _OF_RUNS for one in listed(found)
)

#: Further forms of faults in HOMES, and accepted forms; made for homes of the suite's own stock files.
VARIANTS: tuple[Sabotage[Homes], ...] = tuple(one for module in _OF_HOMES for one in getattr(module, "VARIANTS", ()))

#: HOMES and VARIANTS, with the expected messages for homes of the suite's own stock files.
STOCK: tuple[Sabotage[Homes], ...] = (*(replace(one, says=SAYS.get(one.name, one.says)) for one in HOMES), *VARIANTS)
