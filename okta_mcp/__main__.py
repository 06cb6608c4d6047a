"""`python -m okta_mcp`."""

import sys

from okta_mcp.cli import main

if __name__ == "__main__":
    sys.exit(main())
