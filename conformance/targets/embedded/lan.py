"""Makes one bridge, and one network namespace per host, through netlink (pyroute2); needs root, or a mapped root."""

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
#: The kernel's handle for the parent of a link's outermost queue.
_ROOT = 0xFFFFFFFF
_LIBC = ctypes.CDLL(None, use_errno=True)

T = TypeVar("T")


def loopback_up() -> None:
    """Bring up the loopback interface of this process's network namespace."""
    with IPRoute() as netlink:
        netlink.link("set", index=_index(netlink, "lo"), state="up")


class Lan:
    """Hosts on one bridge. A namespace exists as long as this object's file descriptors or a process in it."""

    def __init__(self, test_address: str) -> None:
        self._netlink = IPRoute()
        self._files: dict[str, int] = {}
        self._netlink.link("add", ifname=BRIDGE, kind="bridge")
        bridge = _index(self._netlink, BRIDGE)
        self._netlink.addr("add", index=bridge, address=test_address, prefixlen=_PREFIX)
        self._netlink.link("set", index=bridge, state="up")

    def add(self, name: str, address: str) -> None:
        """Make a host with this address and connect it to the bridge."""
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
        """Return a path to the host's network namespace, valid for every process that sees this one in /proc."""
        return Path(f"/proc/{os.getpid()}/fd/{self._files[name]}")

    def inside(self, name: str, action: Callable[[], T]) -> T:
        """Run `action` in the host's network namespace, in an own thread. ConformanceError if the kernel refuses."""
        return _in_thread(lambda: _entered(self._files[name], action))

    def set_link(self, name: str, up: bool) -> None:
        """Connect or disconnect the host; the host itself sees its carrier come or go."""
        self._netlink.link("set", index=_index(self._netlink, _port(name)), state="up" if up else "down")

    def set_isolated(self, name: str, isolated: bool) -> None:
        """Isolate a port of the bridge, or undo that: isolated ports reach only ports that are not isolated."""
        self._netlink.brport("set", index=_index(self._netlink, _port(name)), isolated=int(isolated))

    def can_set_rate(self, name: str) -> bool:
        """Whether the kernel has a token bucket filter; tried on the host's loopback, which nothing uses."""
        try:
            self.set_rate(name, 1_000_000, card="lo")
        except NetlinkError:
            return False
        self.set_rate(name, None, card="lo")
        return True

    def set_rate(self, name: str, bits_per_second: int | None, card: str = "eth0") -> None:
        """Limit the rate at which the host sends; None removes the limit."""
        with NetNS(str(self.namespace(name)), flags=0) as inside:
            index = _index(inside, card)
            if bits_per_second is not None:
                rate = f"{bits_per_second}bit"
                inside.tc("replace", "tbf", index=index, rate=rate, burst=THROTTLE_BURST, latency=THROTTLE_WAIT)
            elif inside.get_qdiscs(index=index)[0].get_attr("TCA_KIND") == "tbf":
                inside.tc("del", index=index, parent=_ROOT)

    def close(self) -> None:
        """Remove the bridge and close the namespaces' files; the kernel removes namespaces without processes."""
        for name, file in self._files.items():
            self._netlink.link("del", index=_index(self._netlink, _port(name)))
            os.close(file)
        self._files.clear()
        self._netlink.link("del", index=_index(self._netlink, BRIDGE))
        self._netlink.close()


def _port(name: str) -> str:
    return f"to-{name}"


def _index(netlink: IPRoute, name: str) -> int:
    found = netlink.link_lookup(ifname=name)
    if not found:
        raise ConformanceError(f"no network interface {name} in the lab's network")
    return int(found[0])


def _new_namespace() -> int:
    """Return a file descriptor of a new network namespace, which a short-lived thread enters and opens."""

    def made() -> int:
        _demand(_LIBC.unshare(_CLONE_NEWNET), "no new network namespace")
        return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)

    return _in_thread(made)


def _entered(namespace: int, action: Callable[[], T]) -> T:
    _demand(_LIBC.setns(namespace, _CLONE_NEWNET), "the network namespace cannot be entered")
    return action()


def _in_thread(action: Callable[[], T]) -> T:
    """Run in a thread of its own: a thread's namespace ends with the thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(action).result()


def _demand(result: int, what: str) -> None:
    if result != 0:
        raise ConformanceError(f"{what}: {os.strerror(ctypes.get_errno())}", "use --loopback")
