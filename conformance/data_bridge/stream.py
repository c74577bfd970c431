"""A stream of wso2events; separate from Thrift, which the nodes' images do not have."""

import json
from collections.abc import Mapping
from typing import NamedTuple


class Stream(NamedTuple):
    """`attributes` of the payload in order, name to type (INT, LONG, FLOAT, DOUBLE, BOOL, STRING)."""

    name: str
    version: str
    attributes: Mapping[str, str]
    description: str = ""

    @property
    def id(self) -> str:
        """The id that events use."""
        return f"{self.name}:{self.version}"

    def definition(self) -> str:
        """The definition in the format of the product's deployer and data bridge."""
        payload = [{"name": name, "type": kind} for name, kind in self.attributes.items()]
        head = {"name": self.name, "version": self.version, "nickName": "", "description": self.description}
        return json.dumps({**head, "payloadData": payload}, indent=2) + "\n"
