# okta-mcp over stdio: docker run --rm -i -e OKTA_ORG_URL -e OKTA_API_TOKEN okta-mcp
# Over HTTP: docs/deploy.md. The digest is that of the tag for every platform; renew both together. Where no registry is
# to be reached, BASE names the same image in a mirror, or another with Python 3.11 or later and pip.
ARG BASE=python:3.13.14-slim@sha256:9662417aace5ae7b8e2609cce472b72a8958e134ba372808abe9cc1a0c0125e6
FROM ${BASE} AS build
# Where packages come from, when it is not where pip looks by itself.
ARG PIP_INDEX_URL
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY okta_mcp ./okta_mcp
COPY tool_descriptions ./tool_descriptions
# Compiled here: the user that runs the server may not write beside its modules, and a start without .pyc files
# takes twice as long. The environment has no pip of its own, which nobody needs at run time.
RUN python -m venv --without-pip /opt/okta-mcp \
    && pip --python /opt/okta-mcp/bin/python install --no-cache-dir --compile '/src[fast,otel,redis]'

FROM ${BASE}
ARG BASE
LABEL org.opencontainers.image.title="okta-mcp" \
      org.opencontainers.image.description="An MCP server that administers an Okta org by name: people, groups, access, audit." \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name="${BASE}" \
      io.modelcontextprotocol.server.name="com.example/okta-mcp"
COPY --from=build /opt/okta-mcp /opt/okta-mcp
COPY deploy/healthcheck.py /opt/okta-mcp/healthcheck.py
# The one place that is written to, by bulk runs and by an audit trail that is a file: for what is to outlive the
# container, a volume goes there. The rest of the file system may be read-only; so the trail goes to the container's log,
# for its collector, unless OKTA_MCP_AUDIT_FILE=/var/lib/okta-mcp/{host}.jsonl keeps it (docs/audit.md).
RUN install --directory --owner=65532 --group=65532 --mode=0700 /var/lib/okta-mcp
ENV PATH=/opt/okta-mcp/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    XDG_STATE_HOME=/var/lib \
    OKTA_MCP_AUDIT_FILE=-
# A number, so that an orchestrator can see that it is not root; it needs no name and no home.
USER 65532:65532
EXPOSE 8765
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "/opt/okta-mcp/healthcheck.py"]
ENTRYPOINT ["okta-mcp"]
