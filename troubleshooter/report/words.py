"""The fixed words of reports and messages in both languages; everything else comes from the knowledge base."""

from __future__ import annotations

from troubleshooter.model import Fact

EN: dict[str, str] = {
    "why": "Why", "against": "Not quite", "do": "Do this", "or": "Or", "verify": "Then check", "next": "After that", "also": "Also here",
    "rivals": "Or else", "ask": "To be sure", "how": "find out", "answer": "answer with", "more": "More", "facts": "Known",
    "healthy": "Nothing failed here.", "healthy-more": "The build or start succeeded; nothing needs to be changed.",
    "unknown": "I do not know this failure.", "nearest": "Nearest", "new-rule": "Teach it",
    "not-ours": "This is not the environment's fault.", "ambiguous": "Several causes fit.", "proven": "proven", "cost": "cost",
    "project": "project read", "line": "line", "log": "log", "typed": "you wrote", "contradiction": "Contradiction",
    "contradiction-says": "{a} says {x}, {b} says {y}: perhaps another file was built", "finding": "Note",
    "maybe": "maybe", "likely": "likely", "sure": "sure", "apply": "Apply it", "no-cost": "none", "confirm": "Make sure",
    "too-little": "That alone tells too little.", "say": "Say more", "one-of": "ANSWER, one of", "possible": "Possible",
    "say-more": "troubleshooter ask 'THE MESSAGE', as far as you remember it\ndocker build . 2>&1 | troubleshooter, or docker logs APP 2>&1 | troubleshooter\ntroubleshooter chat asks you, one question after the other",
    "when": "when", "or-when": "or when", "neighbours": "Easily taken for it", "references": "References",
    "build": "build", "start": "start", "load": "load", "run": "run", "go-sources": "Go sources", "inferred": "inferred", "answered": "your answer", "binary": "program", "project-read": "project: {files} (--no-project leaves it out)",
    "context-taken": "{dockerfile} is taken to be built with {folder} as its context, where the files lie that it copies",
    "read-each": "checked one by one: {files}",
    "not-read": "other Dockerfiles were not read: {files} (--dockerfile FILE reads another)",
    "which-dockerfile": "several Dockerfiles, none was read: {files} (--dockerfile FILE names the right one)",
    "nothing-found": "Nothing found: what the files tell will build and start.", "no-cause": "No cause was found, so there is nothing to change.",
    "not-in-image": "Not in the image", "absent-shell": "a shell", "absent-ca": "root certificates", "absent-tzdata": "time zones",
    "absent-passwd": "an entry for the user in /etc/passwd", "absent-tmp": "/tmp",
    "will-start": "Nothing found: it will start there, and nothing that it needs is missing.",
    "final-image-unknown": "Nothing found. Name the image that it is to run in to know whether it will start: --final-image IMAGE",
    "by-hand": "Better, but by hand: {title} (troubleshooter explain {cause}). What can be done by a change to the files:",
    "no-patch": "No change to the files that were read would cure this.", "written": "written",
    "project-edit": "Nothing was written: this change comes from the project's own .troubleshooter folder; look at it and add --trust-project.",
    "project-ask": "This change comes from the project's own .troubleshooter folder. Write it? [y/N]",
}  # fmt: skip
JA: dict[str, str] = {
    "why": "根拠", "against": "反する点", "do": "対処", "or": "または", "verify": "確認", "next": "その次に", "also": "同じログの別件",
    "rivals": "ほかの候補", "ask": "確かめるには", "how": "調べ方", "answer": "回答方法", "more": "詳細", "facts": "判明事項",
    "healthy": "失敗は見当たりません。", "healthy-more": "ビルドまたは起動は成功しています。変更は不要です。",
    "unknown": "この失敗は知識ベースにありません。", "nearest": "近いもの", "new-rule": "ルール追加",
    "not-ours": "環境の問題ではありません。", "ambiguous": "原因の候補が複数あります。", "proven": "実証済み", "cost": "代償",
    "project": "読み込んだプロジェクト", "line": "行", "log": "ログ", "typed": "入力", "contradiction": "矛盾",
    "contradiction-says": "{a} では {x}、{b} では {y} です。別のファイルでビルドした可能性があります", "finding": "注意",
    "maybe": "可能性あり", "likely": "有力", "sure": "ほぼ確実", "apply": "適用するには", "no-cost": "なし", "confirm": "裏付け",
    "too-little": "それだけでは原因を絞り込めません。", "say": "手がかり", "one-of": "回答　次のいずれか", "possible": "可能性",
    "say-more": "troubleshooter ask 'メッセージ' （覚えている範囲で）\ndocker build . 2>&1 | troubleshooter または docker logs APP 2>&1 | troubleshooter\ntroubleshooter chat なら質問に順に答えるだけです",
    "when": "条件", "or-when": "または", "neighbours": "間違えやすい原因", "references": "参考",
    "build": "ビルド", "start": "起動", "load": "ロード", "run": "実行", "go-sources": "Go のソース", "inferred": "推論", "answered": "回答", "binary": "プログラム", "project-read": "プロジェクト: {files} を読み込みました (--no-project で除外)",
    "context-taken": "コピー元のファイルがある {folder} をビルドコンテキストとして {dockerfile} を読みました",
    "read-each": "1 つずつ調べました: {files}",
    "not-read": "ほかの Dockerfile は読んでいません: {files} (--dockerfile FILE で指定)",
    "which-dockerfile": "Dockerfile が複数あり、どれも読んでいません: {files} (--dockerfile FILE で指定)",
    "nothing-found": "問題は見つかりません。ファイルから分かる範囲では、ビルドも起動もできるはずです。", "no-cause": "原因が見つからないため、変更はありません。",
    "not-in-image": "イメージにないもの", "absent-shell": "シェル", "absent-ca": "ルート証明書", "absent-tzdata": "タイムゾーン",
    "absent-passwd": "/etc/passwd のユーザー行", "absent-tmp": "/tmp",
    "will-start": "問題は見つかりません。このイメージで起動でき、必要なものはそろっています。",
    "final-image-unknown": "問題は見つかりません。起動できるかを判定するには、実行イメージを指定してください: --final-image IMAGE",
    "by-hand": "手作業になりますが、より良い対処: {title} (troubleshooter explain {cause})。ファイルの変更でできること:",
    "no-patch": "読み込んだファイルの変更では解決しません。", "written": "書き込みました",
    "project-edit": "書き込みませんでした。この変更はプロジェクト付属の .troubleshooter によるものです。内容を確認し、--trust-project を付けてください。",
    "project-ask": "この変更はプロジェクト付属の .troubleshooter によるものです。書き込みますか? [y/N]",
}  # fmt: skip


def words(language: str) -> dict[str, str]:
    return JA if language == "ja" else EN


def degree(certainty: float, language: str) -> str:
    """The certainty as a word."""
    return words(language)["sure" if certainty >= 0.85 else "likely" if certainty >= 0.5 else "maybe"]


def contradiction(believed: Fact, other: Fact, language: str) -> str:
    """What two sources say differently of the same thing."""
    a, b = shown_source(believed.source, language), shown_source(other.source, language)
    says = words(language)["contradiction-says"].format(a=a, x=believed.value, b=b, y=other.value)
    return f"{believed.name}: {says}"


def shown_source(source: str, language: str) -> str:
    """A fact's source as a reader sees it: ``log line 4`` becomes ``log 4``, and fixed words are in their language."""
    w = words(language)
    if source.startswith("log line "):
        return f"{w['log']} {source[9:]}"
    if source.startswith("inferred: "):
        return f"{w['inferred']}: {source[10:]}"
    if source.startswith("Go sources"):
        return w["go-sources"] + source[len("Go sources") :]
    kind, blank, rest = source.partition(" ")
    return w[kind] + blank + rest if kind in ("typed", "answered", "binary") else source
