"""Names of months in an event's first line, as operators set them and Java's own logging writes them."""

import pytest

from conformance.node.log.event import event_of
from conformance.node.log.head import java_head

MONTHS = (
    "Jan Feb Mar April May June Jul August September Oct Nov Dec",
    "Jän Feb. Mär Apr Mai Juni Juli Aug Sept. Okt Nov Dez",
    "janv. févr. Mrz avr. mayo juin juil. août sep out novembre déc.",
    "ene fev mars abr maj jun lug ago set ott nov dic",
    "gen feb mrt apr mag giu jul ago sep oct nov dez",
    "sty lut marca kwi mei cze lipca sie wrz paź lis gru",
    "led úno bře dub kvě čvn čvc srp zář říj lis pro",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "Oca Şub Mar Nis May Haz Tem Ağu Eyl Eki Kas Ara",
    "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    *(" ".join(f"{number}{sign}" for number in range(1, 13)) for sign in "月월"),
)


@pytest.mark.parametrize(("number", "name"), [(n, name) for names in MONTHS for n, name in enumerate(names.split(), 1)])
def test_a_month_is_known_by_its_name(number, name):
    two_lines = java_head(f"{name} 2, 2026 9:58:24 PM a.B c", "INFO: x")
    for day in (f"2 {name} 2026", f"02-{name}-2026", f"2/{name.lower()}/2026"):
        event = event_of(f"{day} 21:58:24.7 INFO [a.B] - x", "a.log", 1)
        assert event is not None
        assert str(event.at) == f"2026-{number:02}-02 21:58:24.700000"
    assert two_lines is not None
    assert two_lines.at.month == number
