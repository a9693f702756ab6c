# ruff: noqa: E501 (one case a line)
"""Sixty broken packs: the text of each, with ``§`` right before the place that must be named, and words of the message.

``NAME`` stands for the name of the case, so that all of them can also be looked at together.
"""

from __future__ import annotations

_SIGNAL = """\
signals:
  NAME:
    speaker: program
    says: The tool says so.
    lines: |
      zebra-NAME refuses seat {number}
    matches: |
      zebra-NAME refuses seat 42
"""
_CAUSE = """\
causes:
  NAME-cause:
    phase: build
    title: The seat is taken
    says: Somebody else holds the seat.
    rules:
      message: {when: {signal: NAME}, for: strong}
    examples:
      - {log: zebra-NAME refuses seat 7, expect: first}
"""

# name of the case -> (text, what the message must say)
BROKEN: dict[str, tuple[str, str]] = {
    # --- not YAML, or more than YAML ---
    "tab": ("signals:\n§\tx: y\n", "not YAML"),
    "colon-in-text": ("signals:\n  a:\n    says: one§: two\n", "quote the text"),
    "open-quote": ('signals:\n  a:\n    says: "one\n§', "close the quote"),
    "open-bracket": ("causes: {a: [1, 2\n§", "not YAML"),
    "two-documents": ("signals: {}\n§---\nsignals: {}\n", "single document"),
    "control-character": ("signals:\n  a: {says: b§\x07c}\n", "control character"),
    "alias": ("signals:\n  a: &x {says: one}\n  b: §*x\n", "alias"),
    "alias-bomb": ("a: &a [x, x, x, x, x, x, x, x]\nb: &b [§*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\nd: [*c, *c, *c, *c]\n", "alias"),
    "merge-key": ("signals:\n  a: &x {says: one}\n  b: {<<: §*x}\n", "alias"),
    "tag-attack": ("signals:\n  a:\n    says: §!!python/object/apply:os.system ['touch /tmp/owned']\n", "tag"),
    "own-tag": ("signals: §!include other.yaml\n", "tag"),
    "key-twice": ("signals:\n  a: {says: x}\n  §a: {says: y}\n", "second time"),
    "list-as-key": ("signals:\n  ? §[a, b]\n  : c\n", "a key must be"),
    "nested-too-deeply": ("a: " + "[" * 23 + "§[[[" + "]" * 26 + "\n", "nested too deeply"),
    "a-list": ("§- signals\n- causes\n", "is a list"),
    "a-word": ("§signals\n", "is a text"),
    # --- wrong keys and kinds ---
    "unknown-section": ("§signal:\n  a: {says: x}\n", "did you mean 'signals'"),
    "unknown-key": (_SIGNAL + "    §liness: x\n", "did you mean 'lines'"),
    "unknown-key-in-rule": (_CAUSE.replace("for: strong", "§weight: strong, for: weak") + _SIGNAL, "unknown key 'weight'"),
    "bad-name": ("signals:\n  §Bad_Name: {speaker: program, says: x, lines: zebra refuses it, matches: zebra refuses it}\n", "is no name here"),
    "section-is-text": ("signals: §nothing\n", "is a text"),
    "section-is-empty": ("signals: {}\ncauses:§\n", "is empty"),
    "entry-is-list": ("signals:\n  a: §[one, two]\n", "is a list"),
    "list-is-text": (_CAUSE + "    confirm: §look\n" + _SIGNAL, "is a text"),
    "text-is-list": (_SIGNAL.replace("The tool says so.", "§[a, b]"), "is a list"),
    "text-is-mapping": (_SIGNAL.replace("The tool says so.", "§{a: b}"), "is a mapping"),
    "empty-text": (_SIGNAL.replace("The tool says so.", '§""'), "is empty"),
    "lacks-matches": ("signals:\n  §NAME: {speaker: program, says: x, lines: zebra refuses it}\n", "lacks 'matches'"),
    "lacks-title": ("causes:\n  §NAME: {phase: run, says: x, rules: {a: {when: {cgo: '1'}, for: weak}}}\n", "lacks 'title'"),
    "lacks-when": (_CAUSE.replace("message: {when: {signal: NAME}, ", "§message: {") + _SIGNAL, "lacks 'when'"),
    "wrong-phase": (_CAUSE.replace("phase: build", "phase: §biuld") + _SIGNAL, "did you mean 'build'"),
    "wrong-weight": (_CAUSE.replace("for: strong", "for: §stronk") + _SIGNAL, "did you mean 'strong'"),
    "wrong-speaker": (_SIGNAL.replace("speaker: program", "speaker: §progam"), "did you mean 'program'"),
    "wrong-expect": (_CAUSE.replace("expect: first", "expect: §frist") + _SIGNAL, "did you mean 'first'"),
    "for-and-against": (_CAUSE.replace("for: strong", "for: strong, §against: weak") + _SIGNAL, "side by side"),
    "neither-for-nor-against": (_CAUSE.replace("message:", "§message:").replace(", for: strong", "") + _SIGNAL, "lacks 'for' or 'against'"),
    "say-and-run": (_CAUSE + "    confirm: [{say: look, §run: ls}]\n" + _SIGNAL, "side by side"),
    "newer-schema": ("§schema: '2'\nsignals: {}\n", "schema 2"),
    "no-schema": ("§schema: new\nsignals: {}\n", "no version"),
    # --- patterns ---
    "no-line": ("signals:\n  §NAME: {speaker: program, says: x, matches: zebra refuses it}\n", "has no line"),
    "open-brace": (_SIGNAL.replace("      zebra-NAME refuses seat {number}", "      zebra-NAME one {number}\n\n      §zebra-NAME two { number"), "unbalanced"),
    "unknown-kind": (_SIGNAL.replace("      zebra-NAME refuses seat {number}", "      §zebra-NAME {a:nmber}"), "unknown kind"),
    "hole-twice": (_SIGNAL.replace("      zebra-NAME refuses seat {number}", "      §zebra-NAME {a} or {a}"), "occurs twice"),
    "no-word": (_SIGNAL.replace("      zebra-NAME refuses seat {number}", "      §{path}: {number}"), "no word to scan for"),
    "too-many-gaps": (_SIGNAL.replace("      zebra-NAME refuses seat {number}", "      §zebra{...}a{...}b{...}c{...}d{...}e"), "open gaps"),
    "regex-syntax": (_SIGNAL + "    regex:\n      - {gate: zebra, §match: 'zebra (x'}\n", "not a regular expression"),
    "regex-unbounded": (_SIGNAL + "    regex:\n      - {gate: zebra, §match: 'zebra (x+)'}\n", "without bound"),
    "regex-nested": (_SIGNAL + "    regex:\n      - {gate: zebra, §match: 'zebra (?:x{1,40}){1,40}y'}\n", "inside a repetition"),
    "regex-alternatives": (_SIGNAL + "    regex:\n      - {gate: zebra, §match: 'zebra (?:x|x){1,30}y'}\n", "begin alike"),
    "regex-without-gate": (_SIGNAL + "    regex:\n      - §{match: 'zebra NAME'}\n", "lacks 'gate'"),
    "own-line-missed": (_SIGNAL.replace("      zebra-NAME refuses seat 42", "      zebra-NAME refuses seat 42\n      §zebra-NAME takes seat 42") + _CAUSE, "its own line"),
    "look-alike-matched": (_SIGNAL + "    unlike: |\n      zebra refuses\n      §zebra-NAME refuses seat 1\n" + _CAUSE, "matches the look-alike"),
    "refines-in-a-circle": (_SIGNAL + "    §refines: NAME-b\n  NAME-b: {speaker: program, says: x, lines: zebra-NAME refuses, matches: zebra-NAME refuses, refines: NAME}\n", "refines itself"),
    "same-pattern-twice": (_SIGNAL + "  §NAME-b: {speaker: program, says: x, lines: 'zebra-NAME refuses seat {number}', matches: zebra-NAME refuses seat 1}\n", "stands in NAME too"),
    "to-be-written": (_SIGNAL.replace("The tool says so.", '§"TODO: what it means"') + _CAUSE, "still to be written"),
    # --- names and what they mean ---
    "unknown-signal": (_CAUSE.replace("{signal: NAME}", "{§signal: NAME-x}") + _SIGNAL, "no signal is called"),
    "unknown-fact": (_CAUSE.replace("{signal: NAME}", "{signal: NAME, §final.imag: scratch}") + _SIGNAL, "did you mean 'final.image'"),
    "unknown-hole": (_CAUSE.replace("{signal: NAME}", "{§signal: NAME, where: {nmber: '4'}}") + _SIGNAL, "did you mean 'number'"),
    "unknown-neighbour": (_CAUSE + "    neighbours:\n      §script-clrf: there it is a script\n" + _SIGNAL, "did you mean 'script-crlf'"),
    "unknown-shared-remedy": (_CAUSE + "    remedies: {it: {§shared: nothing-such}}\n" + _SIGNAL, "no shared remedy"),
    "unknown-edit": (
        _CAUSE + "    remedies:\n      it:\n        title: Do it\n        steps: [{say: Do it.}]\n        edit: [§{set-envv: {name: A, value: b}}]\n" + _SIGNAL,
        "unknown operation"),
    "place-without-signal": (_CAUSE.replace("{signal: NAME}", "{cgo: '1', §place: failing}"), "without `signal`"),
    "dead-rule": (_CAUSE.replace("    examples:", "      §never: {when: {signal: NAME, cgo: '7'}, for: weak}\n    examples:") + _SIGNAL, "fires in no example"),
    "dockerfile-line-as-command": (_CAUSE.replace("    examples:", "    confirm:\n      - §run: COPY a b\n    examples:") + _SIGNAL, "an instruction of a Dockerfile"),
    "dead-signal": (_SIGNAL.replace("  NAME:", "  §NAME:"), "no rule waits for"),
    "cycle-of-deductions": (
        "deductions:\n  §NAME-a: {when: {cgo.why: x}, then: {link.why: x}}\n  NAME-b: {when: {link.why: x}, then: {cgo.why: x}}\n", "wait for each other"),
    "image-of-itself": (
        "images:\n  NAME-a: {image: zebra/a, §like: 'zebra/b:1', source: made up}\n  NAME-b: {image: zebra/b, like: 'zebra/a:1', source: made up}\n", "made from itself"),
    "off-for-nothing": ("causes:\n  §ca-certificates-missin: {off: yes}\n", "no lower layer has"),
}  # fmt: skip
