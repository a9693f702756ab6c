# ruff: noqa: E501 (one case a line)
"""More than a hundred broken packs: the text of each, with ``§`` right before the place that must be named, and words of the message.

``NAME`` stands for the name of the case, so that all of them can also be looked at together.
"""

from __future__ import annotations

SIGNAL = """\
signals:
  NAME:
    speaker: program
    says: The tool says so.
    lines: |
      zebra-NAME refuses seat {number}
    matches: |
      zebra-NAME refuses seat 42
"""
CAUSE = """\
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
    "unknown-key": (SIGNAL + "    §liness: x\n", "did you mean 'lines'"),
    "unknown-key-in-rule": (CAUSE.replace("for: strong", "§weight: strong, for: weak") + SIGNAL, "unknown key 'weight'"),
    "bad-name": ("signals:\n  §Bad_Name: {speaker: program, says: x, lines: zebra refuses it, matches: zebra refuses it}\n", "is no name here"),
    "section-is-text": ("signals: §nothing\n", "is a text"),
    "section-is-empty": ("signals: {}\ncauses:§\n", "is empty"),
    "entry-is-list": ("signals:\n  a: §[one, two]\n", "is a list"),
    "list-is-text": (CAUSE + "    confirm: §look\n" + SIGNAL, "is a text"),
    "text-is-list": (SIGNAL.replace("The tool says so.", "§[a, b]"), "is a list"),
    "text-is-mapping": (SIGNAL.replace("The tool says so.", "§{a: b}"), "is a mapping"),
    "empty-text": (SIGNAL.replace("The tool says so.", '§""'), "is empty"),
    "lacks-matches": ("signals:\n  §NAME: {speaker: program, says: x, lines: zebra refuses it}\n", "lacks 'matches'"),
    "lacks-title": ("causes:\n  §NAME: {phase: run, says: x, rules: {a: {when: {cgo: '1'}, for: weak}}}\n", "lacks 'title'"),
    "lacks-when": (CAUSE.replace("message: {when: {signal: NAME}, ", "§message: {") + SIGNAL, "lacks 'when'"),
    "wrong-phase": (CAUSE.replace("phase: build", "phase: §biuld") + SIGNAL, "did you mean 'build'"),
    "wrong-weight": (CAUSE.replace("for: strong", "for: §stronk") + SIGNAL, "did you mean 'strong'"),
    "wrong-speaker": (SIGNAL.replace("speaker: program", "speaker: §progam"), "did you mean 'program'"),
    "wrong-expect": (CAUSE.replace("expect: first", "expect: §frist") + SIGNAL, "did you mean 'first'"),
    "for-and-against": (CAUSE.replace("for: strong", "for: strong, §against: weak") + SIGNAL, "side by side"),
    "neither-for-nor-against": (CAUSE.replace("message:", "§message:").replace(", for: strong", "") + SIGNAL, "lacks 'for' or 'against'"),
    "say-and-run": (CAUSE + "    confirm: [{say: look, §run: ls}]\n" + SIGNAL, "side by side"),
    "newer-schema": ("§schema: '2'\nsignals: {}\n", "schema 2"),
    "no-schema": ("§schema: new\nsignals: {}\n", "no version"),
    # --- patterns ---
    "no-line": ("signals:\n  §NAME: {speaker: program, says: x, matches: zebra refuses it}\n", "has no line"),
    "open-brace": (SIGNAL.replace("      zebra-NAME refuses seat {number}", "      zebra-NAME one {number}\n\n      §zebra-NAME two { number"), "unbalanced"),
    "unknown-kind": (SIGNAL.replace("      zebra-NAME refuses seat {number}", "      §zebra-NAME {a:nmber}"), "unknown kind"),
    "hole-twice": (SIGNAL.replace("      zebra-NAME refuses seat {number}", "      §zebra-NAME {a} or {a}"), "occurs twice"),
    "no-word": (SIGNAL.replace("      zebra-NAME refuses seat {number}", "      §{path}: {number}"), "no word to scan for"),
    "too-many-gaps": (SIGNAL.replace("      zebra-NAME refuses seat {number}", "      §zebra{...}a{...}b{...}c{...}d{...}e"), "open gaps"),
    "regex-syntax": (SIGNAL + "    regex:\n      - {gate: zebra, §match: 'zebra (x'}\n", "not a regular expression"),
    "regex-unbounded": (SIGNAL + "    regex:\n      - {gate: zebra, §match: 'zebra (x+)'}\n", "without bound"),
    "regex-nested": (SIGNAL + "    regex:\n      - {gate: zebra, §match: 'zebra (?:x{1,40}){1,40}y'}\n", "inside a repetition"),
    "regex-alternatives": (SIGNAL + "    regex:\n      - {gate: zebra, §match: 'zebra (?:x|x){1,30}y'}\n", "begin alike"),
    "regex-without-gate": (SIGNAL + "    regex:\n      - §{match: 'zebra NAME'}\n", "lacks 'gate'"),
    "own-line-missed": (SIGNAL.replace("      zebra-NAME refuses seat 42", "      zebra-NAME refuses seat 42\n      §zebra-NAME takes seat 42") + CAUSE, "its own line"),
    "look-alike-matched": (SIGNAL + "    unlike: |\n      zebra refuses\n      §zebra-NAME refuses seat 1\n" + CAUSE, "matches the look-alike"),
    "refines-in-a-circle": (SIGNAL + "    §refines: NAME-b\n  NAME-b: {speaker: program, says: x, lines: zebra-NAME refuses, matches: zebra-NAME refuses, refines: NAME}\n", "refines itself"),
    "same-pattern-twice": (SIGNAL + "  §NAME-b: {speaker: program, says: x, lines: 'zebra-NAME refuses seat {number}', matches: zebra-NAME refuses seat 1}\n", "stands in NAME too"),
    "to-be-written": (SIGNAL.replace("The tool says so.", '§"TODO: what it means"') + CAUSE, "still to be written"),
    # --- names and what they mean ---
    "unknown-signal": (CAUSE.replace("{signal: NAME}", "{§signal: NAME-x}") + SIGNAL, "no signal is called"),
    "unknown-fact": (CAUSE.replace("{signal: NAME}", "{signal: NAME, §final.imag: scratch}") + SIGNAL, "did you mean 'final.image'"),
    "unknown-hole": (CAUSE.replace("{signal: NAME}", "{§signal: NAME, where: {nmber: '4'}}") + SIGNAL, "did you mean 'number'"),
    "unknown-neighbour": (CAUSE + "    neighbours:\n      §script-clrf: there it is a script\n" + SIGNAL, "did you mean 'script-crlf'"),
    "unknown-shared-remedy": (CAUSE + "    remedies: {it: {§shared: nothing-such}}\n" + SIGNAL, "no shared remedy"),
    "unknown-edit": (
        CAUSE + "    remedies:\n      it:\n        title: Do it\n        steps: [{say: Do it.}]\n        edit: [§{set-envv: {name: A, value: b}}]\n" + SIGNAL,
        "unknown operation"),
    "place-without-signal": (CAUSE.replace("{signal: NAME}", "{cgo: '1', §place: failing}"), "without `signal`"),
    "dead-rule": (CAUSE.replace("    examples:", "      §never: {when: {signal: NAME, cgo: '7'}, for: weak}\n    examples:") + SIGNAL, "fires in no example"),
    "dockerfile-line-as-command": (CAUSE.replace("    examples:", "    confirm:\n      - §run: COPY a b\n    examples:") + SIGNAL, "an instruction of a Dockerfile"),
    "dead-signal": (SIGNAL.replace("  NAME:", "  §NAME:"), "no rule waits for"),
    "cycle-of-deductions": (
        "deductions:\n  §NAME-a: {when: {cgo.why: x}, then: {link.why: x}}\n  NAME-b: {when: {link.why: x}, then: {cgo.why: x}}\n", "wait for each other"),
    "image-of-itself": (
        "images:\n  NAME-a: {image: zebra/a, §like: 'zebra/b:1', source: made up}\n  NAME-b: {image: zebra/b, like: 'zebra/a:1', source: made up}\n", "made from itself"),
    "off-for-nothing": ("causes:\n  §ca-certificates-missin: {off: yes}\n", "no lower layer has"),
    # --- found by trying: what a first pack of somebody else gets wrong ---
    "key-indented-too-far": (CAUSE.replace("    says: Somebody", "     says§: Somebody") + SIGNAL, "indent this key"),
    "typographic-quotes": ("signals:\n  a:\n    says: “it is§: so”\n", "typographic quotes"),
    "null-character": ("signals:\n  a: {says: b§\0c}\n", "control character"),
    "set-tag": ("signals: §!!set {a, b}\n", "is not allowed"),
    "binary-tag": (CAUSE.replace("The seat is taken", "§!!binary aGVsbG8=") + SIGNAL, "is not allowed"),
    "unknown-yaml-version": ("§%YAML 9.9\n---\nsignals: {}\n", "not YAML"),
    "no-mapping-at-all": ("§~\n", "write a mapping"),
    "nothing-for-a-title": (CAUSE.replace("The seat is taken", "§null") + SIGNAL, "'title' is empty"),
    "tilde-for-a-text": (CAUSE.replace("Somebody else holds the seat.", "§~") + SIGNAL, "'says' is empty"),
    "empty-example": (CAUSE.replace("expect: first}", "expect: first}\n      -§") + SIGNAL, "is empty"),
    "rule-without-text": (CAUSE.replace("message: {when: {signal: NAME}, for: strong}", "message:§") + SIGNAL, "'message' is empty"),
    "rules-as-list": (CAUSE.replace("      message: {when", "      §- {when") + SIGNAL, "write a mapping"),
    "examples-as-mapping": (CAUSE.replace("      - {log", "      §one: {log") + SIGNAL, "write a list"),
    "no-rules-at-all": (CAUSE.replace("    rules:\n      message: {when: {signal: NAME}, for: strong}", "    §rules: {}") + SIGNAL, "no rule speaks for"),
    "empty-condition": (CAUSE.replace("{when: {signal: NAME}", "{§when: {}") + SIGNAL, "would always hold"),
    "condition-as-list": (CAUSE.replace("{when: {signal: NAME}", "{when: [§signal]") + SIGNAL, "write a mapping"),
    "unknown-comparison": (CAUSE.replace("{signal: NAME}", "{signal: NAME, go.version: {§less: '1.20'}}") + SIGNAL, "unknown key 'less'"),
    "no-version": (CAUSE.replace("{signal: NAME}", "{signal: NAME, go.version: {below: §new}}") + SIGNAL, "write it like '1.21'"),
    "impossible-value": (CAUSE.replace("{signal: NAME}", "{signal: NAME, §final.libc: mus}") + SIGNAL, "did you mean 'musl'"),
    "wrong-place": (CAUSE.replace("{signal: NAME}", "{signal: NAME, place: §faling}") + SIGNAL, "did you mean 'failing'"),
    "example-without-expect": (CAUSE.replace(", expect: first", "").replace("- {log", "- §{log") + SIGNAL, "lacks 'expect'"),
    "example-without-log": (CAUSE.replace("{log: zebra-NAME refuses seat 7, ", "§{") + SIGNAL, "holds nothing to diagnose"),
    "example-with-unknown-fact": (CAUSE.replace("expect: first", "facts: {§final.imge: scratch}, expect: first") + SIGNAL, "did you mean 'final.image'"),
    "example-with-impossible-fact": (CAUSE.replace("expect: first", "facts: {§cgo: maybe}, expect: first") + SIGNAL, "cgo is 0 or 1"),
    "hole-in-capitals": (SIGNAL.replace("      zebra-NAME refuses seat {number}", "      §zebra-NAME refuses seat {Number}") + CAUSE, "lower-case letters"),
    "hole-with-blanks": (SIGNAL.replace("      zebra-NAME refuses seat {number}", "      §zebra-NAME refuses seat { number }") + CAUSE, "is no hole"),
    "lines-as-list": (SIGNAL.replace("lines: |\n      zebra-NAME refuses seat {number}", "lines: §[zebra]") + CAUSE, "write a text"),
    "refines-itself": (SIGNAL + "    §refines: NAME\n" + CAUSE, "refines itself"),
    "refines-nothing": (SIGNAL + "    §refines: quux-of-nobody\n" + CAUSE, "write it under `signals:`"),
    "gives-unknown-fact": (SIGNAL + "    gives: {§go.versio: '{number}'}\n" + CAUSE, "did you mean 'go.version'"),
    "gives-unknown-hole": (SIGNAL + "    gives: {§go.version: '{nmber}'}\n" + CAUSE, "did you mean 'number'"),
    "regex-back-reference": (SIGNAL + "    regex:\n      - {gate: zebra, §match: '(zebra) \\1'}\n" + CAUSE, "reference to a group"),
    "regex-side-by-side": (SIGNAL + "    regex:\n      - {gate: zebra, §match: 'zebra \\s{0,40}\\s{0,40}x'}\n" + CAUSE, "side by side"),
    "regex-with-foreign-gate": (SIGNAL + "    regex:\n      - {gate: okapi, §match: 'zebra-NAME [a-z]{1,9}'}\n" + CAUSE, "matches none of its lines"),
    "remedy-without-steps": (CAUSE + "    remedies:\n      §it: {title: Use it}\n" + SIGNAL, "has no steps"),
    "remedy-with-open-hole": (CAUSE + "    remedies:\n      it: {§title: 'Use {number', steps: [{say: Use it.}]}\n" + SIGNAL, "a hole is not closed"),
    "remedy-with-unknown-hole": (CAUSE + "    remedies:\n      it: {§title: 'Use {zeat}', steps: [{say: Use it.}]}\n" + SIGNAL, "{zeat|…}"),
    "remedy-when-unknown": (CAUSE + "    remedies:\n      it: {title: Do, when: {§final.libx: musl}, steps: [{say: Use it.}]}\n" + SIGNAL, "'final.libc'"),
    "edit-lacks-a-part": (CAUSE + "    remedies:\n      it: {title: Do, steps: [{say: Do it.}], edit: [§{set-env: {name: A}}]}\n" + SIGNAL, "missing"),
    "edit-of-two": (CAUSE + "    remedies:\n      it: {title: Do, steps: [{say: Do it.}], edit: [§{set-env: {name: A}, add: {}}]}\n" + SIGNAL, "one name"),
    "edit-is-text": (CAUSE + "    remedies:\n      it: {title: Do, steps: [{say: Do it.}], edit: §set-env}\n" + SIGNAL, "write a list"),
    "off-is-maybe": ("causes:\n  ca-certificates-missing: {off: §maybe}\n", "known are: yes"),
    "rule-off-for-nothing": ("causes:\n  ca-certificates-missing:\n    rules: {§no-such-rule: {off: yes}}\n", "kb show ca-certificates-missing"),
    "remedy-off-for-nothing": ("causes:\n  ca-certificates-missing:\n    remedies: {§no-such: {off: yes}}\n", "no lower layer has"),
    "signal-off-for-nothing": ("signals:\n  §nothing-such: {off: yes}\n", "no lower layer has"),
    "overriding-with-a-typo": ("causes:\n  script-crlf: {phase: §strat}\n", "did you mean 'start'"),
    "own-neighbour": (CAUSE + "    neighbours: {§NAME-cause: itself}\n" + SIGNAL, "its own neighbour"),
    "question-with-list": ("questions:\n  NAME: {fact: cgo, text: Which?, why: It parts them., answers: §[]}\n", "write a mapping"),
    "pack-without-name": ("pack: {§nam: x}\n" + CAUSE + SIGNAL, "did you mean 'name'"),
    "name-in-japanese": ("signals:\n  §ゼブラ: {speaker: program, says: x, lines: zebra refuses, matches: zebra refuses}\n", "is no name here"),
    "hard-blank-as-indent": ("signals: {}\n§\u00a0 a:\n    says: x\n", "unknown key"),
    "circle-of-three-deductions": (
        "deductions:\n  §NAME-a: {when: {cgo.why: x}, then: {link.why: x}}\n  NAME-b: {when: {link.why: x}, then: {user.why: x}}\n"
        "  NAME-c: {when: {user.why: x}, then: {cgo.why: x}}\n", "wait for each other"),
}  # fmt: skip
