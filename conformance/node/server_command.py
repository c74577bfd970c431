"""The product's own start script, and the process that it becomes."""

#: Main class of the product's JVM; executors have another.
MAIN_CLASS = "org.wso2.carbon.bootstrap.Bootstrap"
#: To be run in the home. Without the option the kernel's deployment.toml templates overwrite the files that the page
#: has one edit.
COMMAND = ["sh", "bin/wso2server.sh", "-DavoidConfigUpdate=true"]
