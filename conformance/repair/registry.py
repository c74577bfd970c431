"""Repairs of the shared users and the mounted registry (page: Required configurations, steps 1.3 and 1.4)."""

from conformance.node.checks import datasource_links, local_registry, registry_mounts
from conformance.node.home.registry_xml import INSTANCE, LOCAL_CONFIG, MOUNTED, SHARED_CONFIG, RegistryXml
from conformance.node.home.shared_databases import Role
from conformance.node.home.user_mgt import UserMgt
from conformance.pack.steps.registry_mount import instance_element, mount_element
from conformance.pack.steps.xml_file import element
from conformance.pair import registry_links
from conformance.repair import databases
from conformance.repair.desk import Desk, Remedy, each, what_is_known

_PATH = RegistryXml.PATH
#: JNDI name of the node's own database on the page.
_LOCAL_JNDI = "jdbc/WSO2CarbonDB"
_USERS = "/*/Realm/Configuration"
_USERS_SOURCE = "Property[normalize-space(@name)='dataSource']"


def _further_stores(at: Desk) -> None:
    stores = datasource_links.user_stores(at.node) if datasource_links.problem_of_user_stores(at.node) else []
    for place in filter(None, (store.place for store in stores)):
        at.ask(
            f"Is the user store at {place.where} meant to have users that only {at.name} knows?",
            "let it use a database that both nodes share, or take it out",
        )


def _name_the_shared(at: Desk) -> None:
    """The JNDI name of the users' datasource, if there is one, which another requirement demands."""
    if not datasource_links.problem_of_users(at.node) or not (jndi := databases.shared_jndi(at, Role.USERS)):
        return
    if at.node.user_mgt.datasource.present:
        at.text(UserMgt.PATH, f"{_USERS}/{_USERS_SOURCE}[last()]", jndi)
    else:
        at.place(UserMgt.PATH, element("Property", jndi, name="dataSource"), _USERS, _USERS_SOURCE)


def _config(name: str) -> str:
    return f"dbConfig[@name='{name}']"


def _shared_config(at: Desk) -> None:
    if not datasource_links.problem_of_registry(at.node) or not (jndi := databases.shared_jndi(at, Role.REGISTRY)):
        return
    names = [str(one.name) for one in at.node.registry_xml.shared_configs if one.inline is None]
    for name in names or [SHARED_CONFIG]:
        _lead_to(at, name, jndi)
    if at.node.registry_xml.config(SHARED_CONFIG) is None and datasource_links.problem_of_registry(at.node):
        _lead_to(at, SHARED_CONFIG, jndi)


def _lead_to(at: Desk, name: str, jndi: str) -> None:
    place = f"/*/{_config(name)}"
    found = at.node.registry_xml.config(name)
    if found is not None and found.jndi.present:
        at.text(_PATH, f"{place}/dataSource", jndi)
    else:
        new = element("dbConfig", None, element("dataSource", jndi), name=name)
        local = at.node.registry_xml.config(LOCAL_CONFIG) is not None
        after = _config(LOCAL_CONFIG) if local and name != LOCAL_CONFIG else "currentDBConfig"
        there = local or at.node.registry_xml.current.present
        at.place(_PATH, new, "/*", _config(name), after if there else "")


def _own(at: Desk) -> None:
    with what_is_known():
        if at.node.registry_xml.config(LOCAL_CONFIG) is None and not at.node.registry_xml.own:
            _own_datasource(at)
    with what_is_known():
        if local_registry.problem_of_current(at.node) and at.node.registry_xml.config(LOCAL_CONFIG):
            at.text(_PATH, "/*/currentDBConfig", LOCAL_CONFIG)
    with what_is_known():
        if local_registry.not_its_own(at.node):
            _own_datasource(at)
    with what_is_known():
        if at.peer is not None and local_registry.common(*at.bench.nodes):
            for desk in at.both:
                _own_datasource(desk)


def _own_datasource(at: Desk) -> None:
    """The page's datasource, if the datasource file has it."""
    found = at.node.master_datasources.by_jndi(_LOCAL_JNDI)
    own = at.node.registry_xml.own
    name = str(own.name) if own is not None else LOCAL_CONFIG
    if found is None or not found.foreign:
        at.ask(
            f"Which data source has {at.name}'s own registry? The page's {_LOCAL_JNDI} is not there, or is MySQL's.",
            f"write its JNDI name into dbConfig {name} of {_PATH}",
        )
        return
    _lead_to(at, name, _LOCAL_JNDI)


def _instances(at: Desk) -> None:
    registry = at.node.registry_xml
    if registry_links.problem_of_instances(registry):
        ids = [str(one.id) for one in registry.instances]
        if INSTANCE in ids or _twins(ids):
            _only_one(at, "remoteInstance", "id", ids)
        else:
            _add_instance(at)


def _add_instance(at: Desk) -> None:
    datasource = at.node.shared.meant(Role.REGISTRY) or at.node.shared.find(Role.REGISTRY)
    if datasource is None or datasource.jdbc.problem:
        at.ask(*databases.WHICH)
        return
    cache_id = f"{datasource.username.strip()}@{datasource.url.strip()}"
    after = _config(SHARED_CONFIG) if at.node.registry_xml.config(SHARED_CONFIG) else None
    new = instance_element(cache_id, at.node.access.spec.https)
    at.place(_PATH, new, "/*", f"remoteInstance[id='{INSTANCE}']", after)


def _settings(at: Desk) -> None:
    registry = at.node.registry_xml
    for one in registry.mounted_instances:
        place = f"/*/remoteInstance[id='{one.id}']"
        if one.over_http:
            what = f"take <username> and <password> out of the remoteInstance {one.id.describe()}"
            at.without(_PATH, f"{place}/*[self::username or self::password]", what)
        wanted = {"readOnly": ("false", one.read_only), "enableCache": ("true", one.enable_cache)}
        wanted["registryRoot"] = ("/", one.registry_root)
        for tag, (value, found) in wanted.items():
            if (found.lower() if tag == "readOnly" else found) != value:
                at.child(_PATH, place, element(tag, value), present=found.present)
    if registry_links.problem_of_their_configs(at.node.registry_xml) and registry.meant_config is not None:
        for one in registry.mounted_instances:
            named = registry.config(one.db_config)
            if named is None or registry.is_own(named):
                new = element("dbConfig", str(registry.meant_config.name))
                at.child(_PATH, f"/*/remoteInstance[id='{one.id}']", new, present=one.db_config.present)


def _cache_id(at: Desk) -> None:
    if not registry_mounts.problem_of_cache_ids(at.node):
        return
    registry = at.node.registry_xml
    if not registry.mounted_instances:
        at.ask(*databases.WHICH)
    for path in MOUNTED:
        if instance := registry.instance_behind(path):
            source = at.node.shared.of(Role.mounted_at(path))
            value = f"{source.username.strip()}@{source.url.strip()}"
            place = f"/*/remoteInstance[id='{instance.id}']"
            at.child(_PATH, place, element("cacheId", value), present=instance.cache_id.present, after="id")


def _mount(at: Desk, path: str) -> None:
    registry = at.node.registry_xml
    place = f"/*/mount[@path='{path}']"
    if registry_links.problem_of_mount(registry, path):
        if registry.mounts_of(path):
            _only_one(at, "mount", "@path", [str(one.path) for one in registry.mounts])
        else:
            known = registry.meant_instance
            others = [one for one in MOUNTED if one != path and registry.mounts_of(one)]
            instance = f"remoteInstance[id='{registry.instances[-1].id}']" if registry.instances else None
            after = f"mount[@path='{others[0]}']" if others else instance
            new = mount_element(path, str(known.id) if known else INSTANCE)
            at.place(_PATH, new, "/*", f"mount[@path='{path}']", after)
        return
    mount = registry_links.the_mount(registry, path)
    if registry_links.problem_of_its_instance(registry, path):
        known = registry.meant_instance
        if known is not None:
            at.child(_PATH, place, element("instanceId", str(known.id)), present=mount.instance.present, after="")
    view = at.bench.view
    if registry_links.problem_of_its_target(at.node, view, path):
        at.child(_PATH, place, element("targetPath", path), present=mount.target.present)
    if registry_links.problem_of_overwriting(registry, path):
        at.attribute(_PATH, place, "overwrite", "true")


def _twins(names: list[str]) -> list[str]:
    return sorted({one for one in names if names.count(one) > 1})


def _only_one(at: Desk, tag: str, key: str, names: list[str]) -> None:
    """Keep the first of equal twins; for different ones, ask the operator."""
    for name in _twins(names):
        xpath = f"/*/{tag}[{key}='{name}']"
        if at.alike(_PATH, xpath):
            at.without(_PATH, f"({xpath})[position() > 1]", f"take all but one {tag} {name} out")
        else:
            at.ask(f"Which {tag} {name} is right? {at.name} {_PATH} has several.", "take the others out")


_LINKS = (Remedy("REG-03", _instances), Remedy("REG-03", _settings), Remedy("REG-05", each(MOUNTED, _mount)))
REMEDIES = (
    Remedy("UM-01", _name_the_shared),
    Remedy("UM-01", _further_stores),
    Remedy("REG-02", _own),
    Remedy("REG-01", _shared_config),
    *_LINKS,
)
#: Remedies to apply after the datasources have their addresses.
LATER = (*_LINKS, Remedy("REG-04", _cache_id))
