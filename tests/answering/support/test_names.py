"""The names, handles and links of a text."""

from __future__ import annotations

import pytest

from threadqa.answering.support.names import acronyms, codes, handles, links, names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It was the National Audit Office.", ["national audit office"]),
        ("National Audit Office staff wrote it.", ["national audit office"]),
        ("Only then did Jane Doe leave.", ["jane doe"]),
        ("The staff left.", []),
        ("Then the NAO and NHS England met.", ["nao", "nhs england"]),
        ("Adams's view", ["adams"]),
        ("Doe said. Smith replied.", ["doe", "smith"]),
        ("What I think", []),
        ("Numbers rose. However, they fell.", []),
        ("Vacancies rose.", []),
        ("in the House of Lords", ["house", "lords"]),
        ("Ursula von der Leyen", ["ursula leyen"]),
    ],
)
def test_what_has_a_capital_is_a_name_but_for_words_that_head_a_sentence(
    text: str, expected: list[str]
) -> None:
    assert [name.text for name in names(text)] == expected


def test_initials_stand_for_names_of_several_words() -> None:
    found = acronyms("It was the National Audit Office, not Public Health England.")
    assert {"nao", "phe"} <= found
    assert "nhs" not in found


def test_handles_and_hashtags_are_read_and_addresses_of_mail_are_not() -> None:
    text = "@One said to @two_b: #SocialCare, mail a@b"
    assert [handle for handle, _, _ in handles(text)] == ["@one", "@two_b", "#socialcare"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://www.example.org/a?b=1.", ["example.org/a?b=1"]),
        ("see hsj.co.uk/service-design\u2026", ["hsj.co.uk/service-design"]),
        ("see evil.zz now", ["evil.zz"]),
        ("HTTP://EVIL.EXAMPLE/X", ["evil.example/x"]),
        ("The U.S. did. It left.", []),
        ("e.g. this, at 3.5", []),
    ],
)
def test_an_address_is_read_with_a_scheme_or_without(text: str, expected: list[str]) -> None:
    assert [link for link, _, _ in links(text)] == expected


def test_letters_and_figures_in_one_are_read_as_they_stand() -> None:
    found = [code for code, _, _ in codes("P1 and G7 at 10:30, 5pm, not 22bn, 3rd or 18-week")]
    assert found == ["p1", "g7", "10:30", "5pm"]
