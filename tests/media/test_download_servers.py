"""What servers say of a file and of themselves, truly or not: sizes, refusals, silence; and the next address."""

from __future__ import annotations

import socket

import pytest

from tests.media.fetching import DATA, OTHER, wanted
from tests.media.serving import QUICK, serving, sha256
from v2a.errors import WeightsDamaged, WeightsUnreachable
from v2a.media import download
from v2a.media.download import Wanted, fetch


@pytest.mark.parametrize("how", [{}, {"headers": {"X-Linked-Size": "300000"}, "length": 299_999}])
def test_another_size_than_the_cards_is_refused_at_once(server, place, how):
    server.hold("model.ckpt", DATA, **how)
    size = 300_000 if how else 299_999
    with pytest.raises(WeightsDamaged, match=r"another file .* bytes, not"):
        fetch(wanted(server, size=size), place)
    assert list(place.parent.iterdir()) == []


def test_a_server_that_says_too_much_is_not_believed(server, place):
    server.hold("model.ckpt", DATA, length=400_000, ranges=False)
    with pytest.raises(WeightsUnreachable, match="broke off"):
        fetch(wanted(server), place, patience=QUICK)
    assert not place.exists()


def test_a_server_that_says_too_little_is_found_out(server, place):
    server.hold("model.ckpt", DATA, length=200_000)
    with pytest.raises(WeightsDamaged, match="not what was published"):
        fetch(wanted(server, sha256=sha256(DATA)), place)
    assert list(place.parent.iterdir()) == []


def test_a_server_that_says_nothing_is_believed_only_with_a_checksum(server, place):
    server.hold("model.ckpt", DATA, length=-1)
    with pytest.raises(WeightsDamaged, match="nobody could tell if it is whole"):
        fetch(wanted(server), place)
    assert fetch(wanted(server, sha256=sha256(DATA)), place).checked


def test_a_body_in_pieces_says_itself_where_it_ends(server, place):
    server.hold("model.ckpt", DATA, chunked=True)
    assert fetch(wanted(server), place).sha256 == sha256(DATA)
    server.hold("model.ckpt", OTHER, chunked=True, drops=[100_000] * 9)
    with pytest.raises(WeightsUnreachable):
        fetch(wanted(server), place, patience=QUICK)


@pytest.mark.parametrize(("status", "tries"), [(404, 1), (410, 1), (500, 3), (503, 3)])
def test_a_refusal_is_told_and_a_busy_server_asked_again(server, place, status, tries):
    server.hold("model.ckpt", statuses=[status] * 9)
    with pytest.raises(WeightsUnreachable, match=f"the server answers {status} .*--from"):
        fetch(wanted(server), place, patience=QUICK)
    assert len(server.asked) == tries


def test_a_busy_server_that_is_free_again(server, place):
    server.hold("model.ckpt", DATA, statuses=[503, 429], headers={"Retry-After": "0"})
    assert fetch(wanted(server), place, patience=QUICK).sha256 == sha256(DATA)


@pytest.mark.parametrize("status", [401, 403])
def test_a_closed_door_says_what_to_do(server, place, status):
    server.hold("model.ckpt", statuses=[status] * 9)
    with pytest.raises(
        WeightsUnreachable, match=f"does not give this file to us .{status}.*Accept the terms."
    ):
        fetch(wanted(server, locked="Accept the terms."), place, patience=QUICK)
    assert len(server.asked) == 1


def test_a_silent_server_is_left(server, place):
    server.hold("model.ckpt", DATA, silent=2.0)
    quick = download.web.Patience(timeout=0.6, tries=2, wait=0.01)
    with pytest.raises(WeightsUnreachable, match="the server is silent"):
        fetch(wanted(server), place, patience=quick)
    assert len(server.asked) == 2


def test_nobody_listens(place):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/model.ckpt"
        with pytest.raises(WeightsUnreachable, match="cannot be reached .*HTTPS_PROXY"):
            fetch(Wanted((url,)), place, patience=QUICK)


def test_the_next_address_is_asked_where_one_fails(server, place):
    server.hold("good.ckpt", DATA)
    urls = (server.url("gone.ckpt"), server.url("good.ckpt"))
    assert fetch(Wanted(urls), place, patience=QUICK).url == urls[1]
    with pytest.raises(WeightsUnreachable, match=r"gone\.ckpt: the server answers 404"):
        fetch(Wanted((urls[0], server.url("worse.ckpt"))), place.with_name("b"), patience=QUICK)


def test_a_token_is_for_the_first_address_alone(server, place):
    with serving() as mirror:
        server.hold("model.ckpt", token="other")
        mirror.hold("model.ckpt", DATA)
        asked = Wanted((server.url("model.ckpt"), mirror.url("model.ckpt")), token="secret")
        assert fetch(asked, place, patience=QUICK).url == mirror.url("model.ckpt")
        assert server.asked[0][1]["Authorization"] == "Bearer secret"
        assert "Authorization" not in mirror.asked[0][1]
