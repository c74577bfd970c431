"""The data bridge of a node: wso2events over Thrift, sent like the clients of DAS do."""
