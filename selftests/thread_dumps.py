"""Thread dumps in the form of a JVM, for selftests."""

#: Carbon's hook waits for the OSGi framework, Spark's for an answer of its own driver.
SPARK_WAITS = """2026-11-29 01:25:10
Full thread dump OpenJDK 64-Bit Server VM (11.0.13+8 mixed mode):

"dispatcher-event-loop-3" #210 daemon prio=5 os_prio=0 tid=0x1 nid=0x6b2 waiting on condition
   java.lang.Thread.State: TIMED_WAITING (sleeping)
\tat java.lang.Thread.sleep(java.base@11.0.13/Native Method)
\tat org.apache.spark.rpc.RpcEndpointRef.askWithRetry(RpcEndpointRef.scala:114)

"Thread-7" #40 daemon prio=10 os_prio=0 tid=0x2 nid=0x9e6 in Object.wait()
   java.lang.Thread.State: WAITING (on object monitor)
\tat java.lang.Object.wait(java.base@11.0.13/Native Method)
\tat org.eclipse.osgi.container.SystemModule.waitForStop(SystemModule.java:173)
\tat org.eclipse.core.runtime.adaptor.EclipseStarter.shutdown(EclipseStarter.java:456)
\tat org.wso2.carbon.core.init.CarbonServerManager.shutdown(CarbonServerManager.java:865)

"Thread-45" #288 daemon prio=5 os_prio=0 tid=0x3 nid=0x9e7 waiting on condition
   java.lang.Thread.State: TIMED_WAITING (parking)
\tat jdk.internal.misc.Unsafe.park(java.base@11.0.13/Native Method)
\tat scala.concurrent.Await$.result(package.scala:107)
\tat org.apache.spark.rpc.RpcTimeout.awaitResult(RpcTimeout.scala:75)
\tat org.apache.spark.deploy.client.AppClient.stop(AppClient.scala:288)
\tat org.apache.spark.SparkContext.stop(SparkContext.scala:1739)
\tat org.apache.spark.util.SparkShutdownHookManager.runAll(ShutdownHookManager.scala:239)

JNI global refs: 75, weak refs: 0
"""
