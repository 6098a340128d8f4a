"""Are lists found where they should be, and are wrong ones refused with a message that helps?"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from harness.errors import InputError
from harness.model.profile import ListSource, Profile
from harness.record.blocking.engine import RequestFacts
from harness.record.blocking.lists import KNOWN_LISTS, RULESETS, load

TEXT = b"! Title: Ours\n! Version: 7\n||vendor.example^\na.test##.x\n"
SHA256 = hashlib.sha256(TEXT).hexdigest()


def profile(*lists: ListSource, extra_rules: tuple[str, ...] = ()) -> Profile:
    return Profile(
        id="p", title="", description="", reviewed="", sources=(), lists=lists, extra_rules=extra_rules
    )  # fmt: skip


def mistake(*lists: ListSource, cache: Path, folders: tuple[Path, ...] = ()) -> str:
    with pytest.raises(InputError) as caught:
        load(profile(*lists), cache, package_folders=folders)
    return str(caught.value)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "package"
    for name, place in KNOWN_LISTS.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(TEXT.replace(b"vendor", name.encode()))
    (folder / "manifest.json").write_text('{"version": "1.2.3"}')
    return folder


def test_takes_known_lists_from_the_package_in_place(tmp_path: Path, package: Path) -> None:
    loaded = load(profile(ListSource(name="easylist")), tmp_path / "cache", package_folders=[package])
    (info,) = loaded.infos
    assert (info.name, info.title, info.version, info.origin, info.rules) == ("easylist", "Ours", "7", "package", 1)
    assert loaded.skipped == {"easylist": {"cosmetic": 1}}
    assert not (tmp_path / "cache").exists()


def test_takes_the_cache_before_the_package(tmp_path: Path, package: Path) -> None:
    (tmp_path / "easylist.txt").write_bytes(TEXT)
    (info,) = load(profile(ListSource(name="easylist")), tmp_path, package_folders=[package]).infos
    assert (info.origin, info.sha256) == ("cache", SHA256)


def test_our_own_lists_stand_in_for_the_whole_set(tmp_path: Path, package: Path) -> None:
    (package / KNOWN_LISTS["easyprivacy"]).unlink()
    wanted = (ListSource(name="easylist"), ListSource(name="easyprivacy"))
    infos = load(profile(*wanted), tmp_path, package_folders=[package]).infos
    assert [(info.name, info.title, info.origin) for info in infos] == [
        ("own-easylist", "Own mini list of ads, not EasyList", "own list"),
        ("own-easyprivacy", "Own mini list of trackers, not EasyPrivacy", "own list"),
    ]


def test_our_own_list_can_be_preferred(tmp_path: Path, package: Path) -> None:
    (info,) = load(profile(ListSource(name="easylist")), tmp_path, "own", [package]).infos
    assert info.origin == "own list"


def test_a_hosts_file_blocks_names_and_no_filter_rule_is_made_of_it(tmp_path: Path) -> None:
    path = tmp_path / "blocked.txt"
    path.write_text("0.0.0.0 ads.example\n")
    source = ListSource(name="blocked", location=str(path), kind="hosts")
    loaded = load(replace(profile(source), blocked_hosts=("||more.example^",), spares_same_site=True), tmp_path)
    assert loaded.engine.rules == ()
    assert loaded.dns.decide("ads.example") is not None
    assert loaded.dns.decide("www.more.example") is not None
    assert [(info.name, info.origin, info.rules) for info in loaded.infos] == [
        ("blocked", "file", 1), ("p-blocked-hosts", "profile", 1)
    ]  # fmt: skip


def test_what_the_profile_allows_passes_filters_and_names(tmp_path: Path) -> None:
    mine = replace(
        profile(extra_rules=("||vendor.example^", "/pixel")),
        blocked_hosts=("||vendor.example^",),
        allow=("good.vendor.example", "@@/pixel/ours"),
    )
    loaded = load(mine, tmp_path)
    facts = {
        url: RequestFacts(url=url, page="https://shop.example/", type="image")
        for url in ("https://vendor.example/", "https://good.vendor.example/", "https://x.example/pixel/ours")
    }
    assert [loaded.engine.decide(each) is None for each in facts.values()] == [False, True, True]
    assert loaded.dns.decide("vendor.example") is not None
    assert loaded.dns.decide("good.vendor.example") is None


def test_a_rule_of_the_profile_itself_is_never_passed_over(tmp_path: Path) -> None:
    mine = replace(
        profile(extra_rules=("||good.example^", "||a.example^$typo", "b.example##.ad")), blocked_hosts=("a/b",)
    )
    with pytest.raises(InputError) as caught:
        load(mine, tmp_path)
    assert [str(mistake) for mistake in caught.value.mistakes] == [
        'profile p: rule "||a.example^$typo" in extra-rules cannot be used: unknown option typo; '
        "expected a network rule in Adblock Plus syntax",
        'profile p: rule "b.example##.ad" in extra-rules cannot be used: cosmetic; '
        "expected a network rule in Adblock Plus syntax",
        'profile p: rule "a/b" in blocked-hosts cannot be used: not a host; expected a line of a hosts file',
    ]


def test_a_blockers_own_lists_come_from_its_package_or_others_stand_in_for_all(tmp_path: Path, package: Path) -> None:
    names = {"adguard-base": "easylist", "adguard-tracking": "easyprivacy"}
    mine = profile(*(ListSource(name=name, instead=other) for name, other in names.items()))
    for name in names:
        path = package / RULESETS[name]
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps([{"id": 1, "metadata": {"rawFilterList": f"! Title: {name}\r\n||{name}.example^"}}]))
    loaded = load(mine, tmp_path / "cache", package_folders=[package])
    assert [(info.title, info.origin, info.rules) for info in loaded.infos] == [
        ("adguard-base", "package", 1), ("adguard-tracking", "package", 1)
    ]  # fmt: skip
    assert loaded.approximated_by == ()

    (package / RULESETS["adguard-tracking"]).unlink()
    loaded = load(mine, tmp_path / "cache", package_folders=[package])
    assert [info.name for info in loaded.infos] == ["easylist", "easyprivacy"]
    assert loaded.approximated_by == ("easylist", "easyprivacy")
    assert load(mine, tmp_path / "cache", "own", [package]).approximated_by == ("easylist", "easyprivacy")


def test_a_file_of_browser_rules_must_carry_its_list(tmp_path: Path) -> None:
    path = tmp_path / "ruleset_2.json"
    path.write_text('[{"id": 1}]')
    assert "browser rules without the filter list" in mistake(
        ListSource(name="adguard-base", location=str(path)), cache=tmp_path
    )


def test_a_profile_without_lists_blocks_nothing(tmp_path: Path) -> None:
    loaded = load(profile(), tmp_path)
    assert loaded.infos == ()
    assert loaded.engine.rules == ()


def test_extra_rules_are_a_list_of_their_own(tmp_path: Path) -> None:
    loaded = load(profile(extra_rules=("||a.test^", "||b.test^$script")), tmp_path)
    (info,) = loaded.infos
    assert (info.name, info.origin, info.rules) == ("p-extra-rules", "profile", 2)


def test_parameters_are_taken_off_pages_and_not_off_calls(tmp_path: Path) -> None:
    engine = load(replace(profile(), strip_parameters=("fbclid",)), tmp_path).engine
    address = "https://shop.test/?fbclid=1&a=2"
    for kind, expected in (("document", "https://shop.test/?a=2"), ("xmlhttprequest", address)):
        assert engine.strip(RequestFacts(url=address, page="https://shop.test/", type=kind))[0] == expected


@pytest.mark.parametrize(
    ("rule", "blocks_own", "blocks_other"),
    [
        ("/pixel?", False, True),
        ("/pixel?$3p", False, True),
        ("/pixel?$1p", False, False),
        ("/pixel?$image", False, True),
    ],
)
def test_a_profile_may_spare_the_pages_own_site(
    tmp_path: Path, rule: str, blocks_own: bool, blocks_other: bool
) -> None:
    engine = load(replace(profile(extra_rules=(rule,)), spares_same_site=True), tmp_path).engine
    for host, expected in (("data.shop.test", blocks_own), ("vendor.test", blocks_other)):
        facts = RequestFacts(url=f"https://{host}/pixel?x", page="https://www.shop.test/", type="image")
        assert (engine.decide(facts) is not None) == expected


def test_the_digest_follows_the_texts(tmp_path: Path) -> None:
    one, two = (load(profile(extra_rules=(rule,)), tmp_path).digest for rule in ("||a.test^", "||b.test^"))
    assert one != two


def test_a_file_with_its_pin_is_used(tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_bytes(TEXT)
    (info,) = load(profile(ListSource(name="mine", location=str(path), sha256=SHA256)), tmp_path).infos
    assert (info.name, info.origin, info.sha256) == ("mine", "file", SHA256)


def test_a_truncated_file_is_told_by_its_hash(tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_bytes(TEXT[:20])
    message = mistake(ListSource(name="mine", location=str(path), sha256=SHA256), cache=tmp_path)
    for part in (str(path), "20 bytes", hashlib.sha256(TEXT[:20]).hexdigest(), SHA256, "put the right file there"):
        assert part in message


def test_a_truncated_list_in_the_cache_is_told_by_its_end(tmp_path: Path) -> None:
    (tmp_path / "easylist.txt").write_bytes(TEXT[:-5])
    message = mistake(ListSource(name="easylist"), cache=tmp_path)
    assert "breaks off within a line" in message
    assert "delete it" in message


def test_all_missing_and_wrong_lists_are_named_at_once(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("<!DOCTYPE html><p>Not found")
    message = mistake(
        ListSource(name="gone", location=str(tmp_path / "gone.txt")),
        ListSource(name="page", location=str(page)),
        ListSource(name="easylst"),
        ListSource(name="far", location="https://lists.example/far.txt"),
        cache=tmp_path,
    )
    assert "No such file" in message
    assert "a web page" in message
    assert 'did you mean "easylist"?' in message
    assert "no sha256" in message


@pytest.fixture
def address() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(TEXT) + (10 if "short" in self.path else 0)))
            self.end_headers()
            self.wfile.write(TEXT)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_fetched_list_is_kept_in_the_cache(tmp_path: Path, address: str) -> None:
    source = ListSource(name="far", location=f"{address}/list.txt", sha256=SHA256)
    assert load(profile(source), tmp_path).infos[0].origin == "url"
    assert (tmp_path / f"{SHA256}.txt").read_bytes() == TEXT
    gone = ListSource(name="far", location="http://127.0.0.1:9/list.txt", sha256=SHA256)
    assert load(profile(gone), tmp_path).infos[0].sha256 == SHA256


def test_a_fetched_list_with_another_hash_is_refused_and_not_kept(tmp_path: Path, address: str) -> None:
    message = mistake(ListSource(name="far", location=f"{address}/list.txt", sha256="0" * 64), cache=tmp_path)
    assert SHA256 in message
    assert list(tmp_path.iterdir()) == []


def test_a_fetch_that_breaks_off_is_refused(tmp_path: Path, address: str) -> None:
    message = mistake(ListSource(name="far", location=f"{address}/short", sha256=SHA256), cache=tmp_path)
    assert "cannot be fetched" in message
