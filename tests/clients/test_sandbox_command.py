"""`okta-mcp sandbox`: the org as a process of its own, for any Okta client."""

import asyncio
import os

import anyio
import httpx2


async def test_the_sandbox_command_prints_what_a_client_needs_and_answers_it(command, tmp_path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OKTA_")}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, "sandbox", "--port", "0", stdout=pipe, stderr=pipe, env=environment, cwd=tmp_path
    )
    with anyio.fail_after(30):
        printed = [(await process.stdout.readline()).decode().strip().partition("=") for _ in range(2)]
        if process.stdout.at_eof():
            raise AssertionError((await process.stderr.read()).decode())
    told = {name: value for name, _, value in printed}
    headers = {"Authorization": f"SSWS {told['OKTA_API_TOKEN']}"}
    async with httpx2.AsyncClient(base_url=told["OKTA_ORG_URL"], headers=headers) as http:
        response = await http.get("/api/v1/users/me")
    process.terminate()
    await process.communicate()
    assert response.json()["profile"]["login"] == "admin@example.com"
