# A DAS node, and the observer: the server's template home, Java, and the part of the suite that configures a home.
# The build context is made by `python -m conformance images build`.
ARG BASE=debian:bookworm-slim
FROM ${BASE}
# A base that was made of Debian packages holds them already.
RUN python3 -c "import lxml, pymysql, platformdirs, psutil" 2>/dev/null && command -v ip >/dev/null || \
    { apt-get update && apt-get install -y --no-install-recommends \
        python3 python3-lxml python3-pymysql python3-platformdirs python3-psutil iproute2 && \
      rm -rf /var/lib/apt/lists/* /var/log/apt /var/log/dpkg.log; }
# Volumes take the owner over from the folders that they are mounted on.
RUN useradd --system --uid 802 --home-dir /opt/das das && \
    mkdir -p /opt/das /homes/node1 /homes/node2 && chown das /opt/das /homes/node1 /homes/node2
COPY java /opt/java
COPY --chown=das template /opt/das-template
COPY conformance /opt/suite/conformance
ARG PACK_KIND=public
ENV DAS_PACK_KIND=${PACK_KIND} PYTHONPATH=/opt/suite PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER das
WORKDIR /opt/das
ENTRYPOINT ["python3", "-m", "conformance.targets.compose.inside"]
CMD ["server"]
