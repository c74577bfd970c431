"""Lines of the product's log by which a node's start is known to be complete.

See docs/product/logs.md#lines-of-a-start.
"""

STARTED = "WSO2 Carbon started"
CONSOLE = "Mgt Console URL"
ACTIVE = "Became CEP HA Active Member"
PASSIVE = "Became CEP HA Passive Member"
SYNCED = "CEP HA State successfully synced"
