"""The server with what the official conformance suite calls by name added to it; for the suite alone.

The suite brings a client and expects tools `test_simple_text`, resources `test://static-text` and so on. They stand
here beside the connector's own, behind the same doors, so that it is our stack that is tried.
"""
