"""The project's network: takes containers out and puts them back, or cuts them off from one another."""

import ipaddress
import secrets
from collections.abc import Iterable, Mapping

import docker
import psutil

from conformance.deployment.interface import THROTTLE_BURST, THROTTLE_WAIT
from conformance.errors import ConformanceError
from conformance.targets.compose import engine
from conformance.targets.compose.container import Container
from conformance.targets.compose.inside.settings import NODES

OBSERVER = "observer"
#: A link-layer address that no card has: packets sent to it are lost silently.
_NOWHERE = "02:00:00:00:00:01"
#: Finds the card by the container's address, because a container that rejoins the network gets another card.
_CARD = "set -- $(ip -o -4 addr show to {}) && card=$2 && "
#: Adds another address to the first card that is not loopback, or removes that address.
_EXTRA = "ip addr {} {}/32 dev $(ip -o -4 addr show scope global | awk '{{print $2; exit}}')"
_FREE = "tc qdisc del dev {} root"


class ContainerNetwork:
    """See conformance.deployment.interface.NetworkControl."""

    def __init__(
        self, client: docker.DockerClient, name: str, containers: Mapping[str, Container], addresses: Mapping[str, str]
    ) -> None:
        """Containers and fixed addresses by service name."""
        self._client = client
        self._name = name
        self._containers = containers
        self._addresses = addresses

    def unplug(self, name: str) -> None:
        """Take a container out of the network; do nothing if it is out already."""
        with engine.errors(f"{name}: leaving the network"):
            network = self._client.networks.get(self._name)
            if self._plugged(name):
                network.disconnect(self._containers[name].name)

    def plug(self, name: str) -> None:
        """Put a container back, with its former address and name; do nothing if it is in the network already."""
        with engine.errors(f"{name}: joining the network"):
            network = self._client.networks.get(self._name)
            if not self._plugged(name):
                network.connect(self._containers[name].name, aliases=[name], ipv4_address=self._addresses[name])

    def isolate(self, *names: str) -> None:
        """Cut these containers off from one another, silently; all others still reach each of them."""
        for name, other in _pairs(names):
            where = f'lladdr {_NOWHERE} dev "$card" nud permanent'
            self._at_card(name, f"ip neigh replace {self._addresses[other]} {where}")

    def join(self, *names: str) -> None:
        """Undo `isolate`. A container that was started again is no longer isolated anyway."""
        for name, other in _pairs(names):
            if self._containers[name].status == "running":
                address = self._addresses[other]
                # If no such entry exists, the command complains, and there is nothing to undo.
                self._at_card(name, f'{{ ip neigh del {address} dev "$card" nud permanent 2>/dev/null || true; }}')

    def can_throttle(self, name: str) -> bool:
        """Whether the engine's kernel can slow links and the image has `tc`; tried on loopback, which nothing uses."""
        try:
            command = f"{_limited('lo', 1_000_000)} && {_FREE.format('lo')}"
            self._containers[name].run(["sh", "-c", command], user="root")
        except ConformanceError:
            return False
        return True

    def throttle(self, name: str, bits_per_second: int) -> None:
        """Limit the rate at which a container sends."""
        self._at_card(name, _limited('"$card"', bits_per_second))

    def unthrottle(self, name: str) -> None:
        """Undo `throttle`. A container that was started again is no longer slowed anyway."""
        if self._containers[name].status == "running":
            free = _FREE.format('"$card"')
            self._at_card(name, f'{{ tc qdisc show dev "$card" | grep -q tbf || exit 0; {free}; }}')

    def hold_address(self, name: str) -> None:
        """Give an ended container's address to the observer, where nothing listens, so that connections are refused."""
        self._containers[OBSERVER].run(["sh", "-c", _EXTRA.format("add", self._addresses[name])], user="root")
        self._forget_card(name)

    def release_address(self, name: str) -> None:
        """Undo `hold_address`; do nothing if the address is not held."""
        command = f"ip -o -4 addr show | grep -q ' {self._addresses[name]}/' || exit 0; "
        command += _EXTRA.format("del", self._addresses[name])
        self._containers[OBSERVER].run(["sh", "-c", command], user="root")
        self._forget_card(name)

    def _forget_card(self, name: str) -> None:
        """Make the nodes look up again which card has an address; otherwise they would use the old card for a while."""
        for node, container in self._containers.items():
            if node in NODES and container.status == "running":
                self._at_card(node, f'{{ ip neigh del {self._addresses[name]} dev "$card" 2>/dev/null || true; }}')

    def _at_card(self, name: str, command: str) -> None:
        """Run a shell command as root in a container; "$card" in it is the card with the container's address."""
        found = _CARD.format(self._addresses[name])
        self._containers[name].run(["sh", "-c", found + command], user="root")

    def _plugged(self, name: str) -> bool:
        container = self._client.containers.get(self._containers[name].name)
        return self._name in container.attrs["NetworkSettings"]["Networks"]


def _limited(card: str, bits_per_second: int) -> str:
    """Return the command that sets a token bucket filter."""
    bucket = f"burst {THROTTLE_BURST // 1024}kb latency {THROTTLE_WAIT}"
    return f"tc qdisc replace dev {card} root tbf rate {bits_per_second}bit {bucket}"


def _pairs(names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, other) for name in names for other in names if other != name]


#: The range for measurements between hosts (RFC 2544), which is not routed.
_RANGE = "198.18"
_COUNT = 256


def free_subnet(client: docker.DockerClient) -> str:
    """Return the first three numbers of a /24 network that neither Docker nor this machine uses, such as 198.18.77.

    The search begins at random, so that two runs at the same moment hardly choose the same network. ConformanceError if
    none is free.
    """
    with engine.errors("networks"):
        pools = [
            pool.get("Subnet", "")
            for network in client.networks.list()
            for pool in (network.attrs.get("IPAM") or {}).get("Config") or []
        ]
    return chosen([*pools, *_own()], secrets.randbelow(_COUNT))


def chosen(used: Iterable[str], first: int) -> str:
    """Return the first free network from number `first` on. ConformanceError if none is free."""
    networks = [ipaddress.ip_network(one, strict=False) for one in used if one]
    for number in range(first, first + _COUNT):
        prefix = f"{_RANGE}.{number % _COUNT}"
        candidate = ipaddress.ip_network(f"{prefix}.0/24")
        if not any(candidate.overlaps(one) for one in networks if one.version == candidate.version):
            return prefix
    raise ConformanceError(f"no network of {_RANGE}.0.0/16 is free", "docker network prune")


def _own() -> list[str]:
    addresses = [one for every in psutil.net_if_addrs().values() for one in every if one.family.name == "AF_INET"]
    return [f"{one.address}/{one.netmask}" for one in addresses if one.netmask]
