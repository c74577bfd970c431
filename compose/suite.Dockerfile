# The suite itself with all that a run needs, for build servers that have Docker and nothing else.
# The build context is made by `python -m conformance images build --suite`.
ARG BASE=debian:bookworm-slim
FROM ${BASE}
# A base that was made of Debian packages holds them already.
RUN for one in python3 ip git ssh ps; do command -v $one || exit 1; done >/dev/null && ldconfig -p | grep -q libnuma.so.1 || \
    { apt-get update && apt-get install -y --no-install-recommends \
        python3 iproute2 libaio1 libnuma1 procps git openssh-client && \
      rm -rf /var/lib/apt/lists/* /var/log/apt /var/log/dpkg.log; }
COPY packages /opt/packages
COPY suite /opt/das-ha-conformance
RUN python3 -m compileall -q /opt/packages /opt/das-ha-conformance && \
    git config --system --add safe.directory /opt/das-ha-conformance
ENV PYTHONPATH=/opt/packages DAS_CONFORMANCE_CACHE=/cache PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /opt/das-ha-conformance
VOLUME ["/cache", "/opt/das-ha-conformance/reports/out"]
ENTRYPOINT ["python3", "-m", "pytest", "-c", "pyproject.toml", "-p", "no:cacheprovider"]
CMD ["--target", "embedded"]
