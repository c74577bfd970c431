"""Repairs of tasks-config.xml, which the page does not mention."""

from conformance.node.checks import tasks_config
from conformance.pack.steps.xml_file import element
from conformance.repair.desk import Desk
from conformance.repair.remedy import Remedy


def _mode(at: Desk) -> None:
    if tasks_config.problem_mode(at.node):
        new = element("taskServerMode", tasks_config.AUTO)
        mode = tasks_config.TasksConfig(at.node.files.xml(tasks_config.PATH)).mode
        at.child(tasks_config.PATH, "/*", new, present=mode.present)


def _count(at: Desk) -> None:
    unequal = at.peer is not None and tasks_config.problem_unequal(*at.bench.nodes)
    if (unequal and at.is_first) or tasks_config.problem_count(at.node):
        what = "Shall a node wait for its peer before it runs scheduled tasks?"
        at.ask(what, "taskServerCount of both nodes: 2 if it shall, 1 if not")


REMEDIES = (Remedy("OPS-09", _mode), Remedy("OPS-09", _count))
