"""Tell whether the server in this container is alive: exit status 0 or 1, and one line.

A program of its own, with nothing imported that a start of the server would not have: it runs every few seconds.
"""

import http.client
import os
import sys
from pathlib import Path

ANYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - asked, not listened on
"""What listens everywhere is asked on this machine."""


def main(command_line: str = "/proc/1/cmdline") -> int:
    """Ask the server whether it is alive.

    Args:
        command_line: file of the server's command line, its words ended by NUL.
    """
    if not any(word.endswith(b"http") for word in Path(command_line).read_bytes().split(b"\0")):
        # Over stdio there is no door to knock at: the client that holds it sees it end.
        print("alive: stdio")
        return 0
    given = os.environ.get("OKTA_MCP_HOST", "")
    host, port = ANYWHERE.get(given, given), int(os.environ.get("OKTA_MCP_PORT") or 8765)
    connection = http.client.HTTPConnection(host, port, timeout=4)
    try:
        connection.request("GET", "/livez")
        status = connection.getresponse().status
    except OSError as error:
        print(f"not alive: {host} port {port}: {error}")
        return 1
    finally:
        connection.close()
    print(f"/livez answers {status}")
    return 0 if status == 200 else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
