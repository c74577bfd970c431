"""What a lab needs beside the page: each node's own address and ports, and sizes for a small machine."""

from conformance.pack.steps.high_availability import SPARK_DEFAULTS
from conformance.pack.steps.xml_file import EditedHome, element

NAMESPACE = "http://wso2.org/projects/carbon/carbon.xml"
#: With only as many RPC threads as 2 cores give, a lost executor blocks the driver for 120 s
#: (docs/product/lab-pack.md#spark-on-two-cores).
_RPC_THREADS = 16
_MEMORY = "512m"
#: Seconds between two looks of the deployers into their folders (15 as shipped); a run waits for four of them.
_DEPLOYED_EVERY = 5


def apply_address(at: EditedHome) -> None:
    """Offset, and the host name that the server uses for itself and its console; if not set, it would guess one."""
    file = at.xml("carbon.xml")
    file.set_text("/d:Server/d:Ports/d:Offset", str(at.node.offset))
    for name, behind in (("HostName", "d:Version"), ("MgtHostName", "d:HostName")):
        file.place(element(f"{{{NAMESPACE}}}{name}", at.node.address), "/d:Server", f"d:{name}", after=behind)
    file.save()


def apply_size(at: EditedHome) -> None:
    """Half a gigabyte for an executor and its worker, quick deployment, and the cluster's other deviations."""
    defaults = at.settings(SPARK_DEFAULTS)
    defaults.set("spark.executor.memory", _MEMORY, " ")
    defaults.set("spark.worker.memory", _MEMORY, " ")
    defaults.set("spark.rpc.netty.dispatcher.numThreads", str(_RPC_THREADS), " ")
    defaults.set("spark.worker.timeout", str(at.cluster.spark_worker_timeout), " ")
    defaults.save()
    server = at.xml("carbon.xml")
    server.set_text("/d:Server/d:Axis2Config/d:DeploymentUpdateInterval", str(_DEPLOYED_EVERY))
    server.save()
    if at.cluster.task_servers:
        tasks = at.xml("etc/tasks-config.xml")
        tasks.set_text("/tasks-configuration/taskServerCount", str(at.cluster.task_servers))
        tasks.save()
