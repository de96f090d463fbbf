from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.scenario.shard import Shard, in_shard, parse_shard

IDS = st.lists(st.text(max_size=8), unique=True, max_size=40)


@given(ids=IDS, total=st.integers(1, 12))
def test_every_scenario_is_in_exactly_one_shard_and_shards_are_even(
    ids: list[str], total: int
) -> None:
    shards = [in_shard(ids, Shard(number, total), str) for number in range(1, total + 1)]
    assert sorted(name for shard in shards for name in shard) == sorted(ids)
    sizes = [len(shard) for shard in shards]
    assert max(sizes) - min(sizes) <= 1


@given(ids=IDS, total=st.integers(1, 12), data=st.data())
def test_a_shard_depends_on_the_ids_alone_and_keeps_their_order(
    ids: list[str], total: int, data: st.DataObject
) -> None:
    shard = Shard(data.draw(st.integers(1, total)), total)
    shuffled = data.draw(st.permutations(ids))
    found = in_shard(ids, shard, str)
    assert set(in_shard(shuffled, shard, str)) == set(found)
    assert found == [name for name in ids if name in set(found)]


@pytest.mark.parametrize("text", ["", "1", "0/2", "3/2", "1/0", "-1/2", "a/b", "1/2/3", "1.5/2"])
def test_what_is_no_shard_is_told_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="as in 1/3, 2/3 and 3/3"):
        parse_shard(text)


def test_a_shard_is_read() -> None:
    assert parse_shard("2/5") == Shard(2, 5)
