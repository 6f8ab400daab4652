"""The cross-encoder that is shipped: how it reads, and that it tells an answer from its like."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from threadqa.encoders import cross_encoder as module
from threadqa.encoders.cross_encoder import (
    PackagedCrossEncoder,
    Passage,
    packaged_cross_encoder,
    packaged_tokenizer,
    token_ids,
)
from threadqa.encoders.packaged_model import packaged_model_folder
from threadqa.errors import EncoderError

QUESTION = "How much did the new ferry cost?"
TITLE = "Why our island waited nine years for a ferry"
ANSWER = Passage(
    "In the end the yard was paid £340m, three times the first bid.", "It slipped.", TITLE
)
BESIDE = Passage("The captain says that she handles well in a swell.", "It slipped.", TITLE)
ELSEWHERE = Passage("The school's new roof was finished in May.", "", "The school's new roof")
HOSTILE = ["", " ", "\x00", "🧵" * 300, "x" * 5000, "Größe İ ß 北京\u200d\u202e £4m…"]
ROOT = Path(__file__).parents[2]
# Products in bf16 differ a little by the shape of a batch.
WITHIN = 0.15


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> PackagedCrossEncoder:
    return PackagedCrossEncoder(cache_dir=tmp_path_factory.mktemp("cache"))


def words(ids: list[int]) -> str:
    return " ".join(map(packaged_tokenizer().id_to_token, ids))


def test_a_pair_is_the_question_and_what_tells_the_subject_and_the_post() -> None:
    (pair,) = token_ids(
        packaged_tokenizer(), "When?", [Passage("In May.", "It slipped.", "The roof")]
    )
    assert words(pair.ids) == "[CLS] when ? [SEP] the roof [SEP] it slipped . [SEP] in may . [SEP]"
    assert pair.types == [0] * 4 + [1] * (len(pair.ids) - 4)


def test_the_title_of_a_post_that_opens_its_thread_is_not_read_twice() -> None:
    (pair,) = token_ids(
        packaged_tokenizer(), "When?", [Passage("The roof: in May.", "", "The roof")]
    )
    assert words(pair.ids) == "[CLS] when ? [SEP] [SEP] [SEP] the roof : in may . [SEP]"


def test_each_part_is_cut_at_its_length() -> None:
    long = "boat " * 500
    (pair,) = token_ids(packaged_tokenizer(), long, [Passage(long, long, long)])
    parts = [part.split() for part in words(pair.ids).removeprefix("[CLS]").split("[SEP]")]
    before = module.BEFORE_CHARACTERS // len("boat ")
    assert [len(part) for part in parts] == [
        module.QUESTION_TOKENS, module.TITLE_TOKENS, before, module.POST_TOKENS, 0,
    ]  # fmt: skip
    assert before <= module.BEFORE_TOKENS


def test_of_a_long_post_the_part_is_read_that_has_most_of_the_question() -> None:
    post = f"{'boat ' * 100}the ferry cost a lot {'boat ' * 100}"
    (pair,) = token_ids(packaged_tokenizer(), "What did the ferry cost?", [Passage(post, "", "")])
    read = words(pair.ids).rpartition("[SEP] [SEP] [SEP]")[2].split()
    assert "the ferry cost a lot" in " ".join(read)
    assert len(read) <= module.POST_TOKENS + 1


def test_words_that_name_special_tokens_are_no_separators() -> None:
    tokenizer = packaged_tokenizer()
    (pair,) = token_ids(tokenizer, "When?", [Passage("A [SEP] b [CLS] c.", "", "")])
    assert pair.ids.count(tokenizer.token_to_id("[CLS]")) == 1
    assert pair.ids.count(tokenizer.token_to_id("[SEP]")) == 4


def test_the_tokenizer_is_the_one_that_the_packaged_model_describes() -> None:
    described = Tokenizer.from_file(str(packaged_model_folder() / "tokenizer.json"))
    described.no_padding()
    described.no_truncation()
    threads = (ROOT / "examples" / "threads").glob("*.txt")
    texts = [*HOSTILE, *(file.read_text("utf-8") for file in threads)]
    ours, theirs = (
        [one.ids for one in tokenizer.encode_batch(texts, add_special_tokens=False)]
        for tokenizer in (packaged_tokenizer(), described)
    )
    assert ours == theirs


def test_a_post_that_answers_scores_above_one_beside_it_and_one_of_elsewhere(
    reader: PackagedCrossEncoder,
) -> None:
    answer, beside, elsewhere = reader.scores(QUESTION, [ANSWER, BESIDE, ELSEWHERE])
    assert answer > beside
    assert answer > elsewhere


def test_scores_of_different_questions_can_be_compared(reader: PackagedCrossEncoder) -> None:
    answered = reader.scores(QUESTION, [ANSWER])
    unanswered = reader.scores("Who painted the ferry's saloon?", [ANSWER, BESIDE, ELSEWHERE])
    assert answered[0] > unanswered.max() + 1.0


def test_a_passage_scores_the_same_whatever_is_read_with_it(reader: PackagedCrossEncoder) -> None:
    long = Passage("boats " * 200, "", "Boats")
    # More than a batch holds, so that those of like length are read together.
    passages = [ANSWER, long, BESIDE, *[long] * 12, ELSEWHERE]
    together = reader.scores(QUESTION, passages)
    apart = [reader.scores(QUESTION, [one])[0] for one in passages]
    assert together == pytest.approx(apart, abs=WITHIN)


def test_no_passages_have_no_scores_and_load_nothing(tmp_path: Path) -> None:
    unopened = PackagedCrossEncoder(tmp_path / "none", tmp_path)
    assert unopened.scores(QUESTION, []).shape == (0,)


@pytest.mark.parametrize("text", [*HOSTILE, "[SEP] [CLS] [PAD]"])
def test_any_text_has_a_finite_score(reader: PackagedCrossEncoder, text: str) -> None:
    assert np.isfinite(reader.scores(text, [Passage(text, text, text)])).all()


def test_threads_that_read_at_the_same_time_get_their_own_scores(
    reader: PackagedCrossEncoder,
) -> None:
    passages = [ANSWER, BESIDE, ELSEWHERE]
    expected = [reader.scores(QUESTION, [one] * 3)[0] for one in passages]
    with ThreadPoolExecutor(3) as pool:
        found = list(
            pool.map(lambda n: reader.scores(QUESTION, [passages[n % 3]] * 3)[0], range(30))
        )
    assert found == pytest.approx([expected[n % 3] for n in range(30)], abs=WITHIN)


def test_where_it_cannot_be_run_the_error_says_how_to_go_on_without_it(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r'; go on without it by `reranker = "linear"`$'):
        PackagedCrossEncoder(tmp_path / "none", tmp_path).scores(QUESTION, [ANSWER])


def test_the_word_embeddings_are_the_packaged_model_s(reader: PackagedCrossEncoder) -> None:
    weights = packaged_model_folder() / "model.safetensors"
    mapped = module._word_embeddings(weights)
    assert np.array_equal(mapped, load_file(weights)[module.EMBEDDINGS])


def test_the_compiled_network_is_kept_in_the_cache_and_not_beside_the_weights(
    tmp_path: Path,
) -> None:
    PackagedCrossEncoder(cache_dir=tmp_path).scores(QUESTION, [ANSWER])
    assert list((tmp_path / "cross-encoder").glob("*/*.blob"))
    assert sorted(file.name for file in module.FOLDER.iterdir()) == ["model.bin", "model.xml"]


def test_the_weights_that_are_shipped_are_small() -> None:
    assert sum(file.stat().st_size for file in module.FOLDER.iterdir()) < 30_000_000


def test_a_process_has_one() -> None:
    assert packaged_cross_encoder() is packaged_cross_encoder()
