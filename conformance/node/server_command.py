"""The product's start script, and the process that it starts."""

#: Main class of the product's JVM; executors have a different one.
MAIN_CLASS = "org.wso2.carbon.bootstrap.Bootstrap"
#: Run it in the home. Without the option, the kernel's deployment.toml templates overwrite what users edit.
COMMAND = ["sh", "bin/wso2server.sh", "-DavoidConfigUpdate=true"]
