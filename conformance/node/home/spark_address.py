"""SPARK_LOCAL_IP: the address that Spark uses on a host with several addresses (page: step 6)."""

from ipaddress import ip_address

from conformance.judgement.requirement import not_applicable, not_assessed
from conformance.node.home.own_host import OwnHost, canonical, ip_version
from conformance.node.home.spark_environment import LOCAL_IP, SparkEnvironment


def shared(first: SparkEnvironment, second: SparkEnvironment) -> str:
    """Report, for the operator, that both nodes, on different hosts, export the same address; "" if not."""
    one, other = first.local_ip, second.local_ip
    if not one.present or first.computed or canonical(one) != canonical(other):
        return ""
    return f"{other.found}, expected another address than that of {one.where}"


def refusal(environment: SparkEnvironment, host: OwnHost) -> str:
    """Why Spark may use an address that is not the node's, for the operator; "" if it does not.

    NotApplicable if the host has one address and exports none; NotAssessed if the files do not show it.
    """
    local_ip = environment.local_ip
    if local_ip.present and environment.computed:
        not_assessed(f"{local_ip.found}, which only the node's own shell knows")
    if local_ip.present:
        return host.refusal(local_ip)
    several = [one for one in host.known if ip_version(one) == 4 and not ip_address(one).is_loopback]
    if not host.stated or not several:
        not_assessed(f"{local_ip.where}: found nothing, and how many addresses the host has is not known")
    if len(several) == 1:
        not_applicable(f"the host has one address, {several[0]}")
    return (
        f"{local_ip.where}: found nothing, expected 'export {LOCAL_IP}=' with one of {', '.join(several)}: "
        "master and application would each pick an address by a rule of their own"
    )
