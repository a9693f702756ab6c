"""``troubleshooter inspect FILE or -``: what a program or a whole image tells, and whether it will start."""

from __future__ import annotations

import sys

from troubleshooter.case import case_from
from troubleshooter.cli.common import evidence_for, knowledge_for, rendered
from troubleshooter.cli.options import Parser, colour, language, shared
from troubleshooter.diagnosis import diagnose
from troubleshooter.evidence import artifact


def main(arguments: list[str]) -> int:
    parser = Parser("troubleshooter inspect", parents=[shared()],
                    description="Read a program, or an image as docker save writes it, and tell whether it will start.")  # fmt: skip
    parser.add_argument("file", help="a program, an image archive or an OCI layout folder; - reads standard input")
    parser.add_argument("--final-image", default="", metavar="IMAGE", help="the image that the program is to run in")
    parser.add_argument("--platform", default="", metavar="OS/ARCH", help="which platform of an image with several")
    parser.add_argument("--image-name", default="", metavar="NAME", help="which image of an archive with several")
    given = parser.parse_args(arguments)
    if given.final_image:
        given.fact.append(f"final.image={given.final_image}")
    if given.project is None and given.dockerfile is None:
        given.no_project = True  # the folder one happens to be in says nothing of a file that is named
    knowledge = knowledge_for(given)
    read = artifact.read(given.file, given.platform, given.image_name, sys.stdin)
    evidence, notes = evidence_for(given, "", knowledge)
    case = case_from(artifact.over(evidence, read), knowledge, notes)
    diagnosis = diagnose(case, knowledge)
    if given.format == "text":
        from troubleshooter.report.inspect_report import render

        sys.stdout.write(render(diagnosis, read, language(given), colour(given)))
    else:
        sys.stdout.write(rendered(diagnosis, given))
    return 1 if any(c.certainty >= 0.5 for c in diagnosis.causes) else 0
