"""A stream of wso2events, which needs no Thrift: images of nodes have none."""

import json
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Stream:
    """`attributes` of the payload, name to type (INT, LONG, FLOAT, DOUBLE, BOOL, STRING), in their order."""

    name: str
    version: str
    attributes: Mapping[str, str]
    description: str = ""

    @property
    def id(self) -> str:
        """As the events name it."""
        return f"{self.name}:{self.version}"

    def definition(self) -> str:
        """As the product's deployer and its data bridge read it."""
        payload = [{"name": name, "type": kind} for name, kind in self.attributes.items()]
        head = {"name": self.name, "version": self.version, "nickName": "", "description": self.description}
        return json.dumps({**head, "payloadData": payload}, indent=2) + "\n"
