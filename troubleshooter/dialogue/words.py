"""The fixed words of the dialogue in both languages, for every face that has no screen of its own."""

from __future__ import annotations

EN: dict[str, str] = {
    "start": "What goes wrong? Paste the message or the log, or say it in your own words. (help: what you can type)",
    "question": "Question {n}", "unknown": "I don't know", "why-asked": "why", "find-out": "find out", "more-ways": "other ways: find",
    "not-understood": "I do not understand {text!r} as an answer. Type its number, its words, 0 for \"I don't know\", or help.",
    "no-number": "There is no answer {text}; there are 1 to {n}, and 0 for \"I don't know\".",
    "no-answer": "there is no answer {text}; there are {n}",
    "no-cause-number": "There is no cause {text} now; causes lists them, help tells what else you can type.",
    "nothing-new": "That tells me nothing new. Type help for what you can do, or paste the message that you see.",
    "several-fit": "{text!r} fits several answers; which one?", "taken-as": "understood: {text}", "read-facts": "read: {facts}",
    "no-program": "That program is not there (scratch and distroless images have none to run). For another way type find; 0 if you cannot tell.",
    "read-message": "read as a message.", "read-log": "read as the log: {lines} lines.",
    "no-question": "Nothing is asked now.", "no-question-more": "No question would change the order any more.",
    "nothing-known": "Nothing is known yet.", "no-cause": "No cause is recognised yet.",
    "known": "Known", "answered": "Answers (change N VALUE)", "no-answers": "Nothing was answered yet.", "waits": "waits for",
    "would-change": "What each answer would change", "needed-by": "Decides about", "no-change": "no change",
    "saved": "saved: {path}", "bye": "Bye.", "stopped": "Stopped.",
    "changed": "changed", "undone": "taken back", "nothing-to-undo": "There is nothing to take back.", "restarted": "From the beginning.",
    "several": "There are {n} independent failures in this log. Type the number of the one to look at.",
    "failure": "  {n}  line {line}: {title}", "one-failure": "There is only one failure.",
    "next-log": "When you have changed something: done N, build again, then: again LOGFILE (or paste the new log).",
    "for": "speaks for it", "against": "speaks against it", "fired": "holds", "did-not-fire": "does not hold",
    "applied": "noted as done: {title}", "now-build": "Build and start it again. If it still fails: again LOGFILE, or paste the new log.",
    "same-again": "It is the same failure as before the change. Is this the new log, and was the image built again (--no-cache)?",
    "after-change": "After: {titles}", "tried": "tried already", "end": "End of input.", "so-far": "Most likely so far: {title} ({percent})",
    "usage-change": "Write it as: change N VALUE, for example: change 1 scratch",
    "usage-again": "Write it as: again FILE, with the log of the new attempt.",
    "no-remedy": "There is no remedy {text}; they have the numbers 1 to {n}.", "no-remedies": "There is no remedy to show.",
    "remedy": "Remedy {n}", "apply-hint": "write it to your files: apply {n}", "apply-ask": "Write this to {files}? yes or no",
    "applied-to": "written: {files}", "not-applied": "Nothing was written.",
    "cannot-apply": "This remedy has no change that can be written to your files; do its steps by hand.",
    "decisive-lines": "The lines that decide", "no-lines": "No line of a log was recognised.",
    "language": "From now on in English.", "line": "line", "typed": "you wrote",
    "weight-decisive": "decisively", "weight-strong": "strongly", "weight-moderate": "moderately", "weight-weak": "weakly",
    "export-facts": "Facts", "export-answers": "Answers", "export-open": "Unanswered", "export-changed": "Changed so far",
    "not-known": "asked, not known",
    "help": """\
A number answers the question; so do words, and the pasted output of a command.
0 or unknown   I don't know           why           why this is asked
find           how to find it out     how [CAUSE]   what speaks for and against
back           take the last back     change N VAL  another value for answer N
facts          what is known          causes        what may be the cause
fix [N]        remedies of cause N    apply N       write remedy N to the files
done N         I did remedy N         again FILE    it still fails: the new log
log            the lines that decide  failures [N]  the failures in this log
save FILE      keep the session       export FILE   for others (.md or .json)
restart        from the beginning     lang en|ja    language
help or ?      this                   quit          leave""",
}  # fmt: skip
JA: dict[str, str] = {
    "start": "どのような症状でしょうか。メッセージやログを貼り付けるか、ご自分の言葉で入力してください。(help で入力できる語を表示)",
    "question": "質問 {n}", "unknown": "分からない", "why-asked": "理由", "find-out": "調べ方", "more-ways": "ほかの調べ方: find",
    "not-understood": "{text!r} を回答として解釈できません。番号、回答の語句、0 (分からない)、または help と入力してください。",
    "no-number": "回答 {text} はありません。1 から {n}、または 0 (分からない) を入力してください。",
    "no-answer": "回答 {text} はありません。回答は {n} 件です",
    "no-cause-number": "原因 {text} はありません。causes で候補を、help で入力できる語を表示します。",
    "nothing-new": "新しいことは読み取れませんでした。help で入力できる語を表示します。表示されたメッセージを貼り付けることもできます。",
    "several-fit": "{text!r} は複数の回答に当てはまります。どれでしょうか。", "taken-as": "解釈: {text}", "read-facts": "読み取り: {facts}",
    "no-program": "そのプログラムはそこにありません (scratch や distroless には実行できるものがありません)。ほかの調べ方は find、分からない場合は 0 と入力してください。",
    "read-message": "メッセージとして読み取りました。", "read-log": "ログとして読み取りました ({lines} 行)。",
    "no-question": "現在、質問はありません。", "no-question-more": "順位を変えうる質問はもうありません。",
    "nothing-known": "まだ何も分かっていません。", "no-cause": "原因はまだ分かっていません。",
    "known": "判明事項", "answered": "回答 (change 番号 値 で変更)", "no-answers": "まだ回答はありません。", "waits": "待っている事項",
    "would-change": "各回答による変化", "needed-by": "判断できる原因", "no-change": "変化なし",
    "saved": "保存しました: {path}", "bye": "終了します。", "stopped": "中断しました。",
    "changed": "変更しました", "undone": "取り消しました", "nothing-to-undo": "取り消すものがありません。", "restarted": "最初からやり直します。",
    "several": "このログには独立した失敗が {n} 件あります。調べるものの番号を入力してください。",
    "failure": "  {n}  {line} 行目: {title}", "one-failure": "失敗は 1 件だけです。",
    "next-log": "変更したら done 番号 と入力し、ビルドし直してから again ログファイル (または新しいログの貼り付け) で続けてください。",
    "for": "支持", "against": "反対", "fired": "成立", "did-not-fire": "不成立",
    "applied": "実施済みとして記録しました: {title}",
    "now-build": "ビルドと起動をやり直してください。まだ失敗する場合は again ログファイル、または新しいログを貼り付けてください。",
    "same-again": "変更前と同じ失敗です。新しいログでしょうか。イメージは作り直しましたか (--no-cache)。",
    "after-change": "実施済み: {titles}", "tried": "実施済み", "end": "入力が終わりました。", "so-far": "現時点で最有力: {title} ({percent})",
    "usage-change": "change 番号 値 の形で入力してください。例: change 1 scratch",
    "usage-again": "again ファイル の形で、やり直したときのログを指定してください。",
    "no-remedy": "対処 {text} はありません。番号は 1 から {n} です。", "no-remedies": "表示できる対処はありません。",
    "remedy": "対処 {n}", "apply-hint": "ファイルに書き込むには: apply {n}", "apply-ask": "{files} に書き込みますか。yes または no",
    "applied-to": "書き込みました: {files}", "not-applied": "何も書き込みませんでした。",
    "cannot-apply": "この対処には、ファイルに書き込める変更がありません。手順を手作業で行ってください。",
    "decisive-lines": "決め手となった行", "no-lines": "認識できたログの行はありません。",
    "language": "以後、日本語で表示します。", "line": "行", "typed": "入力",
    "weight-decisive": "決定的に", "weight-strong": "強く", "weight-moderate": "中程度に", "weight-weak": "弱く",
    "export-facts": "判明事項", "export-answers": "回答", "export-open": "未回答", "export-changed": "これまでの変更",
    "not-known": "質問したが不明",
    "help": """\
番号で回答します。回答の語句や、コマンドの出力の貼り付けでも回答できます。
0, unknown    分からない            why           質問の理由
find          調べ方                how [原因]    ルールごとの支持と反対
back          直前を取り消す        change 番号 値  回答を変更する
facts         判明事項              causes        原因の候補
fix [番号]    その原因の対処        apply 番号    対処をファイルに書き込む
done 番号     対処を実施した        again ファイル  まだ失敗する: 新しいログ
log           決め手となった行      failures [番号]  ログの中の失敗
save ファイル セッションを保存する  export ファイル  共有用に書き出す (.md または .json)
restart       最初からやり直す      lang en|ja    表示言語
help, ?       この一覧              quit          終了する""",
}  # fmt: skip
ALIASES = {
    "?": "help", "h": "help", "commands": "help", "ヘルプ": "help", "助けて": "help", "exit": "quit", "q": "quit", "bye": "quit", ":q": "quit",
    "終了": "quit", "やめる": "quit", "理由": "why", "なぜ": "why", "推論": "how", "b": "back", "undo": "back", "戻る": "back", "取り消し": "back",
    "変更": "change", "事実": "facts", "判明事項": "facts", "原因": "causes", "対処": "fix", "fixes": "fix", "remedies": "fix",
    "調べ方": "find", "保存": "save", "書き出し": "export", "最初から": "restart", "適用": "apply", "実施済み": "done", "still": "again",
    "failure": "failures", "失敗": "failures", "language": "lang", "言語": "lang", "ログ": "log", "再度": "again",
}  # fmt: skip
"""Other words for the commands, in both languages."""


def words(language: str) -> dict[str, str]:
    return JA if language == "ja" else EN
