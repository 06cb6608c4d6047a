"""One write for many: the rows made ready, carried out, and kept in a journal."""
