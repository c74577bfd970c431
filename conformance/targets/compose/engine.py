"""Connects to the Docker engine, checks for Compose v2, and turns the client's errors into clear ones."""

from collections.abc import Iterator
from contextlib import contextmanager

import docker
from docker.errors import APIError, DockerException
from urllib3.exceptions import HTTPError

from conformance.errors import ConformanceError
from conformance.targets.compose.images import docker_command

#: The oldest major version of Compose with `up --wait` and secrets from the environment.
_MAJOR = 2
#: What the client raises: its own errors, and those of a broken connection or missing answer, which pass through.
FAILURES = (DockerException, HTTPError, OSError)


def connect() -> docker.DockerClient:
    """Return a client of the engine that DOCKER_HOST names, or of the local engine. Raises ConformanceError."""
    with errors("the Docker engine cannot be reached"):
        client = docker.from_env()
        client.ping()
    return client


def check_compose() -> str:
    """Return the version of Docker Compose. ConformanceError if Compose is missing or is version 1."""
    version = docker_command.run(["compose", "version", "--short"]).lstrip("v")
    major = version.partition(".")[0]
    if not major.isdecimal() or int(major) < _MAJOR:
        raise ConformanceError(f"Docker Compose is {version}", "install Docker Compose v2, see compose/README.md")
    return version


@contextmanager
def errors(what: str) -> Iterator[None]:
    """Turn the client's errors into one line with the remedy."""
    try:
        yield
    except APIError as problem:
        raise docker_command.complaint(what, str(problem.explanation or problem)) from None
    except FAILURES as problem:
        raise _unreachable(what, str(problem)) from None


def _unreachable(what: str, said: str) -> ConformanceError:
    found = docker_command.complaint(what, said)
    return found if found.remedy else ConformanceError(found.what, "start the Docker daemon, or set DOCKER_HOST")
