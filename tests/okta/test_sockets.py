"""The client over real connections: refusal, loss, silence, proxies, certificates."""

import ssl
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import anyio
import pytest
from anyio.streams.buffered import BufferedByteReceiveStream
from anyio.streams.tls import TLSListener
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from okta_mcp.okta import ConnectionLost, OktaClient, OktaTimeout, OktaUnreachable, OrgAddress, Timeouts
from okta_mcp.okta.wire import Wire

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("NO_PROXY", "")


def client(origin, canary, **timeouts):
    slept = []

    async def sleep(seconds):
        slept.append(seconds)

    address = OrgAddress.parse(origin)
    okta = OktaClient(address, SecretStr(canary), timeouts=Timeouts(**timeouts), sleep=sleep)
    return okta, slept


@asynccontextmanager
async def server(behave, *, tls=None):
    """Listen on a free port; `behave(stream, head)` answers each request whose head has been read."""
    heads = []

    async def serve(stream):
        async with stream:
            buffered = BufferedByteReceiveStream(stream)
            try:
                while True:
                    heads.append(await buffered.receive_until(b"\r\n\r\n", 65536))
                    if not await behave(stream, len(heads)):
                        return
            except (anyio.EndOfStream, anyio.IncompleteRead, anyio.BrokenResourceError):
                return

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = listener.extra(anyio.abc.SocketAttribute.local_port)
    served = TLSListener(listener, tls, standard_compatible=False) if tls else listener
    async with served, anyio.create_task_group() as group:
        group.start_soon(served.serve, serve)
        yield port, heads
        group.cancel_scope.cancel()


async def answer(stream, count):
    await stream.send(ANSWER)
    return True


async def test_one_connection_serves_many_requests(canary):
    opened = []

    async def behave(stream, count):
        opened.append(stream)
        return await answer(stream, count)

    async with server(behave) as (port, heads):
        okta, _ = client(f"http://127.0.0.1:{port}", canary)
        async with okta:
            await okta.get("users", "ada+eu@example.com", params={"q": "a+b c"})
            await okta.observed(None).post("users", "00u1", "lifecycle", "suspend")

    assert heads[0].split(b"\r\n")[0] == b"GET /api/v1/users/ada%2Beu%40example.com?q=a%2Bb%20c HTTP/1.1"
    assert b"content-length: 0" in heads[1].lower()
    assert opened[0] is opened[1]


async def test_a_refused_connection_says_so_and_is_tried_three_times(canary):
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = listener.extra(anyio.abc.SocketAttribute.local_port)
    await listener.aclose()
    okta, slept = client(f"http://127.0.0.1:{port}", canary)

    async with okta:
        with pytest.raises(OktaUnreachable, match=f"127.0.0.1:{port} refused the connection"):
            await okta.post("users", json={})

    assert slept == [0.5, 1.0]


async def test_a_name_that_does_not_exist_says_so(canary):
    okta, _ = client("https://nothing-here.invalid", canary)

    async with okta:
        with pytest.raises(OktaUnreachable, match=r"The name nothing-here\.invalid could not be found"):
            await okta.get("org")


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"])
async def test_a_connection_that_drops_after_the_request_was_read_leaves_doubt_about_a_post(canary, sent):
    async def drop(stream, count):
        if sent:
            await stream.send(sent)
        return False

    async with server(drop) as (port, heads):
        okta, slept = client(f"http://127.0.0.1:{port}", canary)
        async with okta:
            with pytest.raises(ConnectionLost) as raised:
                await okta.post("users", json={})

    assert raised.value.maybe_applied
    assert (len(heads), slept) == (1, [])


async def test_a_get_survives_a_connection_that_drops(canary):
    async def drop_the_first(stream, count):
        return count > 1 and await answer(stream, count)

    async with server(drop_the_first) as (port, heads):
        okta, slept = client(f"http://127.0.0.1:{port}", canary)
        async with okta:
            reply = await okta.get("users")

    assert (reply.json, len(heads), slept) == ({}, 2, [0.5])
    assert b"x-okta-retry-count: 1" in heads[1].lower()


async def test_silence_is_a_timeout(canary):
    async def silent(stream, count):
        await anyio.sleep_forever()

    async with server(silent) as (port, heads):
        okta, _ = client(f"http://127.0.0.1:{port}", canary, read=0.05)
        async with okta:
            with pytest.raises(OktaTimeout, match=r"did not answer within 0\.05 seconds"):
                await okta.get("users")

    assert len(heads) == 1


async def test_an_answer_may_take_as_long_as_the_whole_call():
    async def silent(stream, count):
        await anyio.sleep_forever()

    assert Timeouts(total=120).silence == 120
    async with server(silent) as (port, _):
        origin = f"http://127.0.0.1:{port}"
        wire = Wire(OrgAddress.parse(origin), Timeouts(total=0.05), "okta-mcp", None)
        with pytest.raises(OktaTimeout, match=r"did not answer within 0\.05 seconds"):
            await wire.send("GET", f"{origin}/api/v1/users", headers={}, content=None)
        await wire.aclose()


@pytest.mark.parametrize("patience", [{"pool": 0.05}, {"total": 2.0, "pool": 60.0}])
async def test_a_write_that_waits_in_vain_for_a_free_connection_was_not_sent(patience):
    busy = anyio.Event()

    async def silent(stream, count):
        if count == 20:
            busy.set()
        await anyio.sleep_forever()

    async with server(silent) as (port, heads):
        origin = f"http://127.0.0.1:{port}"
        wire = Wire(OrgAddress.parse(origin), Timeouts(**patience), "okta-mcp", None)

        async def ask():
            await wire.send("POST", f"{origin}/api/v1/users", headers={}, content=None)

        async with anyio.create_task_group() as group:
            for _ in range(20):
                group.start_soon(ask)
            await busy.wait()
            with pytest.raises(OktaTimeout, match="this one was not sent") as raised:
                await ask()
            group.cancel_scope.cancel()
        await wire.aclose()

    assert not raised.value.maybe_applied
    assert len(heads) == 20


async def test_a_proxy_of_the_environment_is_used(canary, monkeypatch):
    async with server(answer) as (port, heads):
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
        okta, _ = client("http://localhost:9", canary)
        async with okta:
            await okta.get("org")

    assert heads[0].startswith(b"GET http://localhost:9/api/v1/org HTTP/1.1\r\n")


@pytest.mark.parametrize(
    ("name", "value"),
    [("HTTPS_PROXY", "ftp://ada:s3cret@proxy.example.com"), ("SSL_CERT_FILE", "/nowhere.pem")],
)
async def test_a_wrong_environment_is_told_without_repeating_it(canary, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    okta, slept = client("https://example.okta.com", canary)

    with pytest.raises(OktaUnreachable) as raised:
        await okta.get("org")

    assert name in str(raised.value)
    assert "s3cret" not in str(raised.value)
    assert (raised.value.permanent, slept) == (True, [])


@pytest.fixture
def certificate(tmp_path):
    """A certificate for this machine that nobody vouches for, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "cert.pem").write_bytes(made.public_bytes(pem))
    (tmp_path / "both.pem").write_bytes(private + made.public_bytes(pem))
    return tmp_path


async def test_a_certificate_is_accepted_only_if_the_environment_vouches_for_it(canary, monkeypatch, certificate):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate / "both.pem")

    async with server(answer, tls=tls) as (port, _):
        stranger, slept = client(f"https://localhost:{port}", canary)
        async with stranger:
            with pytest.raises(OktaUnreachable, match=r"certificate of localhost.* set SSL_CERT_FILE"):
                await stranger.get("org")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
        friend, _ = client(f"https://localhost:{port}", canary)
        async with friend:
            reply = await friend.get("org")

    assert reply.status == 200
    assert slept == []
