import stat

import pytest

from okta_mcp.installing import CLIENTS, NotMergedError, Started, put

(CURSOR,) = [client for client in CLIENTS if client.name == "cursor"]
ENTRY = CURSOR.contribution(Started("/opt/okta-mcp"))
OTHER = CURSOR.contribution(Started("/opt/other"))


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_and_its_folder_are_made_for_nobody_else_to_read(tmp_path):
    path = tmp_path / ".cursor/mcp.json"
    done = put(path, ENTRY, "json")
    assert (done.path, done.backup, done.changed) == (path, None, True)
    assert '"okta"' in path.read_text()
    assert mode(path) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_copy_is_kept_of_what_was_there_and_the_permissions_stay(tmp_path):
    path = tmp_path / "mcp.json"
    path.write_text("{}")
    path.chmod(0o640)
    first = put(path, ENTRY, "json")
    second = put(path, OTHER, "json")
    assert (first.backup.name, first.backup.read_text()) == ("mcp.json.bak", "{}")
    assert second.backup.name == "mcp.json.bak1"
    assert '"/opt/okta-mcp"' in second.backup.read_text()
    assert mode(path) == mode(first.backup) == 0o640


def test_what_is_there_already_is_left_alone(tmp_path):
    path = tmp_path / "mcp.json"
    put(path, ENTRY, "json")
    before = path.stat()
    done = put(path, ENTRY, "json")
    assert (done.backup, done.changed) == (None, False)
    assert path.stat().st_mtime_ns == before.st_mtime_ns


def test_a_link_is_followed_and_stays_one(tmp_path):
    (tmp_path / "dotfiles").mkdir()
    kept, link = tmp_path / "dotfiles/mcp.json", tmp_path / "mcp.json"
    kept.write_text("{}")
    link.symlink_to(kept)
    assert put(link, ENTRY, "json").path == kept
    assert link.is_symlink()
    assert '"okta"' in kept.read_text()


@pytest.mark.parametrize("held", [b"{not json", b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_left_as_it_was(tmp_path, held):
    path = tmp_path / "mcp.json"
    path.write_bytes(held)
    with pytest.raises(NotMergedError):
        put(path, ENTRY, "json")
    assert path.read_bytes() == held
    assert list(tmp_path.iterdir()) == [path]


def test_when_the_place_cannot_be_taken_nothing_is_left_behind(tmp_path):
    path = tmp_path / "mcp.json"
    path.mkdir()
    with pytest.raises(OSError, match="directory"):
        put(path, ENTRY, "json")
    assert list(tmp_path.iterdir()) == [path]
