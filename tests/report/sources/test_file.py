"""Files of every form are read whole; damage costs itself only and is named."""

from __future__ import annotations

import gzip
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.errors import InputError, SourceError
from report.model import Period
from report.sources.file import FileSource, read_posts

DATA = Path(__file__).resolve().parents[3] / "../shared/data"
FILES = ("tweets/ai_2026_builders.jsonl", "finance/2015-04-27.jsonl", "finance/2015-07-21.jsonl",
         "x_api/twarc_network_tweets.jsonl", "x_api/twitterapi_io_raw_sample.json")  # fmt: skip
FIRST = 2008751234567890001


def row(number: int, text: str = "words") -> dict[str, Any]:
    author = {"handle": "linyue", "name": "Lin"}
    return {"id": str(FIRST + number), "author": author, "text": text, "createdAt": "2026-01-07T04:00:00Z", "likes": 1}


def lines(*rows: Any) -> str:
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in rows) + "\n"


def ids(path: Path) -> list[str]:
    return [tweet.id for tweet in read_posts(path)[0]]


ROWS = [row(number, f"第 {number} 条\u2028还在") for number in range(3)]
WANTED = [one["id"] for one in ROWS]
FORMS = {
    "lines": lines(*ROWS),
    "array": json.dumps(ROWS),
    "pretty array": json.dumps(ROWS, indent=2),
    "pretty, one after another": "\n".join(json.dumps(one, indent=2) for one in ROWS),
    "on one line": "".join(json.dumps(one) for one in ROWS),
    "page": json.dumps({"data": ROWS, "meta": {}}),
    "pages as lines": lines({"data": ROWS[:2]}, {"data": ROWS[2:]}),
    "Windows line ends": lines(*ROWS).replace("\n", "\r\n"),
    "blank lines": "\n\n".join(json.dumps(one) for one in ROWS),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("packed", ["plain", "BOM", "gzip", "UTF-16", "two gzip members"])
def test_every_form_and_packing_gives_the_same_posts(tmp_path: Path, form: str, packed: str) -> None:
    content = FORMS[form].encode()
    wrapped = {
        "plain": content,
        "BOM": b"\xef\xbb\xbf" + content,
        "gzip": gzip.compress(content),
        "UTF-16": FORMS[form].encode("utf-16"),
        "two gzip members": gzip.compress(content[:100]) + gzip.compress(content[100:]),
    }
    path = tmp_path / "posts.any"
    path.write_bytes(wrapped[packed])
    tweets, problems = read_posts(path)
    assert ([tweet.id for tweet in tweets], problems) == (WANTED, [])
    assert tweets[0].source == "file:posts.any"


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        ('{"id": "1", "text": "torn', "第 2 行：不是完整的 JSON"),
        ('{"id": "1", "author": {"handle":', "第 2 行：不是完整的 JSON"),
        ("not json at all", "第 2 行：不是完整的 JSON"),
        ('{"id": "5", "createdAt": "2026-01-07T04:00:00Z", "text": "no author"}', "第 2 行：缺作者"),
        ('{"id": 2.0087512345678903e18, "text": "x", "createdAt": "2026-01-07T04:00:00Z"}', "第 2 行：id 是浮点数"),
        ("[" * 5000, "第 2 行：不是完整的 JSON"),
    ],
)
def test_a_damaged_line_costs_itself_only(tmp_path: Path, damage: str, named: str) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_text(f"{json.dumps(ROWS[0])}\n{damage}\n{lines(*ROWS[1:])}", encoding="utf-8")
    tweets, problems = read_posts(path)
    assert [tweet.id for tweet in tweets] == WANTED
    (problem,) = problems
    assert problem.startswith(f"posts.jsonl {named}")


def test_a_damaged_object_in_a_printed_array_costs_itself_only(tmp_path: Path) -> None:
    path = tmp_path / "posts.json"
    path.write_text(
        json.dumps(ROWS, indent=2).replace(f'"id": "{WANTED[1]}",', f'"id": "{WANTED[1]}'), encoding="utf-8"
    )
    assert ids(path) == [WANTED[0], WANTED[2]]


def test_bytes_that_are_not_utf8_are_named_and_the_post_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_bytes(lines(*ROWS[:1]).encode() + lines(row(1, "caf?")).encode().replace(b"caf?", b"caf\xe9"))
    tweets, problems = read_posts(path)
    assert tweets[1].text == "caf�"
    assert problems == ["posts.jsonl 第 2 行：有不是 UTF-8 的字节，已换成 �"]


def test_a_torn_gzip_file_gives_what_came_before_the_tear(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl.gz"
    many = [row(number, f"{number * 7919 % 1000} words") for number in range(3000)]
    packed = gzip.compress(lines(*many).encode())
    path.write_bytes(packed[: len(packed) // 2])
    tweets, problems = read_posts(path)
    assert 0 < len(tweets) < 3000
    assert "压缩文件不完整" in problems[0]


@pytest.mark.parametrize(
    "content", [b"", b"   \n", b"[]", b"hello", b'{"a": 1}', b"\x1f\x8bbroken", b"\xff\xfe", b"\x00" * 99]
)
def test_a_file_without_a_post_names_itself_and_the_shapes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_bytes(content)
    with pytest.raises(InputError, match=re.escape(str(path))):
        read_posts(path)


def test_a_missing_file_and_a_folder_say_what_to_check(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.jsonl"):
        with pytest.raises(InputError, match="check the path"):
            read_posts(path)


@settings(max_examples=60)
@given(data=st.data())
def test_whatever_is_cut_out_of_a_file_every_other_line_is_read(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rows = [lines(row(number)) for number in range(20)]
    content = "".join(rows)
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(start + 300, len(content))))
    path = tmp_path_factory.mktemp("cut") / "posts.jsonl"
    path.write_text(content[:start] + content[end:], encoding="utf-8")
    begins = [sum(map(len, rows[:number])) for number in range(20)]
    whole = [number for number in range(20) if begins[number] + len(rows[number]) <= start or begins[number] > end]
    assert {row(number)["id"] for number in whole} <= set(ids(path))


class TestSource:
    period = Period.of_days(date(2026, 1, 7), date(2026, 1, 7), "Asia/Shanghai")

    async def test_only_the_period_is_given_and_an_id_once(self, tmp_path: Path) -> None:
        path = tmp_path / "posts.jsonl"
        other = {**row(9), "createdAt": "2026-01-07T16:00:00Z"}
        path.write_text(lines(row(1), other, row(1, "newer")), encoding="utf-8")
        source = FileSource(path)
        collected = await source.read(self.period)
        assert source.name == "file:posts.jsonl"
        assert [tweet.text for tweet in collected.tweets] == ["newer"]
        assert collected.notes == ()

    async def test_bad_rows_are_counted_in_a_note(self, tmp_path: Path) -> None:
        path = tmp_path / "posts.jsonl"
        path.write_text(lines(row(1), *({**row(2), "text": None} for _ in range(7))), encoding="utf-8")
        (note,) = (await FileSource(path).read(self.period)).notes
        assert note.startswith("posts.jsonl：有 7 处读不懂：第 2 行：缺正文；第 3 行：缺正文；")
        assert note.endswith("……")

    async def test_a_file_of_other_days_says_which(self, tmp_path: Path) -> None:
        path = tmp_path / "posts.jsonl"
        path.write_text(lines({**row(1), "createdAt": "2025-01-01T00:00:00Z"}), encoding="utf-8")
        collected = await FileSource(path).read(self.period)
        assert collected.tweets == ()
        assert collected.notes == ("posts.jsonl：1 条帖子都不在这段时间里（从 2025-01-01 到 2025-01-01，UTC）",)

    async def test_an_unusable_file_is_one_failed_source(self, tmp_path: Path) -> None:
        with pytest.raises(SourceError, match=r"^file:none\.jsonl: "):
            await FileSource(tmp_path / "none.jsonl").read(self.period)


@pytest.mark.skipif(not DATA.is_dir(), reason="the folder with real posts is not there")
@pytest.mark.parametrize("name", FILES)
def test_of_real_files_every_id_is_there_unharmed(name: str) -> None:
    raw = (DATA / name).read_text(encoding="utf-8")
    tweets, problems = read_posts(DATA / name)
    assert problems == []
    assert [tweet.id for tweet in tweets] == real_ids(name, raw)
    assert all(re.fullmatch(r"\d{15,19}", tweet.id) for tweet in tweets)


def real_ids(name: str, raw: str) -> list[str]:
    """The ids of a file's rows, found without the reader under test."""
    if name.startswith("finance"):
        return re.findall(r'"id_str": ?"(\d+)"', raw)
    if name.startswith("tweets"):
        return re.findall(r'^\{"id": ?"(\d+)"', raw, re.MULTILINE)
    if name.endswith("sample.json"):
        return [tweet["id"] for one in json.loads(raw)["followings"] for tweet in one["tweets"]]
    return [tweet["id"] for line in raw.splitlines() for tweet in json.loads(line)["data"]]


@pytest.mark.skipif(not DATA.is_dir(), reason="the folder with real posts is not there")
def test_real_reposts_and_quotes_are_whole() -> None:
    tweets, _ = read_posts(DATA / FILES[3])
    reposts = [tweet for tweet in tweets if tweet.reposted_id]
    assert len(reposts) == 367
    assert not [tweet.id for tweet in reposts if tweet.text.endswith("…")]
    assert sum(bool(tweet.quoted_text) for tweet in tweets) == 18
