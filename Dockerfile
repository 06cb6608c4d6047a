# okta-mcp over stdio: docker run --rm -i -e OKTA_ORG_URL -e OKTA_API_TOKEN okta-mcp
FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY okta_mcp ./okta_mcp
COPY tool_descriptions ./tool_descriptions
# Compiled here: the user that runs the server may not write beside its modules, and a start without .pyc files
# takes twice as long. The environment has no pip of its own, which nobody needs at run time.
RUN python -m venv --without-pip /opt/okta-mcp \
    && pip --python /opt/okta-mcp/bin/python install --no-cache-dir --compile .

FROM python:3.13-slim
COPY --from=build /opt/okta-mcp /opt/okta-mcp
ENV PATH=/opt/okta-mcp/bin:$PATH
# A number, so that an orchestrator can see that it is not root; it needs no name and no home.
USER 65532:65532
ENTRYPOINT ["okta-mcp"]
