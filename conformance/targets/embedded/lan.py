"""One bridge and one network namespace per host, made through netlink (pyroute2); needs root, if only a mapped one."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from pyroute2 import IPRoute, NetlinkError, NetNS

from conformance.deployment.interface import THROTTLE_BURST, THROTTLE_WAIT
from conformance.errors import ConformanceError

BRIDGE = "lab"
_PREFIX = 24
_CLONE_NEWNET = 0x40000000
#: Parent of a link's outermost queue, for the kernel.
_ROOT = 0xFFFFFFFF
_LIBC = ctypes.CDLL(None, use_errno=True)

T = TypeVar("T")


def loopback_up() -> None:
    """Bring up the loopback interface of this process's network namespace."""
    with IPRoute() as netlink:
        netlink.link("set", index=_index(netlink, "lo"), state="up")


class Lan:
    """Hosts on one bridge. The namespaces live as long as this object's files or a process in them."""

    def __init__(self, test_address: str) -> None:
        self._netlink = IPRoute()
        self._files: dict[str, int] = {}
        self._netlink.link("add", ifname=BRIDGE, kind="bridge")
        bridge = _index(self._netlink, BRIDGE)
        self._netlink.addr("add", index=bridge, address=test_address, prefixlen=_PREFIX)
        self._netlink.link("set", index=bridge, state="up")

    def add(self, name: str, address: str) -> None:
        """Make a host with this address and plug it in."""
        self._files[name] = file = _new_namespace()
        self._netlink.link("add", ifname=_port(name), kind="veth", peer={"ifname": "eth0", "net_ns_fd": file})
        port = _index(self._netlink, _port(name))
        self._netlink.link("set", index=port, master=_index(self._netlink, BRIDGE), state="up")
        with NetNS(str(self.namespace(name)), flags=0) as inside:
            inside.link("set", index=_index(inside, "lo"), state="up")
            card = _index(inside, "eth0")
            inside.addr("add", index=card, address=address, prefixlen=_PREFIX)
            inside.link("set", index=card, state="up")

    def namespace(self, name: str) -> Path:
        """A path that stands for the host's network namespace, for every process that sees this one in /proc."""
        return Path(f"/proc/{os.getpid()}/fd/{self._files[name]}")

    def inside(self, name: str, action: Callable[[], T]) -> T:
        """Run `action` in the host's network namespace, in a thread of its own. ConformanceError if refused."""
        return _in_thread(lambda: _entered(self._files[name], action))

    def set_link(self, name: str, up: bool) -> None:
        """Plug the host in or out: the host itself sees its carrier come or go."""
        self._netlink.link("set", index=_index(self._netlink, _port(name)), state="up" if up else "down")

    def set_isolated(self, name: str, isolated: bool) -> None:
        """Isolated ports of the bridge do not reach each other, only the ones that are not isolated."""
        self._netlink.brport("set", index=_index(self._netlink, _port(name)), isolated=int(isolated))

    def can_set_rate(self, name: str) -> bool:
        """Whether the kernel has a token bucket filter: tried on the host's loopback, which no one uses."""
        try:
            self.set_rate(name, 1_000_000, card="lo")
        except NetlinkError:
            return False
        self.set_rate(name, None, card="lo")
        return True

    def set_rate(self, name: str, bits_per_second: int | None, card: str = "eth0") -> None:
        """Let what the host sends leave no faster, or as fast as it can (None)."""
        with NetNS(str(self.namespace(name)), flags=0) as inside:
            index = _index(inside, card)
            if bits_per_second is not None:
                inside.tc(
                    "replace",
                    "tbf",
                    index=index,
                    rate=f"{bits_per_second}bit",
                    burst=THROTTLE_BURST,
                    latency=THROTTLE_WAIT,
                )
            elif inside.get_qdiscs(index=index)[0].get_attr("TCA_KIND") == "tbf":
                inside.tc("del", index=index, parent=_ROOT)

    def close(self) -> None:
        """Remove the bridge and let go of the namespaces; the kernel removes those that no process is in."""
        for name, file in self._files.items():
            self._netlink.link("del", index=_index(self._netlink, _port(name)))
            os.close(file)
        self._files.clear()
        self._netlink.link("del", index=_index(self._netlink, BRIDGE))
        self._netlink.close()

    def __enter__(self) -> Lan:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _port(name: str) -> str:
    return f"to-{name}"


def _index(netlink: IPRoute, name: str) -> int:
    found = netlink.link_lookup(ifname=name)
    if not found:
        raise ConformanceError(f"no network interface {name} in the lab's network")
    return int(found[0])


def _new_namespace() -> int:
    """A file descriptor of a fresh network namespace: a short-lived thread enters a new one and opens it."""

    def made() -> int:
        _demand(_LIBC.unshare(_CLONE_NEWNET), "no new network namespace")
        return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)

    return _in_thread(made)


def _entered(namespace: int, action: Callable[[], T]) -> T:
    _demand(_LIBC.setns(namespace, _CLONE_NEWNET), "the network namespace cannot be entered")
    return action()


def _in_thread(action: Callable[[], T]) -> T:
    """A thread's namespace is its own: it ends with it."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(action).result()


def _demand(result: int, what: str) -> None:
    if result != 0:
        raise ConformanceError(f"{what}: {os.strerror(ctypes.get_errno())}", "use --loopback")
