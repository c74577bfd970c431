"""A network for each run: the first one that neither Docker nor this machine uses already."""

import ipaddress
import secrets
from collections.abc import Iterable

import docker
import psutil

from conformance.errors import ConformanceError
from conformance.targets.compose import engine

#: The range for measurements between hosts (RFC 2544), which nobody routes.
_RANGE = "198.18"
_COUNT = 256


def free(client: docker.DockerClient) -> str:
    """The first three numbers of a free /24 network, such as 198.18.77. Raises ConformanceError when none is free.

    Two runs that choose at the same moment hardly choose the same: they begin to look at random.
    """
    with engine.errors("networks"):
        pools = [
            pool.get("Subnet", "")
            for network in client.networks.list()
            for pool in (network.attrs.get("IPAM") or {}).get("Config") or []
        ]
    return chosen([*pools, *_own()], secrets.randbelow(_COUNT))


def chosen(used: Iterable[str], first: int) -> str:
    """The first free one from number `first` on. Raises ConformanceError when there is none."""
    networks = [ipaddress.ip_network(one, strict=False) for one in used if one]
    for number in range(first, first + _COUNT):
        prefix = f"{_RANGE}.{number % _COUNT}"
        candidate = ipaddress.ip_network(f"{prefix}.0/24")
        if not any(candidate.overlaps(one) for one in networks if one.version == candidate.version):
            return prefix
    raise ConformanceError(f"no network of {_RANGE}.0.0/16 is free", "docker network prune")


def _own() -> list[str]:
    addresses = [
        address for every in psutil.net_if_addrs().values() for address in every if address.family.name == "AF_INET"
    ]
    return [f"{one.address}/{one.netmask}" for one in addresses if one.netmask]
