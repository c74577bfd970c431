"""What a JVM that does not end waits for: the hooks in its thread dump."""

import pytest

from conformance.node import thread_dump
from selftests.thread_dumps import SPARK_WAITS


def test_each_hook_is_named_with_what_it_waits_in():
    carbon, spark = thread_dump.hooks(thread_dump.newest(SPARK_WAITS))
    assert carbon.startswith("Thread-7 in org.eclipse.core.runtime.adaptor.EclipseStarter.shutdown of ")
    assert spark.startswith("Thread-45 in org.apache.spark.deploy.client.AppClient.stop of org.apache.spark.")


def test_the_newest_of_several_dumps_counts():
    console = SPARK_WAITS + SPARK_WAITS.replace("Thread-45", "Thread-99")
    assert "Thread-99" in thread_dump.hooks(thread_dump.newest(console))[1]


@pytest.mark.parametrize("console", ["", "JNI global refs: 1\nFull thread dump", SPARK_WAITS.partition("JNI")[0]])
def test_a_dump_that_is_not_complete_is_none(console):
    assert thread_dump.newest(console) == ""


@pytest.mark.parametrize("dump", ["", "Full thread dump", '"', '"a" #1\n\tat (', "\x00" * 10, '"x' * 5000])
def test_text_without_a_hook_names_none(dump):
    assert thread_dump.hooks(dump) == []


def test_a_hook_that_only_waits_is_named_by_its_innermost_frame():
    hook = "org.apache.hadoop.util.ShutdownHookManager$1.run"
    dump = f'"Thread-1" #1\n\tat java.lang.Object.wait(Native)\n\tat {hook}(S)\n'
    assert thread_dump.hooks(dump) == [f"Thread-1 in {hook}"]
