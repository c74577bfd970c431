# The MySQL server of the embedded lab as an image that is used like the ordinary mysql:5.7, for machines that reach no
# registry. The build context is made by `python -m conformance images build`.
ARG BASE=debian:bookworm-slim
FROM ${BASE}
RUN ldconfig -p | grep -q libaio.so.1 && ldconfig -p | grep -q libnuma.so.1 || \
    { apt-get update && apt-get install -y --no-install-recommends libaio1 libnuma1 && \
      rm -rf /var/lib/apt/lists/* /var/log/apt /var/log/dpkg.log; }
RUN useradd --system --uid 803 --home-dir /var/lib/mysql mysql && mkdir -p /var/lib/mysql && chown mysql /var/lib/mysql
COPY mysql /opt/mysql
COPY mysql-entrypoint /usr/local/bin/mysql-entrypoint
USER mysql
WORKDIR /var/lib/mysql
EXPOSE 3306
ENTRYPOINT ["sh", "/usr/local/bin/mysql-entrypoint"]
