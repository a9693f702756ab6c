"""Fixed words of the screens in both languages, beside those of the dialogue and of the reports."""

from __future__ import annotations

from troubleshooter.dialogue import words as dialogue
from troubleshooter.report import words as report

EN: dict[str, str] = {
    "what-wrong": "What goes wrong?", "box": "Paste the message (several lines are fine), or say it in your own words",
    "box-help": "Enter starts · alt+enter: new line", "loading": "reading the knowledge …", "causes-known": "{n} causes known",
    "open-log": "Open a log", "open-log-help": "a file that a build or container wrote, of any size, also .gz",
    "read-project": "Read the project here", "read-project-help": "{files}: predict what will fail, without a log",
    "read-project-none": "no Dockerfile and no go.mod in {folder}", "resume": "Go on with a saved session", "resume-help": "a file that s wrote",
    "recent": "Recent", "similar": "Like what you typed", "begin": "Begin", "nothing-typed": "Type or paste something first.",
    "tab-question": "Question", "tab-causes": "Causes", "tab-facts": "Known", "result": "Result", "not-known-yet": "not known yet",
    "you-wrote": "you wrote", "source-answered": "your answer", "source-typed": "you wrote", "source-inferred": "inferred",
    "answer-box": "or type the answer, or paste what the command printed", "describe-box": "or type or paste more of the message",
    "first-now": "First now", "no-causes": "Nothing recognised yet: paste more of the log.", "no-facts": "Nothing is known yet.",
    "r-fix": "See what to change", "r-log": "Look at the log", "r-again": "It still fails: read the new log", "r-more": "Answer one more question, to be surer",
    "r-export": "Write a report for somebody else", "r-restart": "Begin again with another problem", "r-failures": "Choose another of the {n} failures in this log",
    "healthy": "Nothing failed here.", "unknown-cause": "I do not know this failure.",
    "unknown-help": "Paste more of the log, or teach it: troubleshooter kb new --from-log LOG --id my-cause --into my-pack", "nearest": "Nearest",
    "not-ours": "This is not the environment's fault.", "predicted": "What the files say will fail", "next": "After that",
    "why-lead": "Because", "find": "find out", "why": "why", "log": "log", "weight-weak": "weak", "weight-moderate": "moderate",
    "weight-strong": "strong", "weight-decisive": "decisive", "what-is-wrong": "What is wrong", "evidence": "Evidence", "remedies": "What to do",
    "no-remedy": "No remedy is known that fits.", "done": "applied", "refused": "The files do not allow the change:", "verify": "Then check",
    "cost": "Costs:", "proven": "proven on a real build", "apply": "Apply", "copy": "Copy", "to-file": "Write to file", "take-back": "Take it back",
    "remedy": "Remedy {n}", "apply-title": "Write this change?", "apply-no": "This remedy changes no file that was read: follow its steps.",
    "yes-apply": "Write", "no": "Cancel", "yes": "Yes", "written": "Written: {paths}", "taken-back": "Taken back: {paths}",
    "take-back-title": "Take this change back?", "now-build": "Build again. If it still fails, press i and give the new log.",
    "copied": "Copied, if the terminal allows it (OSC 52). To be sure: o writes it to a file.", "file-name": "Write to which file?",
    "exists": "{path} is there already; Enter again overwrites it", "save-name": "Save the session in which file?", "export-name": "Write the report to which file? (.md or .json)",
    "log-name": "Which log?", "resume-name": "Which saved session?", "folder-hint": "Tab or arrow down: the files here", "still-name": "Which log, after the change?",
    "reading": "Reading {name}", "cancel": "Cancel", "cancelled": "Stopped; nothing was read.", "counting": "counting lines",
    "failures-title": "This log holds several failures that have nothing to do with each other. Which one first?", "failure-row": "line {line}",
    "why-title": "Why this question", "why-known": "What is known", "why-needed": "Rules that wait for the answer", "why-change": "What each answer would change",
    "nothing-to-ask": "No question would change the order any more.", "how-title": "How this cause came to its certainty", "rule-fired": "fired",
    "rule-waits": "waits for", "rule-for": "for", "rule-against": "against", "absent": "absent", "help-title": "Help", "keys": "Keys",
    "change-title": "Change what is known", "change-help": "What you say beats what was read.", "change-own": "or another value", "forget": "Forget my answer",
    "changed-fact": "Changed: {name}", "undone": "Taken back.", "nothing-to-undo": "There is nothing to take back.", "no-log": "There is no log to look at.",
    "log-empty": "line", "decisive": "decisive line {n} of {total}", "no-marks": "No line of this log was decisive.", "of": "of",
    "not-understood": "Not understood as an answer; give its number or words, or paste what the command printed.", "quit-hint": "ctrl+q leaves",
    "again-help": "Give the log of the new attempt: it goes into the same session.", "saved": "Saved: {path}", "restart-title": "Begin again?",
    "restart-help": "This session stays among the recent ones.", "contradiction": "Contradiction: {name} is {x} ({a}), but {y} ({b})",
    "read-from-paste": "Read from what you pasted: {facts}", "theme": "Theme: {name}", "palette": "All actions", "pane": "next pane",
    "k-answer": "answer", "k-why": "why", "k-how": "how", "k-back": "back", "k-fix": "fix", "k-log": "log", "k-save": "save", "k-export": "report",
    "k-again": "still fails", "k-failures": "failures", "k-restart": "new problem", "k-quit": "quit", "k-help": "help", "k-language": "日本語", "k-theme": "theme",
    "k-pane": "pane", "k-palette": "actions", "k-close": "close", "k-apply": "apply", "k-copy": "copy", "k-file": "to file", "k-next": "next mark", "k-previous": "previous mark",
    "k-top": "first line", "k-end": "last line", "k-open": "open log", "k-project": "read project", "k-resume": "resume", "k-start": "start", "k-list": "to the list",
    "k-change": "change", "k-takeback": "take back", "k-unknown": "don't know", "k-undo": "take back",
    "help-start": "Paste or type what went wrong and press Enter. While you type, the list below shows the causes that sound like it: go there with"
                  " the arrow keys and pick one. Or open a log, or have the project in this folder read. Everything works with the mouse too.",
    "help-dialogue": "Answer with 1 to 9, with 0 for \"I don't know\", with the arrow keys and Enter, or by typing or pasting what the suggested command"
                     " printed. Beside the question stand the causes that are left and everything that is known with its source; Enter on a"
                     " fact changes it. Each answer may be taken back.",
    "help-cause": "What is wrong, what speaks for and against it with the lines of the log, and the remedies as tabs. Apply shows the change once more"
                  " and asks before it writes. Copy goes through the terminal; \"to file\" always works.",
    "help-log": "The whole log. Lines marked ▶ decided, lines marked • were recognised. n and p jump between them.",
    "help-text": "Scroll with the arrow keys, page up and page down, or the mouse wheel.",
    "long-k-answer": "Answer the question", "long-k-why": "Why this question is asked", "long-k-how": "How the first cause came to its certainty",
    "long-k-back": "Take the last answer back", "long-k-fix": "What is wrong and what to change", "long-k-log": "Look at the log", "long-k-save": "Save the session",
    "long-k-export": "Write a report (Markdown or JSON)", "long-k-again": "It still fails: read the new log", "long-k-failures": "Choose among several failures",
    "long-k-restart": "Begin again with another problem", "long-k-quit": "Leave", "long-k-help": "Help for this screen", "long-k-language": "日本語で表示",
    "long-k-theme": "Next theme: dark, light, the terminal's own colours", "long-k-palette": "All actions", "long-k-pane": "Go to the next pane",
    "long-k-apply": "Apply the remedy to the files", "long-k-copy": "Copy the remedy (OSC 52)", "long-k-file": "Write the remedy to a file",
    "long-k-takeback": "Take the applied change back", "long-k-open": "Open a log", "long-k-project": "Read the project in this folder",
    "long-k-resume": "Go on with a saved session", "long-k-next": "Next decisive line", "long-k-previous": "Previous decisive line",
    "signs": "Signs: ✎ you said it · read from a file or log ≈ inferred ? asked ▶ decisive line",
}  # fmt: skip
JA: dict[str, str] = {
    "what-wrong": "どのような症状でしょうか", "box": "メッセージを貼り付ける(複数行可)か、ご自分の言葉で入力してください",
    "box-help": "Enter で開始 · alt+enter で改行", "loading": "知識ベースを読み込み中 …", "causes-known": "原因 {n} 件を収録",
    "open-log": "ログを開く", "open-log-help": "ビルドやコンテナのログファイル(サイズ不問、.gz も可)",
    "read-project": "このフォルダーのプロジェクトを読む", "read-project-help": "{files}: ログなしで失敗を予測",
    "read-project-none": "{folder} に Dockerfile も go.mod もありません", "resume": "保存したセッションを再開", "resume-help": "s で書いたファイル",
    "recent": "最近のセッション", "similar": "入力に近い原因", "begin": "開始", "nothing-typed": "先に入力するか貼り付けてください。",
    "tab-question": "質問", "tab-causes": "原因", "tab-facts": "判明事項", "result": "結果", "not-known-yet": "未確認",
    "you-wrote": "入力", "source-answered": "回答", "source-typed": "入力", "source-inferred": "推論",
    "answer-box": "回答を入力、またはコマンドの出力を貼り付け", "describe-box": "メッセージの続きを入力または貼り付け",
    "first-now": "現在の最有力", "no-causes": "まだ何も認識できていません。ログをもう少し貼り付けてください。", "no-facts": "まだ何も分かっていません。",
    "r-fix": "対処を見る", "r-log": "ログを見る", "r-again": "まだ失敗する: 新しいログを読む", "r-more": "もう一つ質問に答えて確度を上げる",
    "r-export": "ほかの人向けのレポートを書く", "r-restart": "別の問題を最初から", "r-failures": "このログの {n} 件の失敗から別のものを選ぶ",
    "healthy": "失敗は見当たりません。", "unknown-cause": "この失敗は知識ベースにありません。",
    "unknown-help": "ログをもう少し貼り付けるか、次で登録してください: troubleshooter kb new --from-log LOG --id my-cause --into my-pack", "nearest": "近いもの",
    "not-ours": "環境の問題ではありません。", "predicted": "ファイルから予測される失敗", "next": "その次に",
    "why-lead": "根拠", "find": "調べ方", "why": "理由", "log": "ログ", "weight-weak": "弱い", "weight-moderate": "中程度",
    "weight-strong": "強い", "weight-decisive": "決定的", "what-is-wrong": "何が問題か", "evidence": "根拠", "remedies": "対処",
    "no-remedy": "当てはまる対処がありません。", "done": "適用済み", "refused": "ファイルを変更できません:", "verify": "確認",
    "cost": "代償:", "proven": "実際のビルドで実証済み", "apply": "適用", "copy": "コピー", "to-file": "ファイルに書く", "take-back": "元に戻す",
    "remedy": "対処 {n}", "apply-title": "この変更を書き込みますか", "apply-no": "この対処で変わるファイルはありません。手順に従ってください。",
    "yes-apply": "書き込む", "no": "やめる", "yes": "はい", "written": "書き込みました: {paths}", "taken-back": "元に戻しました: {paths}",
    "take-back-title": "この変更を元に戻しますか", "now-build": "もう一度ビルドしてください。まだ失敗する場合は i で新しいログを渡してください。",
    "copied": "コピーしました(端末が OSC 52 に対応している場合)。確実なのは o でファイルに書くことです。", "file-name": "どのファイルに書きますか",
    "exists": "{path} は既にあります。もう一度 Enter で上書きします", "save-name": "セッションをどのファイルに保存しますか", "export-name": "レポートをどのファイルに書きますか (.md または .json)",
    "log-name": "どのログですか", "resume-name": "どのセッションですか", "folder-hint": "Tab または ↓ でファイル一覧へ", "still-name": "変更後のログはどれですか",
    "reading": "{name} を読み込み中", "cancel": "中止", "cancelled": "中止しました。何も読んでいません。", "counting": "行を数えています",
    "failures-title": "このログには互いに関係のない失敗が複数あります。どれから始めますか", "failure-row": "{line} 行目",
    "why-title": "この質問をする理由", "why-known": "判明していること", "why-needed": "この回答を待つルール", "why-change": "各回答による変化",
    "nothing-to-ask": "順位を変えうる質問はもうありません。", "how-title": "この確度になった過程", "rule-fired": "成立",
    "rule-waits": "待っている事項", "rule-for": "支持", "rule-against": "反対", "absent": "なし", "help-title": "ヘルプ", "keys": "キー",
    "change-title": "判明事項を変更", "change-help": "読み取った値よりも回答が優先されます。", "change-own": "またはほかの値", "forget": "回答を取り消す",
    "changed-fact": "変更しました: {name}", "undone": "取り消しました。", "nothing-to-undo": "取り消すものがありません。", "no-log": "表示できるログがありません。",
    "log-empty": "行", "decisive": "決め手の行 {n} / {total}", "no-marks": "決め手になった行はありません。", "of": "/",
    "not-understood": "回答として解釈できません。番号か語句を入力するか、コマンドの出力を貼り付けてください。", "quit-hint": "ctrl+q で終了",
    "again-help": "新しい試行のログを渡してください。同じセッションで続けます。", "saved": "保存しました: {path}", "restart-title": "最初からやり直しますか",
    "restart-help": "このセッションは「最近のセッション」に残ります。", "contradiction": "矛盾: {name} は {x} ({a})、一方で {y} ({b})",
    "read-from-paste": "貼り付けから読み取りました: {facts}", "theme": "テーマ: {name}", "palette": "すべての操作", "pane": "次の枠",
    "k-answer": "回答", "k-why": "理由", "k-how": "過程", "k-back": "戻る", "k-fix": "対処", "k-log": "ログ", "k-save": "保存", "k-export": "レポート",
    "k-again": "まだ失敗", "k-failures": "失敗一覧", "k-restart": "別の問題", "k-quit": "終了", "k-help": "ヘルプ", "k-language": "English", "k-theme": "テーマ",
    "k-pane": "枠移動", "k-palette": "操作一覧", "k-close": "閉じる", "k-apply": "適用", "k-copy": "コピー", "k-file": "ファイルへ", "k-next": "次の印", "k-previous": "前の印",
    "k-top": "先頭行", "k-end": "最終行", "k-open": "ログを開く", "k-project": "プロジェクト", "k-resume": "再開", "k-start": "開始", "k-list": "一覧へ",
    "k-change": "変更", "k-takeback": "元に戻す", "k-unknown": "分からない", "k-undo": "取り消し",
    "help-start": "うまくいかなかったことを貼り付けるか入力して Enter を押してください。入力中は近い原因が下に並び、矢印キーで選べます。ログを開くことも、"
                  "このフォルダーのプロジェクトを読むこともできます。すべてマウスでも操作できます。",
    "help-dialogue": "1 から 9 で回答、0 は「分からない」、矢印キーと Enter、入力、または示されたコマンドの出力の貼り付けでも回答できます。質問の横には残った原因と、"
                     "判明事項が出典とともに並びます。判明事項の上で Enter を押すと変更できます。回答はいつでも取り消せます。",
    "help-cause": "何が問題か、ログの行とともに支持・反対の根拠、そして対処がタブで並びます。適用は変更をもう一度示し、確認してから書き込みます。コピーは端末を通して"
                  "行われます。「ファイルへ」は必ず使えます。",
    "help-log": "ログ全体です。▶ は決め手の行、• は認識した行です。n と p で印の間を移動します。",
    "help-text": "矢印キー、Page Up / Page Down、マウスホイールでスクロールします。",
    "long-k-answer": "質問に答える", "long-k-why": "この質問をする理由", "long-k-how": "最有力の原因に至った過程",
    "long-k-back": "直前の回答を取り消す", "long-k-fix": "何が問題で何を変えるか", "long-k-log": "ログを見る", "long-k-save": "セッションを保存",
    "long-k-export": "レポートを書く (Markdown / JSON)", "long-k-again": "まだ失敗する: 新しいログを読む", "long-k-failures": "複数の失敗から選ぶ",
    "long-k-restart": "別の問題を最初から", "long-k-quit": "終了", "long-k-help": "この画面のヘルプ", "long-k-language": "Show in English",
    "long-k-theme": "次のテーマ: 暗い、明るい、端末の色", "long-k-palette": "すべての操作", "long-k-pane": "次の枠へ",
    "long-k-apply": "対処をファイルに適用", "long-k-copy": "対処をコピー (OSC 52)", "long-k-file": "対処をファイルに書く",
    "long-k-takeback": "適用した変更を元に戻す", "long-k-open": "ログを開く", "long-k-project": "このフォルダーのプロジェクトを読む",
    "long-k-resume": "保存したセッションを再開", "long-k-next": "次の決め手の行", "long-k-previous": "前の決め手の行",
    "signs": "記号: ✎ 回答・入力 · ファイルやログから ≈ 推論 ? 質問中 ▶ 決め手の行",
}  # fmt: skip


def words(language: str) -> dict[str, str]:
    """All words that a screen may need."""
    return {**report.words(language), **dialogue.words(language), **(JA if language == "ja" else EN)}


def long(word: str, w: dict[str, str]) -> str:
    """The word of a key as a sentence, where there is one: in help and palette there is room."""
    return w.get(f"long-{word}", w[word])
