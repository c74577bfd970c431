"""Repairs of the datasources of the four shared databases (page: Required configurations, steps 1.1 and 1.2)."""

from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from conformance.node.checks import datasource_links, same_database
from conformance.node.home import datasources
from conformance.node.home.datasources import Datasource, Datasources, InlineDatasource
from conformance.node.home.jdbc_driver import misfit
from conformance.node.home.pool import is_false, page_values
from conformance.node.home.shared_databases import Role
from conformance.pack.steps.datasources import POOL, page_datasource
from conformance.pack.steps.xml_file import XmlFile, element
from conformance.repair import databases
from conformance.repair.desk import Desk, Remedy, each, what_is_known, which_of_two

_LIST = "/*/datasources"
_SETTINGS = "definition/configuration"
#: Settings in the page's order.
_ORDER = ("url", "username", "password", *POOL, "defaultAutoCommit")
_STORES = (Role.EVENTS, Role.PROCESSED)


def _defined(at: Desk, role: Role) -> None:
    if not datasource_links.problem_undefined(at.node, role):
        return
    file, found = at.node.shared.file(role), at.node.shared.defined(role)
    if found is None:
        _define(at, role)
    else:
        _one_of_twins(at, file, str(found.name))


def _define(at: Desk, role: Role) -> None:
    """Define the role's datasource as on the page with stated values, or else as on the peer without the password."""
    url, user = databases.url(at, role), databases.user(at, role)
    path, name = at.node.shared.file(role).path, role.value.name
    which = f"datasource[name='{name}']"
    if not url or not user:
        at.ask(*databases.WHICH)
        return
    new = None if at.bench.database else _without_secrets(at.peer_element(path, f"{_LIST}/{which}"))
    at.place(path, page_datasource(name, url, user) if new is None else new, _LIST, which)


def _without_secrets(found: etree._Element | None) -> etree._Element | None:
    new = deepcopy(found)
    for one in list(new.iter("password")) if new is not None else ():
        parent = one.getparent()
        if parent is not None:
            parent.remove(one)
    return new


def _one_of_twins(at: Desk, file: Datasources, name: str) -> None:
    """Remove a twin that is empty or equal; for two different ones, ask the operator."""
    twins = [(place, one) for place, one in enumerate(file.all, 1) if one.name == name]
    texts = {etree.tostring(one.element, method="c14n", with_tail=False) for _, one in twins}
    empty = [place for place, one in twins if not one.url.present]
    spare = empty if len(empty) == len(twins) - 1 else [place for place, _ in twins[1:]] if len(texts) == 1 else []
    for place in reversed(spare):
        at.without(file.path, f"({_LIST}/datasource)[{place}]", f"take one of the {len(twins)} data sources {name} out")
    if not spare:
        places = " and ".join(str(one.where) for _, one in twins)
        at.ask(f"Which data source {name} is right? There are {len(twins)}: {places}.", "take the others out")


def _named(at: Desk, role: Role) -> None:
    if not datasource_links.problem_misnamed(at.node, role):
        return
    found, reference = at.node.shared.defined(role), at.node.shared.reference(role)
    if found is None or reference is None:
        return
    path, place = found.path, _xpath(at, found)
    if found.jndi.present:
        at.text(path, f"{place}/jndiConfig/name", str(reference))
    else:
        at.place(path, element("jndiConfig", None, element("name", str(reference))), place, "jndiConfig", "name")


def _typed(at: Desk, role: Role) -> None:
    found = at.node.shared.defined(role)
    if found is not None and datasource_links.problem_of_type(at.node, role):
        at.attribute(found.path, f"{_xpath(at, found)}/definition", "type", datasources.RDBMS)


def _reader(at: Desk) -> None:
    def change(one: XmlFile) -> None:
        reader = element("provider", datasources.RDBMS_READER)
        if not one.find("/*/providers"):
            one.place(element("providers"), "/*", "providers", "")
        one.place(reader, "/*/providers", f"provider[.='{datasources.RDBMS_READER}']")

    if datasources.RDBMS_READER not in at.node.analytics_datasources.providers:
        at.xml(datasources.ANALYTICS, f"put <provider>{datasources.RDBMS_READER}</provider> into <providers>", change)


def _mysql(at: Desk, role: Role) -> None:
    found = _judged(at, role)
    if found is None:
        return
    url, user = databases.url(at, role), databases.user(at, role)
    if found.jdbc.problem and not url:
        at.ask(*databases.WHICH)
        return
    if found.foreign:
        _other_account(at, found, url, user)
    elif found.jdbc.problem:
        at.text(found.path, f"{_xpath(at, found)}/{_SETTINGS}/url", url)
    found = _judged(at, role)
    if found is not None and not found.jdbc.problem and misfit(found.driver, found.jdbc):
        _setting(at, role, "driverClassName", databases.driver(at, role))
    if found is not None and found.account_placeholder():
        _account(at, found, user)


def _other_account(at: Desk, found: Datasource, url: str, user: str) -> None:
    """Change URL and user together; if the password follows directly, the old account becomes a comment."""
    place = f"{_xpath(at, found)}/{_SETTINGS}"
    new = [element("url", url), element("username", user)] if user else [element("url", url)]

    def in_place(file: XmlFile) -> None:
        for one in new:
            file.set_text(f"{place}/{one.tag}", one.text or "")

    def beside(file: XmlFile) -> None:
        why = "the account of the database that was used before"
        file.replace_group(place, ("url", "username", "password"), new, why)

    what = f"write the URL {url} and the user {user} of data source {found.name}"
    if not at.trial(found.path, in_place) and not at.trial(found.path, beside):
        at.xml(found.path, what, in_place)


def _account(at: Desk, found: Datasource, user: str) -> None:
    if not user:
        at.ask(*databases.WHICH)
    elif found.username.strip() != user:
        at.text(found.path, f"{_xpath(at, found)}/{_SETTINGS}/username", user)
    elif found.account_placeholder():
        at.by_hand(found.path, f"write the password of {user} into data source {found.name}", "no patch holds one")


def _pool(at: Desk, role: Role) -> None:
    found = _judged(at, role)
    for name, value in (page_values(found) if found else {}).items():
        _setting(at, role, name, value)


def _no_auto_commit(at: Desk, role: Role) -> None:
    found = _judged(at, role)
    if found and not is_false(found.setting("defaultAutoCommit", default="true")):
        _setting(at, role, "defaultAutoCommit", "false")


def _setting(at: Desk, role: Role, name: str, value: str) -> None:
    found = _judged(at, role)
    if found is None:
        return
    place = f"{_xpath(at, found)}/{_SETTINGS}"
    there = [one for one in _ORDER[: _ORDER.index(name)] if found.setting(one).present]
    at.child(found.path, place, element(name, value), present=found.setting(name).present, after=(there or [""])[-1])


def _one_database(at: Desk, role: Role) -> None:
    if at.bench.view is None or not same_database.differing(at.bench.view.first, at.bench.view.second, role):
        return
    if at.bench.database is not None:
        _as_stated(at, role)
    elif at.is_first:
        first, second = (node.shared.of(role).url for node in at.bench.nodes)
        at.ask(which_of_two(f"database for the {role}", first, second), _HOW)


_HOW = databases.WHICH[1]


def _own_databases(at: Desk) -> None:
    for one, other in same_database.PAIRS:
        with what_is_known():
            if not same_database.doubled(at.node, one, other):
                continue
            if at.bench.database is not None:
                _as_stated(at, one)
                _as_stated(at, other)
            else:
                shared = at.node.shared
                roles = f"for the {shared.role(one)}, and which for the {shared.role(other)}"
                at.ask(f"Which database is {roles}? Both have {shared.of(one).url.describe()}.", _HOW)


def _as_stated(at: Desk, role: Role) -> None:
    found, url = _judged(at, role), databases.url(at, role)
    if found is not None and found.url != url:
        at.text(found.path, f"{_xpath(at, found)}/{_SETTINGS}/url", url)


def _judged(at: Desk, role: Role) -> Datasource | None:
    """The shared datasource of a role; None if it is the node's own or defined in the registry's file."""
    shared = at.node.shared
    found = shared.find(role)
    if found is None or isinstance(found, InlineDatasource) or shared.leads_astray(role, found):
        return None
    return found


def _xpath(at: Desk, found: Datasource) -> str:
    places = [one.where for one in Datasources(at.node.files.xml(found.path)).all]
    return f"({_LIST}/datasource)[{places.index(found.where) + 1}]"


def without_password(at: Desk) -> Iterator[Datasource]:
    """Datasources that got a new account but no password."""
    seen = set()
    for role in Role if at.drafted(datasources.MASTER) or at.drafted(datasources.ANALYTICS) else ():
        with what_is_known():
            found = _judged(at, role)
            new = found is not None and at.drafted(found.path) and found.where not in seen
            if found is not None and new and found.username.present and not found.password.present:
                seen.add(found.where)
                yield found


REMEDIES = (
    Remedy("DS-01", each([Role.USERS], _defined, _named, _typed)),
    Remedy("DS-02", each([Role.REGISTRY, Role.CONFIGURATION], _defined, _named, _typed)),
    Remedy("DS-03", each(_STORES, _defined, _typed)),
    Remedy("DS-03", _reader),
)
#: Remedies to apply after the names that lead to the datasources are right.
LATER = (
    Remedy("DS-04", each(Role, _mysql)),
    Remedy("DS-07", each(Role, _one_database)),
    Remedy("DS-08", _own_databases),
    Remedy("DS-05", each(Role, _pool)),
    Remedy("DS-06", each(_STORES, _no_auto_commit)),
)
