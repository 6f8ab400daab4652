from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadqa.sources.entities import Entities, find_entities


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("@NHSProviders, working with @NHSEngland.", ("NHSProviders", "NHSEngland")),
        ("support @GrapevineCEO@Voa1234", ("GrapevineCEO", "Voa1234")),
        ("(@a) “@b” @a", ("a", "b")),
        ("by @user@mastodon.social now", ("user@mastodon.social",)),
        ("by @alice.bsky.social.", ("alice.bsky.social",)),
        ("thanks @user.Then", ("user",)),
        ("これは@userです", ("user",)),
        ("write to jane.doe@nhs.net or a@b", ()),
        ("https://medium.com/@writer/post", ()),
        ("@ nobody", ()),
    ],
)
def test_mentions_are_handles_and_not_mail_addresses(text: str, mentions: tuple[str, ...]) -> None:
    assert find_entities(text).mentions == mentions


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("See https://example.org/a?b=c#d.", ("https://example.org/a?b=c#d",)),
        ("care: nhsproviders.org/media/691546/d…. It", ("nhsproviders.org/media/691546/d…",)),
        ("from @x: hsj.co.uk/service-design….", ("hsj.co.uk/service-design…",)),
        ("(see example.org/a_(b))", ("example.org/a_(b)",)),
        ("[x](https://a.org/1)[y](https://b.org/2)", ("https://a.org/1", "https://b.org/2")),
        ("at example.com, www.gov.uk and sakana.ai", ("example.com", "www.gov.uk", "sakana.ai")),
        ("twice a.org/x and a.org/x", ("a.org/x",)),
        ("the end.Then and/or e.g. 24.5/day", ()),
        ("write to jane.doe@nhs.net", ()),
    ],
)
def test_links_are_taken_as_written_without_the_sentence_around_them(
    text: str, links: tuple[str, ...]
) -> None:
    assert find_entities(text).links == links


def test_hashtags_have_a_letter_and_are_no_part_of_an_address() -> None:
    found = find_entities("#NHS #Pflege_2022 #1 &#39; a#b https://e.org/#top #NHS #日本")
    assert found == Entities(
        mentions=(), links=("https://e.org/#top",), hashtags=("NHS", "Pflege_2022", "日本")
    )


@given(st.text(alphabet="@#a.b/:)([ht ps1é"))
def test_what_is_found_stands_in_the_text(text: str) -> None:
    found = find_entities(text)
    assert all(f"@{mention}" in text for mention in found.mentions)
    assert all(link in text for link in found.links)
    assert all(f"#{tag}" in text for tag in found.hashtags)
