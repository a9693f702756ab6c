"""Go sources without a toolchain: what is imported, what is built for which target, and what the code wants."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshooter.evidence import gosource
from troubleshooter.evidence.gosource.calls import Import
from troubleshooter.evidence.gosource.constraint import ConstraintError, Target, evaluate, file_matches, name_matches, read_constraint
from troubleshooter.evidence.gosource.gofile import read_go_file
from troubleshooter.evidence.gosource.golex import tokens
from troubleshooter.model import Fact


def project(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def known(facts: list[Fact]) -> dict[str, str]:
    """Names to values; several values of one name are joined by a comma."""
    found: dict[str, str] = {}
    for fact in facts:
        found[fact.name] = f"{found[fact.name]},{fact.value}" if fact.name in found else fact.value
    return found


def uses(body: str, *imports: str) -> set[tuple[str, str]]:
    text = "package p\nimport (\n" + "\n".join(f'"{path}"' for path in imports) + f"\n)\nfunc f() {{\n{body}\n}}\n"
    return {(use.kind, use.value) for use in read_go_file(text, "p.go").uses}


# --- lexing and the head of a file ---------------------------------------------------------------------------------


def test_text_in_comments_and_strings_is_no_code() -> None:
    text = """package p
// import "a"
/* import "b"
   time.LoadLocation("x") */
import "time"

var s = `
import "c"
time.LoadLocation("y")
`
var t = "time.LoadLocation(\\"z\\")" // time.LoadLocation
var r = '"' // import "d"
func f() { time.LoadLocation("here") }
"""
    file = read_go_file(text, "p.go")
    assert file.imports == (Import("time", 5),)
    assert [(use.kind, use.line) for use in file.uses] == [("timezones", 13)]


def test_imports_in_every_form() -> None:
    text = 'package p; import "a"; import b "x/b"\nimport (\n\t. "c"\n\t_ "d" // why\n\t"e"; "f"\n)\nimport `g`\nvar x = "no"\n'
    file = read_go_file(text, "p.go")
    assert [(found.name, found.path) for found in file.imports] == [
        ("", "a"),
        ("b", "x/b"),
        (".", "c"),
        ("_", "d"),
        ("", "e"),
        ("", "f"),
        ("", "g"),
    ]
    assert file.package == "p"


def test_the_cgo_preamble_is_the_comment_directly_above() -> None:
    text = """package p

// #cgo LDFLAGS: -lignored

/*
#cgo linux,!arm64 LDFLAGS: -lsqlite3 -L/opt -lm
#cgo pkg-config: vips
#include <stdio.h>
# include "local.h"
*/
// #cgo CFLAGS: -O2
import "C"
"""
    file = read_go_file(text, "p.go")
    assert [(d.verb, d.value, d.line, d.conditions) for d in file.cgo] == [
        ("LDFLAGS", "-lsqlite3 -L/opt -lm", 6, ("linux,!arm64",)),
        ("pkg-config", "vips", 7, ()),
        ("include", "stdio.h", 8, ()),
        ("include", "local.h", 9, ()),
        ("CFLAGS", "-O2", 11, ()),
    ]


@given(st.text())
def test_any_text_is_a_go_file(text: str) -> None:
    read_go_file(text, "p.go")
    assert "".join(token.text for token in tokens(text)) == "".join(part for token in tokens(text) for part in token.text)


@given(st.text("packge imort\"`'/*\n(){}:=.Cc#Addr127localhostListen0"))
def test_text_that_looks_like_go_is_a_go_file(text: str) -> None:
    read_go_file("package p\nimport " + text, "p.go")


# --- build constraints ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "expression"),
    [
        ("//go:build linux && cgo\n\npackage p", "linux && cgo"),
        ("// Copyright\n\n//go:build ignore\npackage p", "ignore"),
        ("/* long\n   text */\n//go:build cgo\npackage p", "cgo"),
        ("// +build linux,cgo !arm\n// +build go1.18\n\npackage p", "((linux && cgo) || (!arm)) && ((go1.18))"),
        ("// +build linux\npackage p", ""),
        ("//go:build linux\n// +build windows\n\npackage p", "linux"),
        ("package p\n//go:build linux\n", ""),
        ("//go:buildx linux\npackage p", ""),
        ("package p", ""),
    ],
)
def test_constraints_are_read_where_go_reads_them(head: str, expression: str) -> None:
    assert read_constraint(head) == expression


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("", True),
        ("linux && cgo", True),
        ("!linux", False),
        ("windows || (unix && !arm64)", True),
        ("go1.21 && !go1.99", True),
        ("sqlite_json", False),
        ("mytag && gc", True),
        ("boringcrypto", False),
    ],
)
def test_constraints_hold_or_not(expression: str, holds: bool) -> None:
    assert evaluate(expression, Target(tags=frozenset({"mytag"})).has) is holds


@pytest.mark.parametrize("expression", ["&&", "a &&", "(a", "!!a", "a b", "a)", "a & b", "(" * 200])
def test_bad_constraints_are_errors_and_exclude_the_file(expression: str) -> None:
    with pytest.raises(ConstraintError):
        evaluate(expression, Target().has)
    assert not file_matches("x.go", expression, Target())


@given(st.text("ab!&|() linux"))
def test_any_constraint_is_evaluated_or_refused(expression: str) -> None:
    try:
        evaluate(expression, Target().has)
    except ConstraintError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("name", "matches"),
    [
        ("x.go", True),
        ("linux.go", True),
        ("x_linux.go", True),
        ("x_windows.go", False),
        ("x_linux_amd64.go", True),
        ("x_linux_arm64.go", False),
        ("x_amd64_test.go", True),
        ("x_darwin_test.go", False),
        ("x_unix.go", True),
        ("x_android.go", False),
    ],
)
def test_names_of_files_are_constraints(name: str, matches: bool) -> None:
    assert name_matches(name, Target()) is matches


def test_android_is_also_linux() -> None:
    assert name_matches("x_linux.go", Target(goos="android", goarch="arm64"))


# --- what the code wants -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "imports", "expected"),
    [
        ('time.LoadLocation("Asia/Tokyo")', ["time"], {("timezones", "")}),
        ('x.time.LoadLocation("Asia/Tokyo")', ["time"], set()),
        ('other.LoadLocation("Asia/Tokyo")', ["time", "example.org/other"], set()),
        ('os.CreateTemp("", "x")', ["os"], {("tmp", "")}),
        ("user.Current()", ["os/user"], {("user-lookup", "")}),
        ("user.Current()", ["example.org/user"], set()),
        ('http.Get("https://example.org/")', ["net/http"], {("http-client", ""), ("https-url", "https://example.org/")}),
        ('http.ListenAndServe("127.0.0.1:8080", nil)', ["net/http"], {("listen", "127.0.0.1:8080")}),
        ('net.Listen("tcp", ":80")', ["net"], {("listen", ":80")}),
        ('const addr = "localhost:9000"\nhttp.ListenAndServe(addr, nil)', ["net/http"], {("listen", "localhost:9000")}),
        (
            'addr := flag.String("addr", "localhost:9000", "")\nhttp.ListenAndServe(*addr, nil)',
            ["net/http"],
            {("listen", "localhost:9000")},
        ),
        ('s := &http.Server{Handler: h(nil), Addr: "localhost:80"}', ["net/http"], {("listen", "localhost:80")}),
        ('redis.NewClient(&redis.Options{Addr: "localhost:6379"})', ["example.org/redis"], {("dial", "localhost:6379")}),
        ('sql.Open("postgres", "postgres://u@localhost:5432/db")', ["database/sql"], {("dial", "postgres://u@localhost:5432/db")}),
        ('fmt.Println("listening on localhost, friend")', ["fmt"], set()),
        ('r.Run(":8080")', ["example.org/gin"], {("listen", ":8080")}),
        ('os.ReadFile("config/app.yaml")', ["os"], {("read", "config/app.yaml")}),
        ("os.ReadFile(path)", ["os"], set()),
        ('template.Must(template.ParseGlob("templates/*.html"))', ["html/template"], {("read", "templates/*.html")}),
        ('migrate.New("file://migrations", dsn)', ["example.org/migrate"], {("file-url", "migrations")}),
        ('os.WriteFile("/data/x", b, 0o600)', ["os"], {("write", "/data/x")}),
        ('exec.Command("sh", "-c", x)', ["os/exec"], {("command", "sh")}),
    ],
)
def test_uses(body: str, imports: list[str], expected: set[tuple[str, str]]) -> None:
    assert uses(body, *imports) == expected


def test_an_alias_is_followed() -> None:
    file = read_go_file('package p\nimport t "time"\nfunc f() { t.LoadLocation("x") }\n', "p.go")
    assert [use.kind for use in file.uses] == ["timezones"]


# --- projects ------------------------------------------------------------------------------------------------------

SERVICE = {
    "go.mod": "module example.org/app\n\ngo 1.22\n\nrequire example.org/app/api v1.0.0\nrequire local/thing v0.0.0\n",
    "cmd/server/main.go": """package main

import (
	"net/http"
	_ "time/tzdata"

	"example.org/app/api"
	"example.org/app/internal/store"
	"example.org/app/internal/generated"
	"example.org/app/internal/windowsonly"
	"app/config"
	"local/thing"
	"github.com/lib/pq"
)

func main() { http.ListenAndServe("127.0.0.1:80", nil) }
""",
    "cmd/server/more.go": "package main\n",
    "cmd/tool/main.go": 'package main\nimport "os/user"\nfunc main() { user.Current() }\n',
    "cmd/tool/skip.go": '//go:build ignore\n\npackage main\nimport "plugin"\n',
    "internal/store/store.go": """package store
// #cgo LDFLAGS: -lsqlite3
// #cgo windows LDFLAGS: -lws2
// #include <sqlite3.h>
import "C"
""",
    "internal/store/store_test.go": 'package store\nimport "plugin"\n',
    "internal/windowsonly/x_windows.go": "package windowsonly\n",
    "internal/unused/unused.go": 'package unused\nimport "plugin"\n',
    "vendor/example.org/v/v.go": 'package v\nimport "plugin"\n',
    "_old/old.go": 'package old\nimport "plugin"\n',
    "testdata/x.go": 'package x\nimport "plugin"\n',
    "nested/go.mod": "module example.org/nested\n",
    "nested/n.go": 'package nested\nimport "plugin"\n',
}


def test_facts_of_a_project(tmp_path: Path) -> None:
    facts = gosource.facts(project(tmp_path, SERVICE))
    assert known(facts) == {
        "main.packages": "cmd/server cmd/tool",
        "main.several-files": "cmd/server",
        "root.go-files": "no",
        "uses.cgo": "yes",
        "cgo.only-package": "internal/store",
        "cgo.link": "sqlite3",
        "cgo.include": "sqlite3.h",
        "uses.net": "yes",
        "uses.os-user": "yes",
        "embeds.tzdata": "yes",
        "listens.loopback": "127.0.0.1:80",
        "listens.port": "80",
        "uses.user-lookup": "yes",
        "own.missing": "example.org/app/internal/generated",
        "own.excluded": "example.org/app/internal/windowsonly",
        "imports.no-dot": "app/config",
    }
    sources = {fact.name: fact.source for fact in facts}
    assert sources["cgo.link"] == "internal/store/store.go:2"
    assert sources["own.missing"] == "cmd/server/main.go:9"
    assert sources["listens.loopback"] == "cmd/server/main.go:16"


def test_facts_of_one_main_package(tmp_path: Path) -> None:
    facts = known(gosource.facts(project(tmp_path, SERVICE), roots=["cmd/tool"]))
    assert facts["uses.cgo"] == "no" and facts["uses.os-user"] == "yes"
    assert "uses.net" not in facts and "own.missing" not in facts


def test_imports_with_their_kinds(tmp_path: Path) -> None:
    found = gosource.imports(gosource.read_project(project(tmp_path, SERVICE)), roots=["cmd/server"])
    kinds = {item.path: item.kind for item in found}
    assert kinds == {
        "net/http": "std",
        "time/tzdata": "std",
        "example.org/app/api": "third-party",
        "example.org/app/internal/store": "own",
        "example.org/app/internal/generated": "own",
        "example.org/app/internal/windowsonly": "own",
        "app/config": "no-dot",
        "local/thing": "third-party",
        "github.com/lib/pq": "third-party",
        "C": "cgo",
    }


def test_a_pure_go_variant_makes_cgo_optional(tmp_path: Path) -> None:
    files = {"main.go": "package main\n", "c.go": 'package main\nimport "C"\n', "pure.go": "//go:build !cgo\n\npackage main\n"}
    facts = known(gosource.facts(project(tmp_path, files)))
    assert facts["uses.cgo"] == "yes" and "cgo.only-package" not in facts


def test_https_is_certain_with_an_address_only(tmp_path: Path) -> None:
    text = 'package main\nimport "net/http"\nfunc main() { http.Get(url) }\n'
    facts = gosource.facts(project(tmp_path, {"main.go": text}))
    assert [(fact.value, fact.sure) for fact in facts if fact.name == "uses.https"] == [("yes", False)]
    facts = gosource.facts(project(tmp_path, {"main.go": text + 'const url = "https://example.org"\n'}))
    assert [(fact.source, fact.sure) for fact in facts if fact.name == "uses.https"] == [("main.go:4", True)]


def test_an_address_without_tls_needs_no_certificates(tmp_path: Path) -> None:
    text = 'package main\nimport "net/http"\nfunc main() { http.Get("http://localhost:8080/healthz") }\n'
    assert "uses.https" not in known(gosource.facts(project(tmp_path, {"main.go": text})))


@pytest.mark.parametrize(("imported", "asks"), [
    ("fmt", False), ("encoding/json", False), ("net/url", False), ("net/netip", False),
    ("net", True), ("net/http", True), ("crypto/x509", True), ("archive/tar", True), ("os/user", True), ("C", True),
    ("github.com/a/b", True),
])  # fmt: skip
def test_what_asks_for_the_c_library(imported: str, asks: bool, tmp_path: Path) -> None:
    facts = known(gosource.facts(project(tmp_path, {"main.go": f'package main\nimport _ "{imported}"\nfunc main() {{}}\n'})))
    assert facts.get("uses.libc") == (None if asks else "no")


def test_embedded_files_have_to_exist(tmp_path: Path) -> None:
    text = 'package main\nimport "embed"\n//go:embed all:web/* "a b.txt"\n//go:embed gone\nvar f embed.FS\n'
    facts = gosource.facts(project(tmp_path, {"main.go": text, "web/index.html": "", "a b.txt": ""}))
    assert [(fact.value, fact.source) for fact in facts if fact.name == "embed.missing"] == [("gone", "main.go:4")]


def test_links_out_of_the_project_are_not_followed(tmp_path: Path) -> None:
    outside = project(tmp_path / "outside", {"secret.go": 'package main\nimport "plugin"\n'})
    root = project(tmp_path / "app", {"main.go": "package main\n", "real/r.go": 'package r\nimport "os/user"\n'})
    (root / "link.go").symlink_to(outside / "secret.go")
    (root / "linked").symlink_to(outside)
    (root / "loop").symlink_to(root)
    (root / "broken.go").symlink_to(root / "absent")
    found = gosource.read_project(root)
    assert [file.path for file in found.files] == ["main.go", "real/r.go"] and found.complete


def test_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = project(tmp_path, {f"f{i}.go": "package main\n" for i in range(5)})
    (root / "large.go").write_bytes(b"package main\n" + b"/" * (gosource.MAX_FILE_BYTES + 1))
    found = gosource.read_project(root)
    assert len(found.files) == 5 and not found.complete
    monkeypatch.setattr(gosource.reading, "MAX_FILES", 2)
    assert len(gosource.read_project(root).files) == 2
    assert known(gosource.project_facts(gosource.read_project(root)))["sources.incomplete"] == "yes"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_named_like_a_go_file_does_not_block(tmp_path: Path) -> None:
    project(tmp_path, {"main.go": "package main\n"})
    os.mkfifo(tmp_path / "pipe.go")
    assert [file.path for file in gosource.read_project(tmp_path).files] == ["main.go"]


def test_what_is_not_a_directory(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        gosource.read_project(tmp_path / "absent")


def test_every_fact_is_described(tmp_path: Path) -> None:
    names = {fact.name for fact in gosource.facts(project(tmp_path, SERVICE))}
    assert names <= gosource.FACTS.keys() and gosource.FACTS.keys() >= gosource.MANY
