"""The fixed words of the dialogue in both languages, for every face."""

from __future__ import annotations

EN: dict[str, str] = {
    "start": "What goes wrong? Paste the message (end with an empty line), or say it in your own words.",
    "question": "Question {n}", "unknown": "I don't know", "why-asked": "why", "find-out": "find out",
    "commands": "1-9 answer · 0 or unknown · why · how · back · change N VALUE · facts · causes · fix · log FILE · failures · save FILE · export FILE"
                " · restart · help · quit",
    "not-understood": "I do not understand {text!r} as an answer; give its number, its words, or one of: {commands}",
    "no-question": "No question would change the order any more.", "nothing-known": "Nothing is known yet.",
    "no-cause": "Nothing recognised yet; paste more of the log.", "known": "Known", "waits": "waits for", "weighs": "weighs",
    "would-change": "What each answer would change", "needed-by": "Waited for by", "saved": "saved: {path}", "bye": "Bye.",
    "changed": "changed", "undone": "taken back", "nothing-to-undo": "There is nothing to take back.", "restarted": "From the beginning.",
    "several": "There are several independent failures in this log; choose with: failures N", "failure": "{n}  line {line}: {title}",
    "fixed-log": "After the change, does it still fail? Give the new log with: log FILE", "for": "for", "against": "against", "fired": "fired",
    "did-not-fire": "did not fire", "weak": "weak", "moderate": "moderate", "strong": "strong", "decisive": "decisive", "applied": "noted as done: {title}", "lead": "most likely", "end": "End of input.",
    "usage-change": "write it as: change N VALUE, for example: change 1 scratch", "no-file": "{path}: {reason}",
    "help": "help", "quit": "quit",
}  # fmt: skip
JA: dict[str, str] = {
    "start": "どのような症状でしょうか。メッセージを貼り付ける(空行で終了)か、ご自分の言葉で入力してください。",
    "question": "質問 {n}", "unknown": "分からない", "why-asked": "理由", "find-out": "調べ方",
    "commands": "1-9 回答 · 0 または unknown · why 理由 · how 推論 · back 戻る · change 番号 値 · facts · causes · fix 対処 · log ファイル"
                " · failures · save ファイル · export ファイル · restart · help · quit",
    "not-understood": "{text!r} を回答として解釈できません。番号か回答の語句、または次のいずれかを入力してください: {commands}",
    "no-question": "順位を変えうる質問はもうありません。", "nothing-known": "まだ何も分かっていません。",
    "no-cause": "まだ何も認識できていません。ログをもう少し貼り付けてください。", "known": "判明事項", "waits": "待っている事項", "weighs": "重み",
    "would-change": "各回答による変化", "needed-by": "この回答を待つルール", "saved": "保存しました: {path}", "bye": "終了します。",
    "changed": "変更しました", "undone": "取り消しました", "nothing-to-undo": "取り消すものがありません。", "restarted": "最初からやり直します。",
    "several": "このログには独立した失敗が複数あります。failures 番号 で選んでください", "failure": "{n}  {line} 行目: {title}",
    "fixed-log": "変更後も失敗する場合は、新しいログを log ファイル で渡してください", "for": "支持", "against": "反対", "fired": "成立",
    "did-not-fire": "不成立", "weak": "弱い", "moderate": "中程度", "strong": "強い", "decisive": "決定的", "applied": "実施済みとして記録しました: {title}", "lead": "最有力", "end": "入力が終わりました。",
    "usage-change": "change 番号 値 の形で入力してください。例: change 1 scratch", "no-file": "{path}: {reason}",
    "help": "ヘルプ", "quit": "終了",
}  # fmt: skip


def words(language: str) -> dict[str, str]:
    return JA if language == "ja" else EN
