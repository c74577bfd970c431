"""The data bridge of a node: wso2events over Thrift, sent as the clients of DAS send them."""
