"""Vendor specs are read whole, and every loose end is named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import InputError
from harness.load.spec_building import seconds
from harness.load.vendor_specs import load_vendor_spec, load_vendor_specs, packaged_specs
from harness.model.spec import (
    Basis,
    Confidence,
    CopyCondition,
    DeclaredEncodings,
    Decoding,
    EventEntry,
    FieldRule,
    ForEvents,
    MirrorRule,
    Normalisation,
    Role,
    Upload,
    VendorSpec,
)

SPEC = """\
vendor: acme
title: Acme
kind: platform
reviewed: "2026-01-31"
sources:
  A1: {title: A page, url: acme.test/docs, read: "2026-01"}
hosts: ['(.+\\.)?acme\\.test']
secrets: [acme_token]
rules:
  price: {says: A price is a number., sources: [A1], basis: observed, confidence: low, at_most: warning}
event_names:
  says: Names are words.
  sources: [A1]
  names: {purchase: [Buy, Purchase]}
event_id: {says: The ID joins the copies., sources: [A1], pattern: '\\S+'}
event_time: {says: Not too old., sources: [A1], max_age: 7d}
dedup:
  - {id: event-id, says: The same ID is one., sources: [A1], key: [name, event_id], window: 48h, prefer_tag_within: 5m}
click_ids:
  - {parameter: acid, says: It is kept., sources: [A1], example: {alphabet: hex, length: 8}, required: {capi: error}}
identifiers:
  email:
    tier: strongest
    says: Hashed.
    sources: [A1]
    persona: email
    normalise: {documented: [trim, lower-case, {first: 5}]}
    channels: {tag: required}
parameters:
  - {parameter: value, says: It has a value., sources: [A1], required_for: {tag: [purchase]}}
requests:
  - id: hit
    channel: tag
    says: A hit.
    sources: [A1]
    match: {hosts: ['t\\.acme\\.test'], path: /hit, methods: [GET], where: {param/name: '.+'}, absent: [param/test]}
    decode: [{at: param/more, using: pairs, separator: "|"}]
    fields:
      name: param/name
      event_id: [param/eid, param/id]
      value: {paths: [param/v], using: decimal}
    schema: hit.json
    request_schema: call.json
    accepted: {statuses: [200, 204]}
    per_event:
      - {stale: true, adds: {errors: "{index}: {detail}"}}
      - {adds: {taken: {}}}
    answers:
      - {status: 400, stale: true, body: {text: "{join:errors}"}}
      - {status: 200, body: ["{taken}", "{count:taken}"]}
  - id: twin
    channel: tag
    role: mirror
    says: A twin.
    sources: [A1]
    match: {path: /twin}
    mirror: {of: [hit], key: [name], within: 10s}
  - {id: bare, channel: tag, role: auxiliary, lacks: a name, says: Nameless., sources: [A1], match: {path: /bare}}
"""
SCHEMA = '{"type": "object", "properties": {"v": {"type": "string", "x-rule": "acme.price"}}}'


def written(folder: Path, text: str = SPEC, schema: str | None = SCHEMA) -> Path:
    home = folder / "acme"
    home.mkdir(exist_ok=True)
    (home / "spec.yaml").write_text(text, "utf-8")
    if schema is not None:
        (home / "hit.json").write_text(schema, "utf-8")
        (home / "call.json").write_text("{}", "utf-8")
    return home / "spec.yaml"


def mistakes(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        load_vendor_spec(path)
    return [str(mistake).replace(f"{path.parent}/", "") for mistake in caught.value.mistakes]


@pytest.fixture
def spec(tmp_path: Path) -> VendorSpec:
    return load_vendor_spec(written(tmp_path))


def test_every_part_of_a_spec_is_read(spec: VendorSpec) -> None:
    hit, twin, bare = spec.requests
    assert (bare.lacks, hit.lacks) == ("a name", "")
    assert (spec.id, spec.kind, spec.hosts, spec.secrets) == (
        "acme",
        "platform",
        (r"(.+\.)?acme\.test",),
        ("acme_token",),
    )
    assert (hit.channel, hit.role, hit.match.methods, hit.match.absent) == (
        "tag",
        Role.EVENT,
        ("GET",),
        ("param/test",),
    )
    assert hit.decodings == (Decoding(at="param/more", using="pairs", options={"separator": "|"}),)
    assert hit.fields == {
        "name": FieldRule(paths=("param/name",)),
        "event_id": FieldRule(paths=("param/eid", "param/id")),
        "value": FieldRule(paths=("param/v",), using="decimal"),
    }
    assert hit.acceptance.statuses == (200, 204)
    assert [answer.status for answer in hit.answers] == [400, 200]
    assert hit.per_event == (
        EventEntry(stale=True, adds={"errors": "{index}: {detail}"}),
        EventEntry(adds={"taken": {}}),
    )
    assert twin.mirror == MirrorRule(of=("hit",), key=("name",), within=10.0)
    assert twin.match.hosts == (".*",)
    assert spec.event_names.names == {"purchase": ("Buy", "Purchase")}
    assert spec.event_time is not None
    assert (spec.event_time.max_age, spec.event_time.max_future) == (604800.0, 300.0)
    assert (spec.dedup[0].window, spec.dedup[0].prefer_tag_within) == (172800.0, 300.0)
    assert spec.click_ids[0].required == {"capi": "error"}
    email = spec.identifier("email")
    assert email is not None
    assert email.normalisations == (Normalisation(name="documented", steps=("trim", "lower-case", {"first": 5})),)
    assert (email.hashing, email.encodings, email.mismatch) == ("required", ("hex",), "error")
    assert spec.identifier("phone") is None
    assert spec.schemas["hit.json"]["type"] == "object"
    assert (hit.schema, hit.request_schema, twin.request_schema) == ("hit.json", "call.json", "")
    assert spec.schemas["call.json"] == {}


COPIES = "window: 48h, copies: {capi: {where: {name: B.+}, unlike: {event_id: x}, without: [value], older: 1h}}"


def test_a_rule_may_say_what_a_copy_must_be(tmp_path: Path) -> None:
    (rule,) = load_vendor_spec(written(tmp_path, SPEC.replace("window: 48h", COPIES))).dedup
    wanted = CopyCondition(where={"name": "B.+"}, unlike={"event_id": "x"}, without=("value",), older=3600.0)
    assert rule.copies == {"capi": wanted}


@pytest.mark.parametrize(
    ("found", "instead", "said"),
    [
        ("{name: B.+}", "{nam: B.+}", "unknown field \"nam\"; expected one of this spec's requests' fields"),
        ("{event_id: x}", "{event_id: '*'}", "broken pattern"),
        ("[value]", "[price]", 'unknown field "price"'),
        ("{capi:", "{api:", "api"),
        ("older: 1h", "age: 1h", 'unknown key "age"'),
    ],
)
def test_a_mistake_in_what_a_copy_must_be_is_named(tmp_path: Path, found: str, instead: str, said: str) -> None:
    (mistake,) = mistakes(written(tmp_path, SPEC.replace("window: 48h", COPIES.replace(found, instead))))
    assert said in mistake


def test_a_field_may_be_read_of_other_places_in_other_forms(tmp_path: Path) -> None:
    forms = "value: [{paths: [param/v], using: decimal}, {paths: [param/w], using: minor-units, currency: param/c}]"
    text = SPEC.replace("value: {paths: [param/v], using: decimal}", forms)
    field = load_vendor_spec(written(tmp_path, text)).requests[0].fields["value"]
    minor = FieldRule(paths=("param/w",), using="minor-units", options={"currency": "param/c"})
    assert field == FieldRule(paths=("param/v",), using="decimal", otherwise=minor)
    (mistake,) = mistakes(written(tmp_path, text.replace("paths: [param/w], ", "")))
    assert "a path, a list of paths, {paths, using}, or a list of {paths, using}" in mistake


def test_a_rule_may_have_slots_of_the_clock_for_a_window(tmp_path: Path) -> None:
    (rule,) = load_vendor_spec(written(tmp_path, SPEC.replace("window: 48h", "slots: day, zone: UTC"))).dedup
    assert (rule.window, rule.slots, rule.zone) == (None, 86400.0, "UTC")
    (rule,) = load_vendor_spec(written(tmp_path, SPEC.replace("window: 48h", "slots: 5m"))).dedup
    assert (rule.slots, rule.zone) == (300.0, "")


def test_a_rule_or_the_event_id_may_be_for_some_events_only(tmp_path: Path, spec: VendorSpec) -> None:
    assert spec.event_id is not None
    assert (spec.event_id.events, spec.dedup[0].events) == (ForEvents(), ForEvents())
    text = SPEC.replace("[A1], pattern", "[A1], for: [purchase], pattern").replace("window: 48h", "not_for: [purchase]")
    found = load_vendor_spec(written(tmp_path, text))
    assert found.event_id is not None
    assert (found.event_id.serves("purchase"), found.event_id.serves("refund")) == (True, False)
    assert ("purchase" in found.dedup[0].events, "refund" in found.dedup[0].events) == (False, True)


DIFFERS = "    channels: {tag: required}\n    differs: {hit: {says: Plain here., sources: [A1], hashing: forbidden}}\n"


def test_an_identifier_may_differ_by_channel_or_request(tmp_path: Path) -> None:
    text = SPEC.replace("    channels: {tag: required}\n", DIFFERS)
    email = load_vendor_spec(written(tmp_path, text)).identifier("email")
    assert email is not None
    there = email.sent_in("tag", "hit")
    assert (there.hashing, there.normalisations, there.rule.says) == ("forbidden", email.normalisations, "Plain here.")
    assert there.rule.id == "acme.identifier.email.hit"
    assert "acme.identifier.email.hit" in load_vendor_spec(written(tmp_path, text)).rules()
    assert email.sent_in("tag", "twin") is email


@pytest.mark.parametrize(
    ("found", "instead", "said"),
    [
        ("{hit:", "{hitt:", 'unknown channel or request "hitt"; expected one of this spec\'s channels and requests'),
        ("{hit:", "{capi:", 'unknown channel or request "capi"'),
        ("hashing: forbidden", "hashed: no", 'unknown key "hashed"'),
        ("says: Plain here., ", "", 'missing key "says"'),
        ("hashing: forbidden", "encodings: [base46]", 'unknown encodings "base46"'),
    ],
)
def test_a_mistake_in_what_differs_is_named(tmp_path: Path, found: str, instead: str, said: str) -> None:
    assert found in DIFFERS
    text = SPEC.replace("    channels: {tag: required}\n", DIFFERS.replace(found, instead))
    (mistake,) = mistakes(written(tmp_path, text))
    assert said in mistake


def test_the_encoding_of_a_digest_may_be_declared_by_the_request(tmp_path: Path) -> None:
    encodings = "encodings: {declared_in: name, values: {HEX: [hex], B64: [base64, base64url]}}"
    text = SPEC.replace("    channels: {tag: required}\n", DIFFERS.replace("hashing: forbidden", encodings))
    email = load_vendor_spec(written(tmp_path, text)).identifier("email")
    assert email is not None
    there = email.sent_in("tag", "hit")
    assert there.encodings == ("hex", "base64", "base64url")
    assert there.declared == DeclaredEncodings(field="name", values={"HEX": ("hex",), "B64": ("base64", "base64url")})
    assert email.declared is None
    (mistake,) = mistakes(written(tmp_path, text.replace("declared_in: name", "declared_in: nam")))
    assert "unknown field \"nam\"; expected one of this spec's requests' fields" in mistake


FILTERS = """\
filters:
  - {id: test, says: Tests are no data., sources: [A1], where: {event_id: 'T.+'}}
  - {id: nameless, says: It has a name., sources: [A1], requests: [hit], without: [name, value], counted: perhaps}
"""


def test_filters_are_read_as_rules(tmp_path: Path) -> None:
    found = load_vendor_spec(written(tmp_path, SPEC + FILTERS))
    test, nameless = found.filters
    assert (test.rule.id, test.where, test.requests, test.counted) == (
        "acme.filter.test",
        {"event_id": "T.+"},
        (),
        "never",
    )
    assert (nameless.requests, nameless.without, nameless.counted) == (("hit",), ("name", "value"), "perhaps")
    assert {"acme.filter.test", "acme.filter.nameless"} <= set(found.rules())


@pytest.mark.parametrize(
    ("found", "instead", "said"),
    [
        ("event_id: 'T.+'", "event_id: '*'", "broken pattern"),
        (
            "event_id: 'T.+'",
            "event_ix: 'T.+'",
            "unknown field \"event_ix\"; expected one of this spec's requests' fields",
        ),
        ("[name, value]", "[name, price]", 'unknown field "price"'),
        ("[hit]", "[hot]", 'unknown request "hot"; expected one of this spec\'s requests; did you mean "hit"?'),
        (", where: {event_id: 'T.+'}", "", "expected what the filter looks at: requests, where or without"),
        ("perhaps", "sometimes", "one of never, perhaps, always"),
    ],
)
def test_a_mistake_in_a_filter_is_named(tmp_path: Path, found: str, instead: str, said: str) -> None:
    assert found in FILTERS
    (mistake,) = mistakes(written(tmp_path, SPEC + FILTERS.replace(found, instead)))
    assert said in mistake


CONSENT = """\
consent:
  - {id: mode, says: It tells., sources: [A1], field: name, denied: 'N.*', granted: 'Y'}
"""


def test_signals_of_consent_are_read_as_rules(tmp_path: Path) -> None:
    (signal,) = load_vendor_spec(written(tmp_path, SPEC + CONSENT)).consent
    assert (signal.rule.id, signal.field, signal.denied, signal.granted) == ("acme.consent.mode", "name", "N.*", "Y")


def test_names_may_differ_by_channel_or_request(tmp_path: Path) -> None:
    names = "names: {purchase: {tag: [Buy], twin: [BUY, Buy]}, refund: [Refund]}\n  any_case: [twin]"
    found = load_vendor_spec(written(tmp_path, SPEC.replace("names: {purchase: [Buy, Purchase]}", names))).event_names
    assert found.names == {"purchase": ("Buy", "BUY"), "refund": ("Refund",)}
    assert found.sent_in("tag", "hit", "purchase") == ("Buy",)
    assert found.sent_in("tag", "twin", "purchase") == ("BUY", "Buy")
    assert found.sent_in("capi", "call", "purchase") == ("Buy", "BUY")
    assert found.sent_in("tag", "hit", "refund") == ("Refund",)
    assert (found.is_case_free("tag", "hit"), found.is_case_free("tag", "twin")) == (False, True)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("{purchase: {pixel: [Buy]}}", 'unknown channel or request "pixel"'),
        ("{purchase: Buy}", "expected a list of names, or lists of them by channel or request"),
        ("{purchase: [Buy]}\n  any_case: [capi]", 'unknown channel or request "capi"'),
    ],
)
def test_a_mistake_in_the_names_is_named(tmp_path: Path, names: str, said: str) -> None:
    (mistake,) = mistakes(written(tmp_path, SPEC.replace("{purchase: [Buy, Purchase]}", names)))
    assert said in mistake


TIMES = """\
event_time:
  says: Not too old.
  sources: [A1]
  max_age: 7d
  max_future: 1h
  late: {after: 1h, means: it is late, says: Be quick., sources: [A1], at_most: info}
  differs:
    shop: {says: Shops may be slow., sources: [A1], requests: [hit], where: {event_id: 'shop-.+'}, max_age: 62d}
    hit: {says: Hits never age., sources: [A1], requests: [hit], max_future: 5m}
"""
TIME = "event_time: {says: Not too old., sources: [A1], max_age: 7d}\n"


def test_the_age_of_an_event_may_be_limited_by_its_request_and_its_fields(tmp_path: Path) -> None:
    found = load_vendor_spec(written(tmp_path, SPEC.replace(TIME, TIMES)))
    times = found.event_time
    assert times is not None
    limits = [
        times.limit_for("hit", {"event_id": "shop-1"}),
        times.limit_for("hit", {"event_id": "web-1"}),
        times.limit_for("twin", {"event_id": "shop-1"}),
    ]
    assert [(limit.rule.id, limit.max_age, limit.max_future) for limit in limits] == [
        ("acme.event-time.shop", 62 * 86400.0, 3600.0),
        ("acme.event-time.hit", None, 300.0),
        ("acme.event-time", 7 * 86400.0, 3600.0),
    ]
    assert [limit.late for limit in limits[:2]] == [None, None]
    assert limits[2].late is not None
    assert (limits[2].late.rule.id, limits[2].late.after) == ("acme.event-time.late", 3600.0)
    assert {"acme.event-time.late", "acme.event-time.shop", "acme.event-time.hit"} <= set(found.rules())


@pytest.mark.parametrize(
    ("found", "instead", "said"),
    [
        ("'N.*'", "'*'", "broken pattern"),
        ("field: name", "field: nane", "unknown field \"nane\"; expected one of this spec's requests' fields"),
        (", denied: 'N.*', granted: 'Y'", "", "expected the values that tell of the answer: denied, granted or both"),
    ],
)
def test_a_mistake_in_a_signal_of_consent_is_named(tmp_path: Path, found: str, instead: str, said: str) -> None:
    (mistake,) = mistakes(written(tmp_path, SPEC + CONSENT.replace(found, instead)))
    assert said in mistake


@pytest.mark.parametrize(
    ("found", "instead", "said"),
    [
        ("event_id: 'shop-.+'", "event_id: '*'", "broken pattern"),
        ("event_id: 'shop-.+'", "event_ix: 'x'", 'unknown field "event_ix"'),
        ("requests: [hit], max_future", "requests: [hot], max_future", 'unknown request "hot"'),
        ("requests: [hit], max_future", "max_future", "which events it is for: requests or where"),
        ("means: it is late, ", "", 'missing key "means"'),
        ("max_age: 62d", "max_age: long", "a duration such as"),
    ],
)
def test_a_mistake_in_a_limit_of_age_is_named(tmp_path: Path, found: str, instead: str, said: str) -> None:
    assert found in TIMES
    (mistake,) = mistakes(written(tmp_path, SPEC.replace(TIME, TIMES.replace(found, instead))))
    assert said in mistake


def test_a_site_may_choose_the_events_of_a_rule(tmp_path: Path) -> None:
    text = SPEC.replace("names: {purchase: [Buy, Purchase]}", "chosen_by_site: true")
    found = load_vendor_spec(written(tmp_path, text.replace("window: 48h", "for: [generate_lead]")))
    assert found.dedup[0].events == ForEvents(only=("generate_lead",))


@pytest.mark.parametrize(
    ("said", "repeat"),
    [
        ("against: any", "undocumented"),
        ("sure: false", "counted"),
        ("sure: false, repeat: undocumented", "undocumented"),
    ],
)
def test_of_a_repeat_a_rule_says_nothing_unless_it_is_not_even_sure_of_copies(
    tmp_path: Path, said: str, repeat: str
) -> None:
    (rule,) = load_vendor_spec(written(tmp_path, SPEC.replace("window: 48h", said))).dedup
    assert (rule.repeat, rule.against) == (repeat, "any" if "any" in said else "first")


def test_every_rule_can_be_cited_by_its_name(spec: VendorSpec) -> None:
    rules = spec.rules()
    assert set(rules) == {
        "acme.price",
        "acme.event-names",
        "acme.event-id",
        "acme.event-time",
        "acme.dedup.event-id",
        "acme.click-id.acid",
        "acme.identifier.email",
        "acme.parameter.value",
        "acme.request.hit",
        "acme.request.twin",
        "acme.request.bare",
    }
    price = rules["acme.price"]
    assert (price.basis, price.confidence, price.reviewed) == (Basis.OBSERVED, Confidence.LOW, "2026-01-31")
    assert rules["acme.event-id"].basis is Basis.DOCUMENTED
    assert (price.at_most, rules["acme.event-id"].at_most) == ("warning", "")


FILES = """\
  - id: lines
    channel: capi
    says: A file of events.
    sources: [A1]
    upload: {format: jsonl}
  - id: table
    channel: capi
    says: A table of events.
    sources: [A1]
    upload: {format: csv, told_by: [Click, Goal], columns: [Time], separator: ";"}
    fields: {time: {paths: [event/Time], using: date-time, formats: ['%d.%m.%Y'], zone_at: body/parameters/TimeZone}}
"""


def test_a_request_may_be_a_file(tmp_path: Path) -> None:
    lines, table = load_vendor_spec(written(tmp_path, SPEC + FILES)).requests[-2:]
    assert lines.upload == Upload(format="jsonl")
    assert (lines.events, lines.decodings) == (
        "body/line *",
        (Decoding(at="body", using="records", options={"within": ""}),),
    )
    assert table.upload == Upload(
        format="csv", told_by=("Click", "Goal"), columns=("Click", "Goal", "Time"), separator=";"
    )
    assert (table.match.methods, table.match.hosts, table.events) == (("UPLOAD",), ("upload:acme",), "body/row *")


def test_a_file_has_a_layout_that_is_known(tmp_path: Path) -> None:
    broken = FILES.replace("format: csv, told_by: [Click, Goal],", "format: csv,").replace("jsonl", "xlsx")
    assert mistakes(written(tmp_path, SPEC + broken)) == [
        'spec.yaml:63:5: found a mapping with format in "upload"; expected {format: csv, told_by: [column, ...]} or '
        "{format: jsonl}",
        'spec.yaml:68:5: missing key "told_by" in "upload"',
    ]


def test_where_conversions_happen_is_in_the_vendors_words(tmp_path: Path) -> None:
    words = "action_source: {says: Where., sources: [A1], severity: error, values: {website: [WEB], other: [OFF]}}\n"
    spec = load_vendor_spec(written(tmp_path, SPEC.replace("dedup:", f"{words}dedup:", 1)))
    assert spec.action_source is not None
    assert (spec.action_source.values, spec.action_source.severity) == (
        {"website": ("WEB",), "other": ("OFF",)},
        "error",
    )
    assert spec.action_source.rule.id == "acme.conversion-place"
    assert spec.takes_offline


def test_the_digest_changes_with_the_spec_and_with_its_schemas(tmp_path: Path, spec: VendorSpec) -> None:
    assert load_vendor_spec(written(tmp_path)).digest == spec.digest
    assert load_vendor_spec(written(tmp_path, SPEC + "\n")).digest != spec.digest
    assert load_vendor_spec(written(tmp_path, schema=SCHEMA.replace("string", "number"))).digest != spec.digest


@pytest.mark.parametrize(
    ("found", "instead", "said"),
    [
        ("sources: [A1], pattern", "sources: [A2], pattern", 'unknown source "A2"'),
        ("path: /hit,", "path: '/hit(',", "broken pattern"),
        ("param/name: '.+'", "param/name: '*'", "broken pattern"),
        ("of: [hit]", "of: [hitt]", 'unknown request "hitt"'),
        ("    schema: hit.json", "    schema: miss.json", "no file miss.json"),
        ("request_schema: call.json", "request_schema: miss.json", "no file miss.json"),
        ("request_schema: call.json", "request_schema: 1000", "a file name beside the spec"),
        ("channel: tag\n    role", "channel: pixel\n    role", "pixel"),
        ("kind: platform", "kind: platform\nkindness: 1", 'unknown key "kindness"'),
        ("trim, lower-case,", "trim, lowercase,", "a normalisation step"),
        ("window: 48h", "window: two days", "two days"),
        ("{first: 5}", "{keep: z-a}", "broken class"),
        (
            "match: {path: /twin}",
            "match: {path: /twin}\n    lacks: a name",
            "auxiliary, of a request that lacks something",
        ),
        ("{join:errors}", "{join:error}", 'unknown place "{error}"'),
        ("{adds: {taken: {}}}", "{stale: true}", "adds"),
        ("{adds: {taken: {}}}", "{adds: {count: {}}}", "not count, index or detail"),
        ("{adds: {taken: {}}}", "{adds: {taken: {}}, refused: true}", 'unknown key "refused"'),
        ("at_most: warning", "at_most: error", "error"),
        ("window: 48h", "window: 48h, slots: day", "either window or slots, not both"),
        ("window: 48h", "slots: week", "day, or the length of a slot such as 5m"),
        ("window: 48h", "slots: day, mode: pairwise", "a window, as the mode is pairwise"),
        ("window: 48h", "for: [purchse]", 'unknown event "purchse"; expected one of this spec\'s event_names'),
        ("window: 48h", "for: purchase", "expected a list of generic event names"),
        ("window: 48h", "for: [purchase], not_for: [purchase]", "expected either for or not_for, not both"),
        ("[A1], pattern", "[A1], not_for: [refund], pattern", 'unknown event "refund"'),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, found: str, instead: str, said: str) -> None:
    assert found in SPEC
    (mistake,) = mistakes(written(tmp_path, SPEC.replace(found, instead)))
    assert mistake.startswith("spec.yaml:")
    assert said in mistake


def test_schemas_must_be_json_and_cite_rules_that_exist(tmp_path: Path) -> None:
    assert "hit.json" in mistakes(written(tmp_path, schema="{"))[0]
    (mistake,) = mistakes(written(tmp_path, schema=SCHEMA.replace("acme.price", "acme.cost")))
    assert 'hit.json names the rule "acme.cost"' in mistake


def test_all_mistakes_of_a_file_are_told_at_once_in_order(tmp_path: Path) -> None:
    text = SPEC.replace("of: [hit]", "of: [hitt]").replace("sources: [A1], pattern", "sources: [A2], pattern")
    assert ["A2" in mistake or "hitt" in mistake for mistake in mistakes(written(tmp_path, text))] == [True, True]


def test_the_mistakes_of_all_files_of_a_folder_are_told(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "spec.yaml").write_text("vendor: 1\n", "utf-8")
    with pytest.raises(InputError) as caught:
        load_vendor_specs(tmp_path)
    assert {Path(mistake.file).parent.name for mistake in caught.value.mistakes} == {"one", "two"}


def test_an_empty_folder_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no vendor specs here"):
        load_vendor_specs(tmp_path)


def test_the_project_s_own_specs_are_well_formed() -> None:
    specs = load_vendor_specs(packaged_specs())
    assert {"meta", "google-ads", "teads", "tealium"} <= set(specs)
    for name, spec in specs.items():
        assert spec.id == name
        assert all(rule.sources for rule in spec.rules().values())
        assert packaged_specs().joinpath(name, "spec.yaml").is_file()


@pytest.mark.parametrize(
    ("duration", "expected"),
    [("10s", 10.0), ("5m", 300.0), ("48h", 172800.0), ("1.5d", 129600.0), (7, 7.0), (None, None)],
)
def test_durations_are_read_as_seconds(duration: str | int | None, expected: float | None) -> None:
    assert seconds(duration) == expected


def test_base_urls_are_named_after_the_vendor_and_lead_to_a_host_that_is_read(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(
        SPEC.replace("secrets:", 'api: {other: "https://api.acme.test", acme-api: "https://stranger.test"}\nsecrets:'),
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        load_vendor_spec(tmp_path / "spec.yaml")
    told = [str(mistake) for mistake in caught.value.mistakes]
    assert any('the name "other"; expected acme, or acme-...' in each for each in told)
    assert any("no request of a server is read from https://stranger.test" in each for each in told)


def test_every_base_url_of_the_shipped_specs_stands_for_one_vendor() -> None:
    specs = load_vendor_specs(packaged_specs())
    names = [name for spec in specs.values() for name in spec.api]
    assert len(names) == len(set(names))
    # A tagging server is the site's own, wherever that is.
    assert {spec.id for spec in specs.values() if not spec.api} == {"server-gtm"}
