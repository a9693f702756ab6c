"""What a person types: messages half remembered, facts in passing, likeness to what is said of the causes, and what is not ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from troubleshooter.case import Case, understood
from troubleshooter.diagnosis import diagnose
from troubleshooter.evidence.scan import scan_text
from troubleshooter.evidence.typed import language_of, messages, said
from troubleshooter.evidence.typed.spelling import corrected
from troubleshooter.inference.belief import LIKENESS, MAYBE, certainties
from troubleshooter.kb import search, source
from troubleshooter.kb.knowledge import Knowledge
from troubleshooter.kb.load import load_knowledge
from troubleshooter.kb.words import Lexicon, folded, stem, terms
from troubleshooter.model import Diagnosis, Evidence, Hit

NOT_OURS = {"source-compile-error", "test-failure", "program-panic", "healthy", "unrelated"}
FIRST, AMONG = 0.96, 0.975
"""What was reached on the typed texts of this folder, less a small margin."""


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(scope="module")
def index(knowledge: Knowledge) -> search.Index:
    return search.index_for(knowledge)


def typed_texts() -> list[dict[str, Any]]:
    return [entry for path in sorted((Path(__file__).parent / "typed").glob("*.yaml")) for entry in source.parse(path.read_text("utf-8"))]


def answered(text: str, knowledge: Knowledge) -> Diagnosis:
    return diagnose(understood(text, Case(), knowledge), knowledge)


def first_of(diagnosis: Diagnosis) -> str:
    return diagnosis.causes[0].id if diagnosis.causes else "unrelated"


def test_typed_texts_are_understood(knowledge: Knowledge) -> None:
    entries = typed_texts()
    right = among = 0
    sure_and_wrong, false_claims, misses = [], [], []
    for entry in entries:
        wanted = entry.get("accept") or [entry["cause"]]
        diagnosis = answered(entry["text"], knowledge)
        first = first_of(diagnosis)
        good = first in wanted or (first == "unrelated" and bool(NOT_OURS & set(wanted)))
        right += good
        among += good or entry["cause"] in [c.id for c in diagnosis.causes[:3]]
        if not good:
            misses.append((entry["cause"], first, entry["text"]))
            certainty = diagnosis.causes[0].certainty if diagnosis.causes else 0.0
            if certainty >= 0.8:
                sure_and_wrong.append(misses[-1])
            if certainty >= 0.5 and entry["cause"] in NOT_OURS and first not in NOT_OURS:
                false_claims.append(misses[-1])
    assert not sure_and_wrong
    assert not false_claims
    assert right >= FIRST * len(entries), (right, len(entries), misses)
    assert among >= AMONG * len(entries), (among, len(entries), misses)


def test_every_cause_has_a_typed_text(knowledge: Knowledge) -> None:
    assert set(knowledge.causes) - {"healthy"} <= {entry["cause"] for entry in typed_texts()}


@pytest.mark.parametrize("text", [
    "good evening, how are you", "what shall I cook tonight", "the tomatoes in my garden turn yellow",
    "今夜は何を食べよう", "今日はいい天気ですね",
    "mvn package: could not resolve artifact", "Segmentation fault in my fortran program", "pip says no matching distribution",
    "how do I center a heading in CSS", "which Go web framework is nicest", "GoLand keeps freezing", "Rubyのgemが入らない",
])  # fmt: skip
def test_what_is_not_ours_is_left_alone(text: str, knowledge: Knowledge) -> None:
    diagnosis = answered(text, knowledge)
    assert diagnosis.outcome in ("not-ours", "unknown") or diagnosis.causes[0].certainty < 0.5


@pytest.mark.parametrize("text", ["docker", "it does not work", "動きません", "my build fails", "?", ""])
def test_nothing_is_concluded_from_next_to_nothing(text: str, knowledge: Knowledge) -> None:
    diagnosis = answered(text, knowledge)
    assert diagnosis.outcome in ("not-ours", "unknown") or not diagnosis.causes
    assert all(c.certainty < 0.5 for c in diagnosis.causes)


@pytest.mark.parametrize("text", ["the container does not start", "it exits at once", "CrashLoopBackOff", "コンテナが起動しません"])
def test_a_symptom_begins_the_dialogue_with_what_it_tells(text: str, knowledge: Knowledge) -> None:
    diagnosis = answered(text, knowledge)
    assert diagnosis.outcome == "ambiguous"
    assert ("symptom.when", "start") in {(f.name, f.value) for f in diagnosis.facts}
    assert diagnosis.questions
    assert all(c.phase in ("start", "load", "build") and c.certainty < 0.2 for c in diagnosis.causes)


@pytest.mark.parametrize("text", ["my build fails", "docker build stops with an error", "it does not work in docker", "動きません"])
def test_a_symptom_that_tells_nothing_is_asked_about(text: str, knowledge: Knowledge) -> None:
    diagnosis = answered(text, knowledge)
    assert diagnosis.outcome == "ambiguous"
    assert not diagnosis.causes
    assert diagnosis.questions[0].fact in ("symptom.when", "symptom.about")


@pytest.mark.parametrize("text", ["exec /app: no such file or directory", "exec /usr/bin/server: no such file or directory."])
def test_a_message_alone_tells_no_more_than_its_line_in_a_log(text: str, knowledge: Knowledge) -> None:
    typed, logged = answered(text, knowledge), diagnose(Case(scan_text(text, knowledge)), knowledge)
    assert typed.outcome == logged.outcome == "ambiguous"
    assert [(c.id, c.certainty) for c in typed.causes] == [(c.id, c.certainty) for c in logged.causes]
    assert typed.questions == logged.questions


def test_facts_alone_are_a_case(knowledge: Knowledge) -> None:
    diagnosis = answered("alpine builder, debian runtime, cgo on", knowledge)
    assert first_of(diagnosis) == "exec-musl-binary-on-glibc"
    rules = {e.rule for e in diagnosis.causes[0].evidence if e.favours}
    assert rules - {LIKENESS}, "a rule of the knowledge base must have spoken, not likeness alone"


def test_likeness_alone_is_never_sure() -> None:
    alike = Evidence("a", LIKENESS, "moderate", True, (Hit("", 0, "x"),), needs=frozenset([LIKENESS]), share=3.0)
    assert certainties([alike])["a"] == MAYBE
    message = Evidence("a", "a/message", "moderate", True, (Hit("s", 0, "x"),), needs=frozenset(["signal:s="]))
    assert certainties([alike, message])["a"] > MAYBE


def test_reasons_say_what_was_typed_and_what_it_is_like(knowledge: Knowledge) -> None:
    diagnosis = answered("since yesterday the scratch container cannot verify any https certificate", knowledge)
    alike = [r for r in diagnosis.causes[0].why if r.rule == LIKENESS]
    assert alike and alike[0].source == "typed" and alike[0].line is None


@pytest.mark.parametrize(("text", "language"), [
    ("コンテナが起動しない", "ja"), ("exec format error", "en"), ("erreur fatale", "en"), ("???", None),
    ("「exec format error」と出る", "ja"),
])  # fmt: skip
def test_language(text: str, language: str | None) -> None:
    assert language_of(text) == language


# --- words


@pytest.mark.parametrize(("word", "same"), [
    ("libraries", "library"), ("building", "build"), ("built", "build"), ("crashes", "crash"), ("stopped", "stop"), ("uses", "use"),
    ("certificates", "certificate"), ("missing", "missed"), ("written", "write"),
])  # fmt: skip
def test_stems(word: str, same: str) -> None:
    assert stem(word) == stem(same)


def test_folding_makes_widths_blanks_and_long_vowels_equal() -> None:
    assert folded("ｖｅｎｄｏｒ　配下") == "vendor配下"
    assert folded("終了 コード 127") == "終了コード127"
    assert folded("ヘッダーがない") == folded("ヘッダがない")


def test_terms_keep_names_whole_and_cut_japanese() -> None:
    found = set(terms(folded("go.sum の証明書が GLIBC_2.34 not found")))
    assert {"go.sum", "証明書", "証明", "glibc", "find"} <= found
    assert "2" not in found


def test_longer_phrases_win_over_those_within_them() -> None:
    lexicon = Lexicon({"proxy": {"ja": ["プロキシ"]}, "company-proxy": {"ja": ["社内プロキシ"]}, "off": {"en": ["cgo_enabled=0"]}})
    assert [f.concept for f in lexicon.find(folded("社内プロキシの中で CGO_ENABLED=0"))] == ["company-proxy", "off"]
    assert not lexicon.find("cgo_enabled=01")


def test_phrases_do_not_cross_sentences_or_begin_within_words() -> None:
    lexicon = Lexicon({"port": {"en": ["port 80"]}, "found": {"en": ["not found"]}, "flag": {"en": ["-a"]}})
    assert not lexicon.find("support 80") and not lexicon.find("port 8080")
    assert not lexicon.find("i will not. found it")
    assert lexicon.find("build with -a today") and not lexicon.find("musl-a") and not lexicon.find("--a")


# --- messages


@pytest.mark.parametrize(("wrong", "right"), [
    ("certifcate signed by unkown authority", "certificate signed by unknown authority"),
    ("permision denied", "permission denied"),
    ("no sush host", "no such host"),
    ("/bin/sh: app: not fuond", "/bin/sh: app: not found"),
])  # fmt: skip
def test_typing_errors_are_corrected(wrong: str, right: str, index: search.Index) -> None:
    assert corrected(wrong, index) == right


def test_names_and_paths_are_not_corrected(index: search.Index) -> None:
    text = "copy /srv/permision/certifcate.pem to gitserver.exampel.org, module fooo_bar"
    assert corrected(text, index) == text


@pytest.mark.parametrize(("text", "means"), [
    ("foo.h: Datei oder Verzeichnis nicht gefunden", "No such file or directory"),
    ("erreur fatale : foo.h : Aucun fichier ou dossier de ce type", "No such file or directory"),
    ("致命的エラー: foo.h: そのようなファイルやディレクトリはありません", "fatal error:"),
    ("허가 거부", "Permission denied"),
])  # fmt: skip
def test_messages_of_other_languages(text: str, means: str, index: search.Index) -> None:
    assert means in messages.translated(text, index)


@pytest.mark.parametrize("text", [
    'exec: "worker": executable file not found in PATH',
    'exec: "worker": executable file not found in /usr/local/sbin:/usr/local/bin:/usr/bin:/bin',
    "container says exec: 'worker': executable file not found in $PATH と出ます",
])  # fmt: skip
def test_path_as_the_shell_replaced_it(text: str, knowledge: Knowledge) -> None:
    assert first_of(answered(text, knowledge)) == "entrypoint-not-in-path"


# --- facts in passing


@pytest.mark.parametrize(("text", "facts"), [
    ("alpine builder, debian runtime", {"build.image": "golang:alpine", "final.image": "debian"}),
    ("built on golang:1.22-bookworm and copied to scratch", {"build.image": "golang:1.22-bookworm", "final.image": "scratch"}),
    ("ビルドはgolang:1.20-alpine、実行はubuntu:22.04", {"build.image": "golang:1.20-alpine", "final.image": "ubuntu:22.04"}),
    ("final image gcr.io/distroless/cc-debian12, builder golang 1.23",
     {"final.image": "gcr.io/distroless/cc-debian12", "build.image": "golang:1.23"}),
    ("only the last stage changed from alpine to ubuntu 24.04, compile stage golang alpine", {"final.image": "ubuntu:24.04"}),
    ("CGO_ENABLED=1 GOOS=linux GOARCH=arm64", {"cgo": "1", "target.os": "linux", "target.arch": "arm64"}),
    ("cgoは無効です", {"cgo": "0"}),
    ("go 1.21 here", {"go.version": "1.21"}),
    ("go.mod says 1.24 and the image is golang:1.19", {"go.required": "1.24", "build.image": "golang:1.19"}),
    ("go build -tags musl -race -o app main.go", {"build.tag": "musl", "build.race": "yes", "build.single-file": "yes"}),
    ("-linkmode external and -extldflags -static", {"linkmode": "external", "link.flags": "static"}),
    ("scratch image, USER nobody", {"user": "nobody", "user.numeric": "no", "final.image": "scratch"}),
    ("nonroot, listens on port 443", {"listens.port": "443"}),
    ("built on an M2, deployed to amd64 servers", {"target.arch": "arm64", "host.arch": "amd64"}),
])  # fmt: skip
def test_facts_in_passing(text: str, facts: dict[str, str], index: search.Index) -> None:
    found = said.facts(text, index.lexicon.find(folded(text)), index.lexicon.concepts)
    assert all(f.source == "typed" for f in found)
    told = {(f.name, f.value) for f in found}
    assert set(facts.items()) <= told, told


@pytest.mark.parametrize("text", ["on my laptop go 1.22 is fine", "it keeps fetching go1.24"])
def test_versions_that_are_not_the_builds(text: str, index: search.Index) -> None:
    found = said.facts(text, index.lexicon.find(folded(text)), index.lexicon.concepts)
    assert "go.version" not in {f.name for f in found}


# --- the index


def test_the_index_is_kept_and_made_again_when_broken(knowledge: Knowledge, tmp_path: Path) -> None:
    environ = {"XDG_CACHE_HOME": str(tmp_path)}
    made = search.index_for(knowledge, environ)
    (kept,) = tmp_path.rglob("search-*.cache")
    text = "gopls of the wrong architecture in a container"
    assert search.index_for(knowledge, environ).nearest(text) == made.nearest(text)
    kept.write_bytes(b"\x80\x05 cut short")
    assert search.index_for(knowledge, environ).nearest(text) == made.nearest(text)


def test_a_home_that_cannot_be_written_is_no_obstacle(knowledge: Knowledge, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert search.index_for(knowledge, {"XDG_CACHE_HOME": str(tmp_path / "file")}).causes


def test_concepts_name_what_exists(knowledge: Knowledge) -> None:
    for name, entry in knowledge.table("concepts").items():
        assert set(entry.get("facts") or {}) <= set(knowledge.table("facts")), name
        causes = entry.get("causes") or []
        assert set([causes] if isinstance(causes, str) else causes) <= set(knowledge.causes), name
        assert not (set(entry) & {"en", "ja", "other"}) - set(entry) and set(entry) & {"en", "ja", "other"}, name
