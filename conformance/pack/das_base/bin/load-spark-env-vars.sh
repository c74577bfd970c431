#!/bin/sh
# What the Spark processes of this node need in their environment. wso2server.sh reads this file just before it starts Java.
echo "Loading spark environment variables "

export CARBON_SPARK_HOME="$CARBON_HOME"
export SPARK_SCALA_VERSION=2.10
for spark_bundle in "$CARBON_HOME"/repository/components/*/spark-core_1.6.2*.jar; do
    export _SPARK_ASSEMBLY="$spark_bundle"
done

# Spark's launcher looks into this folder even though nothing lies there.
mkdir -p "$CARBON_HOME/lib_managed/jars"
