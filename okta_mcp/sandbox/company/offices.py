"""The offices of the generated company."""

from dataclasses import dataclass

__all__ = ["OFFICES", "Office"]


@dataclass(frozen=True, slots=True)
class Office:
    """A place where people work.

    Args:
        city: name of the city.
        state: region of the city.
        country_code: ISO 3166-1 alpha-2.
        country: English name.
        timezone: IANA name.
        locale: of most people there.
        weight: how many people work there, beside the other offices.
        phone: prefix of mobile numbers that are reserved for fiction; None where no such numbers exist.
    """

    city: str
    state: str
    country_code: str
    country: str
    timezone: str
    locale: str
    weight: int
    phone: str | None = None


OFFICES = (
    Office("Austin", "Texas", "US", "United States", "America/Chicago", "en_US", 12, "+1 512 555 01"),
    Office("New York", "New York", "US", "United States", "America/New_York", "en_US", 9, "+1 212 555 01"),
    Office("Seattle", "Washington", "US", "United States", "America/Los_Angeles", "en_US", 6, "+1 206 555 01"),
    Office("Denver", "Colorado", "US", "United States", "America/Denver", "en_US", 3, "+1 303 555 01"),
    Office("London", "England", "GB", "United Kingdom", "Europe/London", "en_GB", 10, "+44 7700 900"),
    Office("Manchester", "England", "GB", "United Kingdom", "Europe/London", "en_GB", 4, "+44 7700 900"),
    Office("Edinburgh", "Scotland", "GB", "United Kingdom", "Europe/London", "en_GB", 2, "+44 7700 900"),
    Office("Dublin", "Leinster", "IE", "Ireland", "Europe/Dublin", "en_IE", 4),
    Office("Cork", "Munster", "IE", "Ireland", "Europe/Dublin", "en_IE", 1),
    Office("Berlin", "Berlin", "DE", "Germany", "Europe/Berlin", "de_DE", 7),
    Office("München", "Bayern", "DE", "Germany", "Europe/Berlin", "de_DE", 5),
    Office("Köln", "Nordrhein-Westfalen", "DE", "Germany", "Europe/Berlin", "de_DE", 2),
    Office("Paris", "Île-de-France", "FR", "France", "Europe/Paris", "fr_FR", 5, "+33 6 39 98 "),
    Office("Lyon", "Auvergne-Rhône-Alpes", "FR", "France", "Europe/Paris", "fr_FR", 3, "+33 6 39 98 "),
    Office("Madrid", "Comunidad de Madrid", "ES", "Spain", "Europe/Madrid", "es_ES", 4),
    Office("A Coruña", "Galicia", "ES", "Spain", "Europe/Madrid", "es_ES", 2),
    Office("São Paulo", "São Paulo", "BR", "Brazil", "America/Sao_Paulo", "pt_BR", 6),
    Office("Belo Horizonte", "Minas Gerais", "BR", "Brazil", "America/Sao_Paulo", "pt_BR", 2),
    Office("Amsterdam", "Noord-Holland", "NL", "Netherlands", "Europe/Amsterdam", "nl_NL", 4),
    Office("'s-Hertogenbosch", "Noord-Brabant", "NL", "Netherlands", "Europe/Amsterdam", "nl_NL", 1),
    Office("Kraków", "Małopolskie", "PL", "Poland", "Europe/Warsaw", "pl_PL", 6),
    Office("Łódź", "Łódzkie", "PL", "Poland", "Europe/Warsaw", "pl_PL", 2),
    Office("Malmö", "Skåne", "SE", "Sweden", "Europe/Stockholm", "sv_SE", 3, "+46 70 1740 6"),
    Office("Bengaluru", "Karnataka", "IN", "India", "Asia/Kolkata", "en_IN", 12),
    Office("Pune", "Maharashtra", "IN", "India", "Asia/Kolkata", "en_IN", 6),
    Office("Tokyo", "Tokyo", "JP", "Japan", "Asia/Tokyo", "ja_JP", 4),
    Office("Shanghai", "Shanghai", "CN", "China", "Asia/Shanghai", "zh_CN", 5),
    Office("Győr", "Győr-Moson-Sopron", "HU", "Hungary", "Europe/Budapest", "hu_HU", 2),
    Office("Lagos", "Lagos", "NG", "Nigeria", "Africa/Lagos", "en_NG", 3),
    Office("Abu Dhabi", "Abu Dhabi", "AE", "United Arab Emirates", "Asia/Dubai", "ar_AE", 2),
)
