"""All sabotages, by what they break."""

from __future__ import annotations

from sabotage import (
    homes_clustering,
    homes_datasources,
    homes_event_processor,
    homes_registry,
    homes_spark,
    homes_stores,
    logs,
)
from sabotage.sabotage import Sabotage

#: Configuration, installation and logs of a pair of homes.
HOMES: tuple[Sabotage, ...] = (
    *homes_stores.SABOTAGES,
    *homes_datasources.SABOTAGES,
    *homes_registry.SABOTAGES,
    *homes_clustering.SABOTAGES,
    *homes_event_processor.SABOTAGES,
    *homes_spark.SABOTAGES,
    *logs.SABOTAGES,
)
