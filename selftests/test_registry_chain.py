"""The links of registry.xml where each mount has a chain of its own, and where a link is cut."""

import pytest

from conformance.node.home.registry_chain import RegistryChain
from conformance.node.home.registry_xml import RegistryXml
from conformance.node.home.xml_source import XmlSource

GOVERNANCE, CONFIGURATION = "/_system/governance", "/_system/config"


def chain(*mounts: tuple[str, str]) -> RegistryChain:
    """Instances a and gov on databases of their own; `mounts` are paths and the instances that they name."""
    configs = "".join(f'<dbConfig name="{name}"><dataSource>jdbc/{name}</dataSource></dbConfig>' for name in CONFIGS)
    instances = "".join(
        f'<remoteInstance url="x"><id>{name}</id><dbConfig>{config}</dbConfig></remoteInstance>'
        for name, config in (("a", "other"), ("gov", "govregistry"))
    )
    told = "".join(
        f'<mount path="{path}" overwrite="true"><instanceId>{to}</instanceId><targetPath>{path}</targetPath></mount>'
        for path, to in mounts
    )
    text = f"<wso2registry><currentDBConfig>wso2registry</currentDBConfig>{configs}{instances}{told}</wso2registry>"
    return RegistryChain(RegistryXml(XmlSource("node1", RegistryXml.PATH, text)))


CONFIGS = ("wso2registry", "other", "govregistry")
BOTH = ((GOVERNANCE, "gov"), (CONFIGURATION, "a"))


@pytest.mark.parametrize(
    ("mounts", "path", "instance", "config"),
    [
        (BOTH, GOVERNANCE, "gov", "govregistry"),
        (BOTH, CONFIGURATION, "a", "other"),
        (BOTH[:1], CONFIGURATION, None, "govregistry"),
        (((GOVERNANCE, "nowhere"),), GOVERNANCE, None, "govregistry"),
        (((GOVERNANCE, "a"), (GOVERNANCE, "gov")), GOVERNANCE, "a", "other"),
        ((), GOVERNANCE, None, "govregistry"),
    ],
)
def test_a_path_leads_by_its_own_mount_to_a_database(mounts, path, instance, config):
    found = chain(*mounts)
    named, behind, last = found.named_instance(path), found.instance(path), found.config(path)
    assert (named and named.id) == instance
    assert behind is not None
    assert behind.id == (instance or "gov")
    assert last is not None
    assert last.name == config
    assert found.meant_config is not None
    assert (found.meant_config.name, found.own_name) == ("govregistry", "wso2registry")


@pytest.mark.parametrize(("path", "count"), [(GOVERNANCE, 2), (CONFIGURATION, 1), ("/_system/local", 0)])
def test_mounts_are_found_by_their_path(path, count):
    found = chain((GOVERNANCE, "gov"), (CONFIGURATION, "gov"), (GOVERNANCE, "a"))
    assert [one.path for one in found.registry.mounts_of(path)] == [path] * count
