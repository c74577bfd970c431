"""Settings that differ from the shipped ones, as two nodes share a small machine or as the run asked for it."""

from conformance.pack.steps.edited_home import EditedHome
from conformance.pack.steps.spark import DEFAULTS

#: With only as many RPC threads as 2 cores give, a lost executor blocks the driver for 120 s
#: (docs/product/lab-pack.md#spark-on-two-cores).
_RPC_THREADS = 16
_MEMORY = "512m"
#: Seconds between two looks of the deployers into their folders (15 as shipped); a run waits for four of them.
_DEPLOYED_EVERY = 5


def apply(at: EditedHome) -> None:
    """Half a gigabyte for an executor and its worker, quick deployment, and the cluster's other deviations."""
    defaults = at.settings(DEFAULTS)
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
