"""go.mod, go.work, go.sum and vendor/modules.txt: what the readers understand, and what they say about mistakes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshooter.evidence import gomod, gosum, vendored

EVERYTHING = """\
// Deprecated: use something else.
module "example.org/app" // the app

go 1.21.0
toolchain go1.24.3

require (
\texample.org/router v1.4.0
\tgithub.com/mattn/go-sqlite3 v1.14.17 // indirect

\t"example.org/\\x72aw" v0.0.0-20200101000000-abcdefabcdef // indirect; why
)
require example.org/one/v2 v2.0.1
exclude example.org/router v1.3.9
replace example.org/router => ./third_party/router
replace (
\texample.org/one/v2 v2.0.1 => example.org/fork/v2 v2.1.0
)
retract [v1.0.0, v1.0.9] // broken
retract v1.1.0
godebug default=go1.21
tool golang.org/x/tools/cmd/stringer
ignore ./node_modules
"""


def values(facts: list, name: str) -> list[str]:
    return [fact.value for fact in facts if fact.name == name]


def test_every_directive_is_read_with_its_line() -> None:
    mod = gomod.parse(EVERYTHING)
    assert mod.module == gomod.Value("example.org/app", 2)
    assert mod.go == gomod.Value("1.21.0", 4)
    assert mod.toolchain == gomod.Value("go1.24.3", 5)
    assert [(r.path, r.version, r.line, r.indirect) for r in mod.require] == [
        ("example.org/router", "v1.4.0", 8, False),
        ("github.com/mattn/go-sqlite3", "v1.14.17", 9, True),
        ("example.org/raw", "v0.0.0-20200101000000-abcdefabcdef", 11, True),
        ("example.org/one/v2", "v2.0.1", 13, False),
    ]
    assert [(r.path, r.version, r.target, r.target_version, r.is_local) for r in mod.replace] == [
        ("example.org/router", "", "./third_party/router", "", True),
        ("example.org/one/v2", "v2.0.1", "example.org/fork/v2", "v2.1.0", False),
    ]
    assert [(r.low, r.high) for r in mod.retract] == [("v1.0.0", "v1.0.9"), ("v1.1.0", "v1.1.0")]
    assert [mod.tool[0].text, mod.ignore[0].text, mod.godebug[0].text] == [
        "golang.org/x/tools/cmd/stringer",
        "./node_modules",
        "default=go1.21",
    ]


def test_requirements_are_those_after_replacement() -> None:
    used = gomod.requirements(gomod.parse(EVERYTHING))
    assert [(r.path, r.version) for r in used][-1] == ("example.org/fork/v2", "v2.1.0")
    assert used[0].path == "example.org/router"


def test_facts_name_their_lines() -> None:
    facts = {fact.name: (fact.value, fact.source) for fact in gomod.facts(EVERYTHING, "sub/go.mod")}
    assert facts == {
        "go.mod": ("present", "sub/go.mod"),
        "go.module": ("example.org/app", "sub/go.mod:2"),
        "go.required": ("1.21.0", "sub/go.mod:4"),
        "go.directive-format": ("patch", "sub/go.mod:4"),
        "go.toolchain": ("go1.24.3", "sub/go.mod:5"),
        "go.mod-syntax": ("1.25", "sub/go.mod:23"),
        "replace.local": ("./third_party/router", "sub/go.mod:15"),
    }


@pytest.mark.parametrize(
    ("go_line", "form"),
    [("go 1.21", "minor"), ("go 1.21.0", "patch"), ("go 1.21rc2", "patch"), ("", "absent")],
)
def test_format_of_the_go_line(go_line: str, form: str) -> None:
    assert values(gomod.facts(f"module m\n{go_line}\n"), "go.directive-format") == [form]


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("module m\nfoo bar", 2, 1, "unknown directive"),
        ("module m\n/* no */", 2, 1, "comments"),
        ("module m\nrequire (\n a v1.0.0\n", 2, 9, "block without end"),
        ("module m\nrequire (\n) x", 3, 3, "closing parenthesis"),
        ("module m\ngo 1.21.x", 2, 4, "invalid Go version"),
        ("module m\ngo (\n1.21\n)", 2, 1, "unknown block"),
        ("module m\nmodule n", 2, 1, "second module"),
        ("module m\nrequire a", 2, 1, "wants a module and a version"),
        ("module m\nrequire a v2.0.0", 2, 1, "should be v0 or v1"),
        ("module m\nrequire a/v3 v2.0.0", 2, 1, "should be v3"),
        ("module m\nreplace a => b", 2, 14, "must be a directory"),
        ("module m\nreplace a => ./b v1.0.0", 2, 18, "has no version"),
        ("module m\nreplace a => ..\\b", 2, 14, "Windows path"),
        ("module m\nreplace a b", 2, 1, "malformed replace"),
        ("module m\nretract [v1.0.0 v1.1.0]", 2, 1, "interval"),
        ('module "m', 1, 8, "string without end"),
        ('module "m\\q"', 1, 8, "unknown escape"),
        ("module `m`", 1, 8, "quote inside a word"),
        ("module m'", 1, 8, "quote inside a word"),
        ("\ufeffmodule m", 1, 1, "byte order mark"),
        ("module m\n<<<<<<< HEAD\ngo 1.21", 2, 1, "merge conflict"),
        ("module m\ntoolchain 1.24", 2, 11, "invalid toolchain"),
        ("module m\ngodebug panicnil", 2, 9, "key=value"),
    ],
)
def test_a_mistake_has_a_place_and_a_cure(text: str, line: int, column: int, says: str) -> None:
    with pytest.raises(gomod.GoModError) as raised:
        gomod.parse(text)
    error = raised.value
    assert (error.line, error.column) == (line, column)
    assert says in error.says and error.cure
    _, errors = gomod.parse_lenient(text)
    assert (errors[0].line, errors[0].column) == (line, column)


def test_what_is_right_survives_what_is_wrong() -> None:
    mod, errors = gomod.parse_lenient("module m\nfoo bar\ngo 1.22\nbaz (\n x\n)\nrequire a v1.0.0\n")
    assert (mod.module, mod.go) == (gomod.Value("m", 1), gomod.Value("1.22", 3))
    assert [r.path for r in mod.require] == ["a"]
    assert [(error.line, error.column) for error in errors] == [(2, 1), (4, 1)]


def test_a_broken_go_line_is_not_an_absent_one() -> None:
    assert values(gomod.facts("module m\ngo 1.21.x\n"), "go.directive-format") == []


@pytest.mark.parametrize("text", ["", "\r\n", "module m\r\n\r\ngo 1.21\r\n", "require ()\n", "retract (\n)\n"])
def test_odd_but_right(text: str) -> None:
    gomod.parse(text)


@pytest.mark.parametrize(
    ("target", "local"),
    [("./x", True), ("..", True), ("/x", True), ("C:\\x", True), ("example.org/x", False), (".x/y", False)],
)
def test_local_targets(target: str, local: bool) -> None:
    assert gomod.is_directory(target) is local


def test_go_work() -> None:
    text = "go 1.22\nuse (\n\t.\n\t./lib\n)\nreplace a => ./a\n"
    work = gomod.parse_work(text)
    assert [use.text for use in work.use] == [".", "./lib"]
    assert values(gomod.work_facts(text), "go.work.required") == ["1.22"]
    assert values(gomod.work_facts(text), "go.work.use") == [".", "./lib"]
    _, errors = gomod.parse_work_lenient("require a v1.0.0\n")
    assert "unknown directive" in errors[0].says


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    gomod.facts(text)
    gomod.work_facts(text)
    gosum.sum_facts(text, text)
    vendored.vendor_facts(text, gomod.GoMod())


@given(st.text("modulerqigch \t\n()[]{},\"`\\/=>.v012<'é\u200b\r"))
def test_text_that_looks_like_go_mod_is_read(text: str) -> None:
    mod, errors = gomod.parse_lenient(text)
    if not errors:
        assert gomod.parse(text) == mod


NAME = st.text(min_size=1).filter(lambda s: not any(0xD800 <= ord(c) <= 0xDFFF for c in s))
PATHS = st.one_of(
    st.from_regex(r"[a-z]{1,8}\.[a-z]{2,3}(/[A-Za-z0-9_.~-]{1,8}){0,3}", fullmatch=True),
    NAME,
).filter(lambda path: not gomod.is_directory(path) and "/v" not in path and not path.startswith("gopkg.in"))
VERSIONS = st.from_regex(r"v[01]\.[1-9]?[0-9]\.[1-9]?[0-9](-[a-z][a-z0-9]{0,4})?", fullmatch=True)


@given(
    module=PATHS,
    go=st.sampled_from(["1.9", "1.21", "1.21.0", "1.22rc1"]),
    required=st.lists(st.tuples(PATHS, VERSIONS, st.booleans())),
    replaced=st.lists(st.tuples(PATHS, NAME.map(lambda name: "./" + name.replace("\\", "")))),
    block=st.booleans(),
)
def test_what_is_written_is_read_back(module: str, go: str, required: list, replaced: list, block: bool) -> None:
    lines = [f"module {gomod.quoted(module)} // comment", "", f"go {go}"]
    items = [f"{gomod.quoted(p)}\t{v}{' // indirect' if indirect else ''}" for p, v, indirect in required]
    lines += ["require (", *("\t" + item for item in items), ")"] if block else ["require " + item for item in items]
    lines += [f"replace {gomod.quoted(p)} => {gomod.quoted(target)}" for p, target in replaced]
    mod = gomod.parse("\n".join(lines))
    assert mod.module and mod.module.text == module
    assert mod.go and mod.go.text == go
    assert [(r.path, r.version, r.indirect) for r in mod.require] == required
    assert [(r.path, r.target) for r in mod.replace] == replaced


GO_SUM = """\
example.org/router v1.4.0 h1:aaaa=
example.org/router v1.4.0/go.mod h1:bbbb=
example.org/deep v0.1.0/go.mod h1:cccc=
"""


def test_go_sum_covers_what_is_required() -> None:
    text = "module m\nrequire example.org/router v1.4.0\nrequire example.org/deep v0.1.0 // indirect\n"
    assert values(gosum.sum_facts(GO_SUM, text), "go.sum.missing") == []


def test_go_sum_lacks_a_direct_source_hash_another_version_and_a_replacement() -> None:
    text = (
        "module m\nrequire example.org/deep v0.1.0\nrequire example.org/router v1.5.0\n"
        "require a v1.0.0\nrequire b v1.0.0\nreplace a => ./a\nreplace b => example.org/b v1.2.0\n"
    )
    facts = gosum.sum_facts(GO_SUM, text)
    assert values(facts, "go.sum.missing") == [
        "example.org/deep@v0.1.0",
        "example.org/router@v1.5.0",
        "example.org/b@v1.2.0",
    ]
    assert facts[1].source == "go.mod:2"


def test_without_go_sum_every_requirement_is_missing() -> None:
    facts = gosum.sum_facts(None, "module m\nrequire a v1.0.0\n")
    assert [(fact.name, fact.value) for fact in facts] == [("go.sum.missing", "a@v1.0.0")]


def test_a_malformed_go_sum_line_is_a_finding() -> None:
    _, findings = gosum.parse_sum("<<<<<<< HEAD\nexample.org/a v1.0.0 h1:x=\n")
    assert [finding.where for finding in findings] == ["go.sum:1:1"]


MODULES_TXT = """\
# example.org/router v1.4.0 => ./third_party/router
## explicit; go 1.17
example.org/router
example.org/router/mux
# example.org/deep v0.1.0
## explicit
example.org/deep
# example.org/router => ./third_party/router
"""
VENDORING = "module m\ngo 1.20\nrequire example.org/router v1.4.0\nrequire example.org/deep v0.1.0\n"
REPLACING = "replace example.org/router => ./third_party/router\n"


def test_vendored_modules_are_read() -> None:
    router, deep, rule = vendored.parse_vendor(MODULES_TXT)
    assert (router.version, router.target, router.explicit) == ("v1.4.0", "./third_party/router", True)
    assert router.packages == ("example.org/router", "example.org/router/mux")
    assert (deep.line, rule.version, rule.target) == (5, "", "./third_party/router")


@pytest.mark.parametrize(
    ("go_mod", "wrong"),
    [
        (VENDORING + REPLACING, []),
        (VENDORING.replace("v0.1.0", "v0.2.0") + REPLACING, ["not marked as explicit", "not required in go.mod"]),
        (VENDORING, ["but not replaced in go.mod", "but not replaced in go.mod"]),
        (VENDORING + REPLACING.replace("third_party", "elsewhere"), ["but go.mod says otherwise"]),
        (VENDORING + REPLACING + "replace example.org/x => ./x\n", ["not marked as replaced"]),
        (VENDORING.replace("go 1.20", "go 1.13"), []),
    ],
)
def test_vendoring_agrees_with_go_mod(go_mod: str, wrong: list[str]) -> None:
    facts = vendored.vendor_facts(MODULES_TXT, gomod.parse(go_mod))
    assert values(facts, "vendor.consistent") == ["no" if wrong else "yes"]
    found = values(facts, "vendor.mismatch")
    assert len(found) == len(wrong) and all(part in says for part, says in zip(wrong, found, strict=True))
