"""Public pack only: gives the bare 4.5.1 kernel DAS 3.1.0's name and behaviour."""

from conformance.pack.steps.edited_home import EditedHome
from conformance.pack.steps.lab import NAMESPACE
from conformance.pack.steps.line_files import LineFile
from conformance.pack.steps.xml_file import element

#: Identity from the product's carbon.xml (docs/product/lab-pack.md#identity).
_IDENTITY = {"Name": "WSO2 Data Analytics Server", "ServerKey": "DAS", "Version": "3.1.0"}
_ROLES = ("DataAnalyticsServer", "ComplexEventProcessor")
_START_SCRIPT = "bin/wso2server.sh"
_ENVIRONMENT = '. "$CARBON_HOME"/bin/load-spark-env-vars.sh'


def apply(at: EditedHome) -> None:
    """Identity, JMX, OSGi system packages, CSRF guard and the Spark environment of the start script."""
    _identity(at)
    _no_jmx(at)
    _system_packages(at)
    _open_event_endpoints(at)
    script = LineFile.open(at.path / _START_SCRIPT)
    script.insert_before(r'\s*while \[ "\$status" = "\$START_EXIT_STATUS" \]', _ENVIRONMENT)
    script.save()


def _identity(at: EditedHome) -> None:
    file = at.xml("carbon.xml")
    for name, text in _IDENTITY.items():
        file.set_text(f"/d:Server/d:{name}", text)
    roles = [element(f"{{{NAMESPACE}}}Role", role) for role in _ROLES]
    file.place(element(f"{{{NAMESPACE}}}ServerRoles", None, *roles), "/d:Server", "d:ServerRoles")
    file.save()


def _no_jmx(at: EditedHome) -> None:
    """The pack's Java runtime has no RMI naming, so the start would fail with JMX on.

    See docs/product/lab-pack.md#java.
    """
    file = at.xml("etc/jmx.xml")
    file.set_text("/d:JMX/d:StartRMIServer", "false")
    file.save()


def _system_packages(at: EditedHome) -> None:
    """The disruptor imports sun.misc; without it the start hangs for ever without an error.

    See docs/product/lab-pack.md#what-the-start-needs.
    """
    file = at.settings("etc/launch.ini")
    file.begin_list("org.osgi.framework.system.packages", "sun.misc")
    file.save()


def _open_event_endpoints(at: EditedHome) -> None:
    """Exempt event receivers from the CSRF guard, as DAS does; otherwise a POST gets 403.

    See docs/product/console.md#csrf-guard.
    """
    file = at.settings("security/Owasp.CsrfGuard.Carbon.properties")
    file.set("org.owasp.csrfguard.unprotected.EventReceivers", "%servletContext%/endpoints/*")
    file.save()
