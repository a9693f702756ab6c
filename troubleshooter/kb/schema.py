"""What a knowledge file may say, version 1: the one definition behind loader, ``kb schema`` and reference page."""

from __future__ import annotations

from typing import Any

from troubleshooter.kb.shape import Either, Field, Free, Items, Record, Table, Text, json_schema
from troubleshooter.model import PHASES, WEIGHTS

VERSION = 1

ID = r"[a-z0-9]+(?:-[a-z0-9]+)*"
FACT = r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*"
SPEAKERS = (
    "runtime", "kernel", "shell", "loader", "go", "cgo", "cc", "ld", "program", "docker", "compose", "kubernetes",
    "apk", "apt", "git", "make", "scanner", "other",
)  # fmt: skip
PLACES = ("failing", "passed", "test", "earlier", "open", "any")

_line = Text()
_version = Text(form=r"v?\d[\w.+~-]*", like="1.21")
_lines = Items(Text(), single=True)
_value_form = Either((
    Text(),
    Items(Text()),
    Record({
        "is-not": Field(_lines, "known, and none of these"),
        "not": Field(_lines, "none of these, or not known"),
        "known": Field(Text(("yes", "no")), "`yes`: has a value, whichever; `no`: nothing is known of it"),
        "below": Field(_version, "a version lower than this"),
        "at-least": Field(_version, "a version as high as this or higher"),
        "like": Field(_lines, "matches one of these shell patterns (`*`, `?`)"),
        "not-like": Field(_lines, "known, and matches none of these shell patterns"),
        "below-fact": Field(Text(form=FACT, like="go.required"), "a version lower than that fact's"),
        "above-fact": Field(Text(form=FACT, like="go.required"), "a version higher than that fact's"),
        "within": Field(Text(form=FACT, like="go.module"), "a path equal to or below that fact's"),
        "not-within": Field(Text(form=FACT, like="go.module"), "that fact is known, and this path is not below it"),
        "in-table": Field(Text(form=ID, like="libc-headers"), "listed in that table"),
        "not-in-table": Field(Text(form=ID, like="libc-headers"), "not listed in that table"),
        "same-as": Field(Text(form=FACT, like="host.arch"), "equal to that fact"),
        "differs-from": Field(Text(form=FACT, like="host.arch"), "known, that fact too, and not equal"),
    }, "a condition on a fact"),
))  # fmt: skip
_hole_form = Either((
    Text(),
    Items(Text()),
    Record({
        "is-not": Field(_lines, "none of these"),
        "like": Field(_lines, "matches one of these shell patterns"),
        "not-like": Field(_lines, "matches none of these shell patterns"),
        "below": Field(_version, "a version lower than this"),
        "at-least": Field(_version, "a version as high as this or higher"),
        "below-fact": Field(Text(form=FACT, like="go.version"), "a version lower than that fact's"),
        "above-fact": Field(Text(form=FACT, like="go.version"), "a version higher than that fact's"),
        "same-as": Field(Text(form=FACT, like="go.module"), "equal to that fact"),
        "base-of": Field(Text(form=FACT, like="final.copies"), "its last part is the last part of that fact's path"),
        "within": Field(Text(form=FACT, like="go.module"), "a path equal to or below that fact's"),
        "not-within": Field(Text(form=FACT, like="go.module"), "that fact is known, and this path is not below it"),
        "in-table": Field(Text(form=ID, like="libc-headers"), "listed in that table"),
        "not-in-table": Field(Text(form=ID, like="libc-headers"), "not listed in that table"),
    }, "a condition on a captured value"),
))  # fmt: skip
_where = Table(_hole_form, r"[a-z][a-z0-9_]*", "path")
_signal_form = Either((
    Text(form=ID, like="exec-no-such-file"),
    Items(Text(form=ID, like="exec-no-such-file")),
    Record({
        "any": Field(Items(Text(form=ID, like="exec-no-such-file"), single=True), "one of these signals", required=True),
        "where": Field(_where, "conditions on captured values"),
        "place": Field(Items(Text(PLACES), single=True), "where the line stands; without it: anywhere but in a step that passed"),
        "share": Field(Text(form=r"0?\.\d+|1", like="0.5"), "at least this share of the signal's hits meet `where`"),
        "count": Field(Text(form=r"\d+", like="3"), "at least so many hits"),
    }, "a condition on a signal"),
))  # fmt: skip
_when_record = Record({
    "signal": Field(_signal_form, "this signal (or one of a list) was seen"),
    "and-signal": Field(_signal_form, "and this one (or one of a list) too"),
    "no-signal": Field(Items(Text(form=ID, like="exec-format-error"), single=True), "none of these was seen"),
    "where": Field(_where, "conditions on values that `signal` captured"),
    "place": Field(Items(Text(PLACES), single=True), "where `signal` stands"),
    "share": Field(Text(form=r"0?\.\d+|1", like="0.5"), "share of `signal`'s hits that meet `where`"),
    "count": Field(Text(form=r"\d+", like="3"), "at least so many hits of `signal`"),
}, "a condition", FACT, _value_form)  # fmt: skip
WHEN = Either((_when_record, Items(_when_record)))

_step = Record(
    {"say": Field(_line, "a sentence, imperative"), "run": Field(_line, "a command that can be pasted")}, "a step", one_of=("say", "run")
)
_steps = Items(_step)

SIGNAL = Record({
    "speaker": Field(Text(SPEAKERS), "who prints the line", required=True),
    "says": Field(_line, "one sentence: what the line means, in plain words", required=True),
    "lines": Field(_line, "the line with named holes, one a line (see the pattern reference)"),
    "exact-lines": Field(_line, "the same, where upper and lower case differ"),
    "regex": Field(Items(Record({
        "gate": Field(_line, "a word that every matching line contains", required=True),
        "match": Field(_line, "the expression; every repetition bounded; named groups are holes", required=True),
    }, "a regex")), "for the rare case that a readable line cannot say"),
    "block": Field(Items(_line), "several lines that follow each other; each item one such group"),
    "within": Field(Text(form=r"\d{1,2}", like="5"), "how many lines a block may span"),
    "refines": Field(Items(Text(form=ID, like="exec-no-such-file"), single=True),
                     "more general signals; they do not count on a line where this one matches"),
    "phase": Field(Text(PHASES), "what fails where this line stands"),
    "gives": Field(Table(_line, FACT, "go.version"), "facts that the line tells, with {holes}"),
    "noise": Field(Text(("yes", "no")), "`yes`: no failure in itself"),
    "matches": Field(_line, "lines that must match, one a line", required=True),
    "unlike": Field(_line, "look-alikes that must not match, one a line"),
    "off": Field(Text(("yes",)), "switch off the signal of a lower layer"),
}, "a signal")  # fmt: skip

RULE = Record({
    "when": Field(WHEN, "what must hold; a list means: any of these", required=True),
    "for": Field(Text(WEIGHTS), "how much it speaks for the cause"),
    "against": Field(Text(WEIGHTS), "how much it speaks against the cause"),
    "says": Field(_line, "one sentence for the report; without it, the facts speak for themselves"),
    "off": Field(Text(("yes",)), "switch off the rule of a lower layer"),
}, "a rule", one_of=("for", "against"))  # fmt: skip

DEDUCTION = Record({
    "when": Field(WHEN, "what must hold", required=True),
    "then": Field(Table(_line, FACT, "link"), "the facts that follow", required=True),
    "default": Field(Text(("yes", "no")), "`yes`: only where nothing else says"),
    "says": Field(_line, "one sentence: why this follows"),
    "off": Field(Text(("yes",)), "switch off the deduction of a lower layer"),
}, "a deduction")  # fmt: skip

REMEDY = Record({
    "title": Field(_line, "what the remedy does, imperative"),
    "when": Field(WHEN, "for which facts it is right; without it: always"),
    "shared": Field(Text(form=ID, like="disable-cgo"), "takes everything from remedies.yaml"),
    "steps": Field(_steps, "what to do"),
    "edit": Field(Items(Table(Free())),
                  "operations on the Dockerfile, go.mod or .dockerignore, as a diff"),
    "verify": Field(_steps, "how to see that it helped"),
    "cost": Field(_line, "what it costs: size, features, effort"),
    "proven": Field(Text(("yes", "no")), "`yes`: a proof in tests/proofs applied it and the program ran"),
    "off": Field(Text(("yes",)), "switch off the remedy of a lower layer"),
}, "a remedy")  # fmt: skip

EXAMPLE = Record({
    "log": Field(_line, "a log or the telling part of one"),
    "file": Field(_line, "a recorded log, relative to the pack"),
    "typed": Field(_line, "what a person types"),
    "facts": Field(Table(_line, FACT, "final.image"), "facts that are given with it"),
    "dockerfile": Field(_line, "text of a Dockerfile that is given with it"),
    "go-mod": Field(_line, "text of a go.mod that is given with it"),
    "expect": Field(Text(("first", "among-three", "not-first", "not-named")), "what must come out", required=True),
}, "an example")  # fmt: skip

_seen = Items(Text(form=ID, like="exec-no-such-file"), single=True)
CAUSE = Record({
    "phase": Field(Text(PHASES), "when it shows", required=True),
    "kind": Field(Text(("ours", "not-ours", "healthy", "advice")), "`ours` unless said otherwise"),
    "frequency": Field(Text(("common", "usual", "rare")), "how often it is met, other things equal; `usual` unless said otherwise"),
    "title": Field(_line, "the cause, not the symptom", required=True),
    "says": Field(_line, "what is wrong, in two or three sentences", required=True),
    "shows": Field(Record({
        "when": Field(Items(Text(form=ID, like="start"), single=True), "when it fails: answers of the question `symptom-when`"),
        "about": Field(Items(Text(form=ID, like="file"), single=True), "what it speaks of: answers of the question `symptom-about`"),
        "message": Field(_seen, "what one sees: answers of the question `symptom-message`"),
        "rarely": Field(_seen, "what one sees now and then, or of another cause more often"),
    }, "shows"), "how it looks to somebody who has no message at hand"),
    "neighbours": Field(Table(_line, ID, "script-crlf"), "causes with the same messages, and what parts them"),
    "consequences": Field(Items(Text(form=ID, like="program-panic"), grows=True), "causes that only follow from this one"),
    "rules": Field(Table(RULE, ID, "message"), "what speaks for and against it", required=True),
    "remedies": Field(Table(REMEDY, ID, "disable-cgo"), "what to change, best first"),
    "confirm": Field(_steps, "how to make sure that this is it"),
    "references": Field(Items(_line, grows=True), "pages and source files"),
    "phrasings": Field(Record({
        "en": Field(Items(_line, grows=True), "in English"),
        "ja": Field(Items(_line, grows=True), "in Japanese"),
    }, "phrasings"), "how people say it: half-remembered messages, paraphrases, questions, situations"),
    "examples": Field(Items(EXAMPLE, grows=True), "small cases that must come out as said"),
    "unproven": Field(_line, "why it cannot be provoked on a developer's machine"),
    "off": Field(Text(("yes",)), "switch off the cause of a lower layer"),
}, "a cause")  # fmt: skip

QUESTION = Record({
    "fact": Field(Text(form=FACT, like="final.image"), "the fact that the answer gives", required=True),
    "text": Field(_line, "the question", required=True),
    "why": Field(_line, "one line: what the answer parts", required=True),
    "answers": Field(Table(_line), "value: what the person reads", required=True),
    "how": Field(Table(_line, r"docker|podman|kubernetes|shell", "docker"), "a command that finds out"),
    "cost": Field(Text(("look", "command", "effort")), "what it takes to answer"),
    "general": Field(Text(("yes",)), "`yes`: asked only where no message was recognised"),
    "after": Field(Table(_line, FACT, "entry.kind"), "asked only where these facts are known to have these values"),
    "reads": Field(Items(Text(form=ID, like="file-output")), "signals that understand pasted output of the command"),
    "means": Field(Table(Items(Text(form=ID, like="ls-no-such-file"), single=True)),
                   "answer: signals that mean it when they stand in the pasted output of the command, and give no fact by themselves"),
    "off": Field(Text(("yes",)), "switch off the question of a lower layer"),
}, "a question")  # fmt: skip

FACT_ENTRY = Record({
    "doc": Field(_line, "what the fact is", required=True),
    "only": Field(Items(Text(), single=True), "all values that it may have; without it any value is right"),
    "values": Field(Table(_line), "known values, each with the sentence a report says"),
    "says": Field(_line, "the sentence for any other value, with {value}"),
    "many": Field(Text(("yes", "no")), "`yes`: may have several values at once"),
}, "a fact")  # fmt: skip

IMAGE = Record({
    "image": Field(_lines, "repositories (shell patterns)", required=True),
    "tag": Field(_lines, "tags (shell patterns); without it: every tag"),
    "like": Field(_line, "an image that this one is made from; what is said here comes on top"),
    "tag-version": Field(Text(form=FACT, like="go.version"), "the fact that the tag's leading version tells"),
    "has": Field(Table(_line, FACT, "libc"), "what the image contains"),
    "source": Field(_line, "where this was read or measured", required=True),
    "off": Field(Text(("yes",)), "switch off the image of a lower layer"),
}, "an image")  # fmt: skip

LIBRARY = Record({
    "headers": Field(_lines, "header files (shell patterns)"),
    "link": Field(_lines, "names after -l"),
    "pkg-config": Field(_lines, "pkg-config names"),
    "so": Field(_lines, "shared objects (shell patterns)"),
    "symbols": Field(_lines, "symbols (shell patterns)"),
    "apk": Field(_line, "Alpine package to build with"),
    "apt": Field(_line, "Debian package to build with"),
    "apk-static": Field(_line, "Alpine package with the .a"),
    "apt-static": Field(_line, "Debian package with the .a"),
    "apk-run": Field(_line, "Alpine package to run with"),
    "apt-run": Field(_line, "Debian package to run with"),
    "source": Field(_line, "where this was read", required=True),
}, "a library")  # fmt: skip

MODULE = Record({
    "needs-cgo": Field(Text(("yes", "no", "optional")), "whether it compiles without cgo", required=True),
    "until": Field(_line, "the last version of which this is true"),
    "library": Field(_line, "C library that it links (key of libraries)"),
    "prebuilt": Field(Text(("glibc", "both")), "brings prebuilt archives for that C library"),
    "tags": Field(_line, "build tag that helps"),
    "instead": Field(_line, "module in pure Go that does the same"),
    "source": Field(_line, "where this was read", required=True),
}, "a module")  # fmt: skip

CONCEPT = Record({
    "en": Field(_lines, "English words and phrases (word forms are found by themselves)"),
    "ja": Field(_lines, "Japanese words and phrases"),
    "other": Field(_lines, "phrases of any other language"),
    "means": Field(_line, "the English message that the phrases translate: it is looked for instead of them"),
    "common": Field(Text(("yes",)), "`yes`: an everyday word that tells little"),
    "vague": Field(
        Text(("yes", "only")),
        "`yes`: who says no more than this says only that something fails; `only`: the words tell nothing else either",
    ),
    "symptom": Field(Table(_line, FACT, "symptom.when"), "what they tell of the failure where no more is said"),
    "facts": Field(Table(_line, FACT, "final.image"), "facts that follow"),
    "signals": Field(Items(Text(form=ID, like="exec-no-such-file"), single=True), "signals that the words stand for"),
    "causes": Field(Items(Text(form=ID, like="unrelated"), single=True), "causes that each of the words speaks for"),
}, "a concept")  # fmt: skip

RELEASE = Record({
    "of": Field(_line, "go, docker, alpine, debian, musl, glibc …", required=True),
    "version": Field(_line, "the version", required=True),
    "name": Field(_line, "code name, as in tags of images"),
    "tag": Field(_line, "tag of the image that stands in for one that does not exist"),
    "suite": Field(_line, "of Go: code name of the Debian that its images are made from, from this version on"),
    "preferred": Field(Text(("yes",)), "`yes`: a new Dockerfile takes it where nothing asks for another"),
    "changed": Field(_line, "what changed", required=True),
    "has": Field(Table(_line, FACT, "libc.version"), "facts of that version"),
    "causes": Field(Items(Text(form=ID, like="go-version-too-old")), "causes that it touches"),
    "source": Field(_line, "where this was read", required=True),
}, "a release")  # fmt: skip

PACKAGE = Record({
    "apt": Field(_line, "what Debian calls this package of Alpine"),
    "brings": Field(_lines, "commands and packages that come with it"),
    "files": Field(_lines, "all that is to be copied into an image that cannot install it"),
    "source": Field(_line, "where this was read", required=True),
}, "a package")  # fmt: skip

MANAGER = Record({
    "family": Field(_line, "whose names of packages it takes: apk, apt, dnf …", required=True),
    "install": Field(_line, "the command, with {packages}", required=True),
    "images": Field(_lines, "images that it comes with (shell patterns)"),
    "source": Field(_line, "where this was read", required=True),
}, "a package manager")  # fmt: skip

ACCOUNT = Record({
    "id": Field(Text(form=r"\d+", like="65534"), "number of the user and of its group", required=True),
    "source": Field(_line, "where this was read", required=True),
}, "an account")  # fmt: skip

SECTIONS: dict[str, tuple[Any, str]] = {
    "signals": (Table(SIGNAL, ID, "exec-no-such-file"), "messages, as readable lines with holes"),
    "causes": (Table(CAUSE, ID, "exec-loader-missing-scratch"), "causes with rules, remedies and texts"),
    "deductions": (Table(DEDUCTION, ID, "cgo-off-is-static"), "facts that follow from others"),
    "remedies": (Table(REMEDY, ID, "disable-cgo"), "remedies that several causes share"),
    "questions": (Table(QUESTION, ID, "final-image"), "questions of the dialogue"),
    "facts": (Table(FACT_ENTRY, FACT, "go.version"), "names of facts, and how a report says them"),
    "images": (Table(IMAGE, ID, "golang-alpine"), "what base images contain"),
    "libraries": (Table(LIBRARY), "C libraries and the packages that hold them"),
    "tools": (Table(Record({"apk": Field(_line, "Alpine package"), "apt": Field(_line, "Debian package"),
                            "source": Field(_line, "where this was read")}, "a tool")), "commands and their packages"),
    "packages": (Table(PACKAGE), "packages: what comes with them, and their names"),
    "package-managers": (Table(MANAGER), "how packages are installed"),
    "accounts": (Table(ACCOUNT), "users that images come with"),
    "modules": (Table(MODULE), "Go modules that need C"),
    "tables": (Table(Items(Text()), ID, "libc-headers"), "lists that rules look values up in"),
    "releases": (Table(RELEASE, ID, "go-1-21"), "what changed in which version"),
    "concepts": (Table(CONCEPT, ID, "builder-alpine"), "what people call things"),
}  # fmt: skip

FILE = Record({
    "schema": Field(Text(), "version of this schema; without it: 1"),
    "pack": Field(Record({
        "name": Field(_line, "name of the pack", required=True),
        "languages": Field(Items(Text(("en", "ja")), single=True), "languages in which every text must exist"),
        "version": Field(_line, "version of the pack"),
    }, "a pack"), "who speaks"),
    **{name: Field(shape, doc) for name, (shape, doc) in SECTIONS.items()},
}, "a knowledge file")  # fmt: skip


def refused(version: str) -> tuple[str, str]:
    """What is wrong with a file of schema ``version``, and what to do; empty texts when it can be read.

    Files of an older version are read as they are: a key that went out of use names the one that replaces it.
    """
    if not version.isdigit() or int(version) < 1:
        return f"{version!r} is no version of the schema", f'write schema: "{VERSION}"'
    if int(version) > VERSION:
        return (
            f"the file is written for schema {version}, and this troubleshooter reads up to {VERSION}",
            "update troubleshooter, or ask for a pack for it",
        )
    return "", ""


def published() -> dict[str, Any]:
    """The JSON Schema of a knowledge file."""
    defs: dict[str, Any] = {}
    whole = json_schema(FILE, defs)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"troubleshooter knowledge file, version {VERSION}",
        **whole,
        "$defs": defs,
    }
