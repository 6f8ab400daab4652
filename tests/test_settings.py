"""Settings: which place wins, and what a wrong one is told."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from threadqa.errors import SettingsError
from threadqa.settings import Settings, describe_settings, load_settings

DEFAULTS = Settings()


def write(folder: Path, text: str) -> None:
    (folder / "threadqa.toml").write_text(text, encoding="utf-8")


def test_without_any_place_the_defaults_hold(tmp_path: Path) -> None:
    settings = load_settings(folder=tmp_path, environment={})
    assert settings == DEFAULTS
    assert settings.index == Path("index")
    assert settings.runtime == "auto"
    assert settings.max_sentences == 3
    assert settings.reranker == "cross-encoder"


def test_the_file_wins_over_the_defaults(tmp_path: Path) -> None:
    write(tmp_path, 'index = "elsewhere"\nmax_sentences = 5\n')
    settings = load_settings(folder=tmp_path, environment={})
    assert (settings.index, settings.max_sentences) == (Path("elsewhere"), 5)
    assert settings.runtime == DEFAULTS.runtime


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    write(tmp_path, "max_sentences = 5\ndense_weight = 0.25\n")
    settings = load_settings(folder=tmp_path, environment={"THREADQA_MAX_SENTENCES": "6"})
    assert (settings.max_sentences, settings.dense_weight) == (6, 1 / 4)


def test_flags_win_over_the_environment(tmp_path: Path) -> None:
    settings = load_settings(
        {"max_sentences": 7},
        folder=tmp_path,
        environment={"THREADQA_MAX_SENTENCES": "6", "THREADQA_DENSE_WEIGHT": "0.5"},
    )
    assert (settings.max_sentences, settings.dense_weight) == (7, 1 / 2)


def test_a_section_of_the_file_a_variable_and_a_flag_name_the_same_setting(tmp_path: Path) -> None:
    write(tmp_path, '[llm]\nmodel = "from the file"\nbase_url = "http://127.0.0.1:1/v1"\n')
    from_file = load_settings(folder=tmp_path, environment={})
    assert (from_file.llm_model, from_file.llm_api_key_env) == ("from the file", None)
    environment = {"THREADQA_LLM_MODEL": "from a variable"}
    from_variable = load_settings(folder=tmp_path, environment=environment)
    assert from_variable.llm_model == "from a variable"
    assert from_variable.llm_base_url == "http://127.0.0.1:1/v1"
    flag = {"llm.model": "from a flag"}
    assert load_settings(flag, folder=tmp_path, environment=environment).llm_model == "from a flag"


def test_an_unknown_name_in_a_section_is_told_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, '[llm]\nmodell = "x"\n')
    with pytest.raises(SettingsError, match=r"sets 'llm.modell'.*did you mean 'llm.model'\?"):
        load_settings(folder=tmp_path, environment={})


def test_reranking_is_turned_off_by_name_at_any_place(tmp_path: Path) -> None:
    write(tmp_path, 'reranker = "none"\n')
    assert load_settings(folder=tmp_path, environment={}).reranker == "none"
    off = {"THREADQA_RERANKER": "none"}
    assert load_settings(folder=tmp_path / "none", environment=off).reranker == "none"
    on = load_settings({"reranker": "linear"}, folder=tmp_path, environment=off)
    assert on.reranker == "linear"


def test_a_flag_that_was_not_given_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, "max_sentences = 5\n")
    settings = load_settings({"max_sentences": None}, folder=tmp_path, environment={})
    assert settings.max_sentences == 5


def test_an_empty_variable_and_those_of_others_change_nothing(tmp_path: Path) -> None:
    environment = {"THREADQA_MAX_SENTENCES": "", "MAX_SENTENCES": "9", "PATH": "/bin"}
    assert load_settings(folder=tmp_path, environment=environment) == DEFAULTS


def test_the_working_folder_and_the_process_environment_are_read_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "max_sentences = 5\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("THREADQA_ANSWER_THRESHOLD", "0.75")
    settings = load_settings()
    assert (settings.max_sentences, settings.answer_threshold) == (5, 3 / 4)


def test_a_file_saved_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "threadqa.toml").write_bytes(b"\xef\xbb\xbfmax_sentences = 5\n")
    assert load_settings(folder=tmp_path, environment={}).max_sentences == 5


def test_an_unknown_name_in_the_file_comes_with_a_hint(tmp_path: Path) -> None:
    write(tmp_path, "max_sentence = 5\n")
    with pytest.raises(
        SettingsError,
        match=r"threadqa\.toml sets 'max_sentence', which is not a setting; "
        r"did you mean 'max_sentences'",
    ):
        load_settings(folder=tmp_path, environment={})


def test_an_unknown_name_like_no_other_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(
        SettingsError, match=r"the environment sets 'zzz', .*; known: answer_threshold, .*runtime"
    ):
        load_settings(folder=tmp_path, environment={"THREADQA_ZZZ": "1"})


def test_an_unknown_flag_names_the_command_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"the command line sets 'indx', .* mean 'index'"):
        load_settings({"indx": "x"}, folder=tmp_path, environment={})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_sentences", 0),
        ("max_sentences", 21),
        ("dense_weight", -0.1),
        ("dense_weight", 1.1),
        ("answer_threshold", 2),
        ("max_file_bytes", 0),
        ("runtime", "gpu"),
        ("reranker", "neural"),
        ("reranker", ""),
    ],
)
def test_a_value_out_of_bounds_names_its_place_setting_and_value(
    tmp_path: Path, name: str, value: object
) -> None:
    with pytest.raises(
        SettingsError, match=f"the command line sets {name} to {value!r}: expected "
    ):
        load_settings({name: value}, folder=tmp_path, environment={})


def test_a_wrong_value_is_blamed_on_its_own_place_even_where_a_later_one_would_win(
    tmp_path: Path,
) -> None:
    write(tmp_path, "max_sentences = 0\n")
    with pytest.raises(SettingsError, match=r"threadqa\.toml sets max_sentences to 0: "):
        load_settings({"max_sentences": 4}, folder=tmp_path, environment={})
    with pytest.raises(SettingsError, match="the environment sets max_sentences to 'many': "):
        load_settings(
            {"max_sentences": 4},
            folder=tmp_path / "none",
            environment={"THREADQA_MAX_SENTENCES": "many"},
        )


@pytest.mark.parametrize("content", [b"max_sentences =", b"\xff\xfe", b"[[["])
def test_a_file_that_is_no_toml_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "threadqa.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=r"threadqa\.toml cannot be read as TOML: "):
        load_settings(folder=tmp_path, environment={})


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "threadqa.toml").mkdir()
    with pytest.raises(SettingsError, match=r"threadqa\.toml cannot be read as TOML: "):
        load_settings(folder=tmp_path, environment={})


def test_every_setting_is_described() -> None:
    assert [name for name, _, about in describe_settings() if not about.endswith(".")] == []
    names = {name.replace(".", "_") for name, _, _ in describe_settings()}
    assert names == set(DEFAULTS.__slots__)


@pytest.mark.parametrize(
    ("name", "value"),
    [("max_sentences", True), ("max_sentences", 2.5), ("encoder", 3), ("index", ""), ("index", 1)],
)
def test_a_value_of_another_kind_is_refused(tmp_path: Path, name: str, value: object) -> None:
    with pytest.raises(SettingsError, match=f"sets {name} to {value!r}: expected a "):
        load_settings({name: value}, folder=tmp_path, environment={})


def test_settings_do_not_change_after_they_are_loaded() -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(DEFAULTS, "max_sentences", 4)  # noqa: B010


@pytest.mark.parametrize(
    ("value", "meant"), [("true", True), ("1", True), ("Yes", True), ("false", False), ("0", False)]
)
def test_a_switch_is_set_in_words_or_numbers(tmp_path: Path, value: str, meant: bool) -> None:
    environment = {"THREADQA_OFFLINE": value}
    assert load_settings(folder=tmp_path, environment=environment).offline is meant
    write(tmp_path, "offline = true\n")
    assert load_settings(folder=tmp_path, environment={}).offline
    with pytest.raises(SettingsError, match="expected true or false"):
        load_settings(folder=tmp_path, environment={"THREADQA_OFFLINE": "maybe"})


def test_the_address_of_a_server_has_no_slash_at_its_end(tmp_path: Path) -> None:
    for address in ("http://127.0.0.1:11434/v1", "https://models.example/v1", "http://[::1]:8080"):
        settings = load_settings({"llm.base_url": f"{address}/"}, folder=tmp_path, environment={})
        assert settings.llm_base_url == address


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("127.0.0.1:11434/v1", "expected an address such as http://"),
        ("ftp://127.0.0.1/v1", "expected an address such as http://"),
        ("http:///v1", "expected an address such as http://"),
        ("http://127.0.0.1:99999/v1", "with a port from 0 to 65535"),
        ("https://me:secret@models.example/v1", "without a user"),
        ("https://models.example/v1?key=secret", "keys go into llm.api_key_env"),
        ("http://[::1/v1", "Invalid IPv6"),
    ],
)
def test_what_is_no_address_of_a_server_is_refused(
    tmp_path: Path, address: str, words: str
) -> None:
    with pytest.raises(SettingsError, match=words) as raised:
        load_settings({"llm.base_url": address}, folder=tmp_path, environment={})
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("llm.timeout_seconds", "0.5"),
        ("llm.timeout_seconds", "inf"),
        ("llm.timeout_seconds", "nan"),
        ("llm.max_context_characters", "1999"),
        ("llm.max_context_characters", "a lot"),
    ],
)
def test_limits_of_a_language_model_are_numbers_within_bounds(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=f"sets {name} to .*expected a"):
        load_settings({name: value}, folder=tmp_path, environment={})
