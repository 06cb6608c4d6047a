import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_mcp.okta import OrgAddress, OrgAddressError


@pytest.mark.parametrize(
    ("text", "origin", "notices"),
    [
        ("https://example.okta.com", "https://example.okta.com", []),
        ("https://login.example.com", "https://login.example.com", []),
        ("https://example.okta.com:8443", "https://example.okta.com:8443", []),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080", []),
        ("http://127.9.9.9", "http://127.9.9.9", []),
        ("http://[::1]:8080", "http://[::1]:8080", []),
        ("http://localhost:8080", "http://localhost:8080", []),
        ("https://my-admin.example.com", "https://my-admin.example.com", []),
        ("  https://example.okta.com\n", "https://example.okta.com", ["Spaces around"]),
        ("https://example.okta.com/", "https://example.okta.com", ["slash at the end"]),
        ("https://example.okta.com//", "https://example.okta.com", ["slash at the end"]),
        ("example.okta.com", "https://example.okta.com", ["https:// was put before it"]),
        ("localhost:8080", "http://localhost:8080", ["http:// was put before it"]),
        ("https://example.okta.com/api/v1", "https://example.okta.com", ["path of the org URL was dropped"]),
        ("https://example.okta.com:443", "https://example.okta.com", ["port 443"]),
        ("https://Example.Okta.com", "https://example.okta.com", ["lower case"]),
        ("HTTPS://example.okta.com", "https://example.okta.com", ["lower case"]),
        (
            "https://example-admin.okta.com/admin/users",
            "https://example.okta.com",
            ["Admin Console; its org example.okta.com", "path of the org URL was dropped"],
        ),
        (
            " Example-admin.oktapreview.com/admin/dashboard ",
            "https://example.oktapreview.com",
            ["Spaces", "lower case", "Admin Console", "https:// was put", "path"],
        ),
    ],
)
def test_what_is_surely_meant_is_mended_with_one_notice_for_each_mend(text, origin, notices):
    address = OrgAddress.parse(text)

    assert address.origin == origin
    assert len(address.notices) == len(notices)
    for notice, part in zip(address.notices, notices, strict=True):
        assert part in notice


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "write your org's address, such as https://example.okta.com"),
        ("   ", "is empty"),
        ("https://", "has no host"),
        ("https://{yourOktaDomain}", "placeholder"),
        ("https://<your-org>.okta.com", "placeholder"),
        ("${OKTA_ORG_URL}", "placeholder"),
        ("https://your-org.okta.com", "placeholder"),
        ("yourOktaDomain.okta.com", "placeholder"),
        ("http://example.okta.com", "write https://example.okta.com"),
        ("http://10.0.0.1", "write https://10.0.0.1"),
        ("ftp://example.okta.com", "write https://example.okta.com"),
        ("https://ada:pass@example.okta.com", "write only https://example.okta.com"),
        ("https://example.okta.com/?q=1", "write only https://example.okta.com"),
        ("https://example.okta.com/#here", "write only https://example.okta.com"),
        ("https://example.okta.com:port", "impossible host or port"),
        ("https://[::1", "impossible host or port"),
        ("example", "did you mean https://example.okta.com?"),
        ("https://exa mple.okta.com", "holds a space"),
        ("https:\\\\example.okta.com", "backslash"),
        ("https://okta.com", "Okta's own site"),
        ("https://www.okta.com", "Okta's own site"),
        ("https://bücher.example.com", "xn-- form"),
        ("https://-bad-.example.com", "not a host name"),
        ("https://example..okta.com", "not a host name"),
    ],
)
def test_what_cannot_be_an_org_is_refused_with_what_to_write_instead(text, says):
    with pytest.raises(OrgAddressError) as error:
        OrgAddress.parse(text)

    assert says in str(error.value)


@pytest.mark.parametrize(
    "text",
    ["https://ada:c4nary@example.okta.com", "00c4naryc4naryc4naryc4naryc4naryc4naryc4n4r", "SSWS 00c4nary"],
)
def test_a_secret_in_the_wrong_place_is_not_repeated(text):
    with pytest.raises(OrgAddressError) as error:
        OrgAddress.parse(text)

    assert "c4nary" not in str(error.value)


@given(st.text(max_size=60) | st.from_regex(r"https?://[a-z@:/?#\[\].\\0-9-]{0,40}", fullmatch=True))
def test_any_text_is_an_address_error_or_an_origin_that_reads_back_as_itself(text):
    try:
        address = OrgAddress.parse(text)
    except OrgAddressError:
        return
    assert OrgAddress.parse(address.origin) == OrgAddress(address.origin, ())
