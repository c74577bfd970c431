"""Scenarios in plain words: their names, such as "failover there", are keys of evidence that operators do not know."""

_WORDS = {
    "failover there": "active node killed",
    "failover back": "node that took over killed",
    "failover graceful stop": "active node stopped gracefully",
    "failover loss of the passive": "passive node killed",
    "outage restart of both": "both nodes restarted",
    "outage rolling restart": "nodes restarted one after the other",
    "outage active frozen": "active node frozen",
    "outage database refused": "database stopped",
    "outage database silent": "database's host off the network",
    "outage partition": "link between the nodes cut",
    "outage link down": "passive node off the network",
    "outage slow network": "slow network",
    "outage partition with a short heartbeat": "link between the nodes cut until they notice it",
}


def in_words(step: str) -> str:
    """Return what a scenario breaks, by its kind and name; return these themselves for an unknown scenario."""
    return _WORDS.get(step, step)


def titled(step: str) -> str:
    """Return what a scenario breaks, with kind and name in brackets, which messages and evidence use."""
    return f"{_WORDS[step]} ({step})" if step in _WORDS else step
