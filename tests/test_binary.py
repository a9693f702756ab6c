"""Files by their content: kinds, ELF headers, Go's build information, scripts; and what happens to damaged ones."""

from __future__ import annotations

import os
import random
import shutil
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from elf_maker import FRAME, GLIBC_LOADER, MODULES, inline_build_info, make_elf
from hypothesis import given
from hypothesis import strategies as st

from troubleshooter.evidence import binary, elf, program, script
from troubleshooter.evidence.buildinfo import MAGIC, find_build_info, parse_build_info


def known(source: bytes | Path) -> dict[str, str]:
    return {fact.name: fact.value for fact in binary.facts(source)}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "empty"),
        (b"#!/bin/sh\n", "script"),
        (b"\xef\xbb\xbf#!/bin/sh\n", "script"),
        (b"hello\n", "text"),
        ("é" * 1000, "text"),
        (b"!<arch>\n__.PKGDEF", "archive"),
        (b"MZ" + b"\0" * 100, "pe"),
        (b"\xcf\xfa\xed\xfe\x07\0\0\x01", "mach-o"),
        (b"\xca\xfe\xba\xbe\0\0\0\x02\x01\0\0\x07", "mach-o"),
        (b"\xca\xfe\xba\xbe\0\0\0\x34", "data"),
        (b"\0asm\x01\0\0\0", "wasm"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"PK\x03\x04", "zip"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git-lfs"),
        (b"\0\0\0\0", "data"),
    ],
)
def test_kinds(content: bytes | str, kind: str) -> None:
    assert known(content if isinstance(content, bytes) else content.encode())["binary.kind"] == kind


def test_a_dynamic_program_names_loader_libraries_and_glibc() -> None:
    facts = known(
        make_elf(
            GLIBC_LOADER,
            ("libc.so.6", "libsqlite3.so.0"),
            tags=((elf.DT_RUNPATH, "$ORIGIN/lib:/opt/lib"),),
            glibc=("GLIBC_2.4", "GLIBC_2.34", "GLIBC_2.9"),
        )
    )
    assert (
        facts
        | {
            "link": "dynamic",
            "binary.interpreter": GLIBC_LOADER,
            "binary.needs": "libc.so.6 libsqlite3.so.0",
            "binary.runpath": "$ORIGIN/lib:/opt/lib",
            "binary.glibc": "2.34",
            "binary.libc": "glibc",
            "binary.arch": "amd64",
            "binary.os": "linux",
            "binary.pie": "no",
            "binary.type": "program",
            "binary.go": "no",
        }
        == facts
    )


def test_a_version_that_names_a_property_counts_as_the_glibc_that_brought_it() -> None:
    assert known(make_elf(GLIBC_LOADER, ("libc.so.6",), glibc=("GLIBC_2.34", "GLIBC_ABI_DT_RELR")))["binary.glibc"] == "2.36"


def test_a_static_program() -> None:
    facts = known(make_elf())
    assert (facts["link"], facts["binary.libc"], facts["binary.stripped"]) == ("static", "none", "yes")
    assert "binary.interpreter" not in facts and "binary.needs" not in facts


@pytest.mark.parametrize(
    ("interpreter", "needs", "libc"),
    [
        ("/lib/ld-musl-aarch64.so.1", (), "musl"),
        ("", ("libc.musl-x86_64.so.1",), "musl"),
        ("/lib/ld-linux-aarch64.so.1", (), "glibc"),
        ("/system/bin/linker64", (), "bionic"),
    ],
)
def test_the_c_library_shows(interpreter: str, needs: tuple[str, ...], libc: str) -> None:
    assert known(make_elf(interpreter, needs))["binary.libc"] == libc


@pytest.mark.parametrize(
    ("machine", "order", "bits", "arch"),
    [
        (62, "<", 64, "amd64"),
        (183, "<", 64, "arm64"),
        (40, "<", 32, "arm"),
        (3, "<", 32, "386"),
        (8, ">", 32, "mips"),
        (8, "<", 64, "mips64le"),
        (21, "<", 64, "ppc64le"),
        (22, ">", 64, "s390x"),
        (243, "<", 64, "riscv64"),
    ],
)
def test_architectures_are_named_as_go_names_them(machine: int, order: str, bits: int, arch: str) -> None:
    facts = known(make_elf("/lib/ld.so", ("libc.so.6",), machine=machine, order=order, bits=bits))
    assert (facts["binary.arch"], facts["binary.needs"]) == (arch, "libc.so.6")


def test_pie_and_shared_library() -> None:
    pie = known(make_elf(GLIBC_LOADER, type_=elf.ET_DYN))
    assert (pie["binary.pie"], pie["binary.type"]) == ("yes", "program")
    library = known(make_elf("", ("libc.so.6",), type_=elf.ET_DYN, tags=((elf.DT_SONAME, "libx.so.1"),)))
    assert (library["binary.pie"], library["binary.type"]) == ("no", "shared-library")


def test_a_packed_program_does_not_claim_to_be_static() -> None:
    content = bytearray(make_elf())
    content[300:304] = b"UPX!"
    facts = known(bytes(content))
    assert facts["binary.packed"] == "upx" and "link" not in facts


def test_build_information_since_go_1_18() -> None:
    facts = known(make_elf(data=inline_build_info()))
    assert (
        facts
        | {
            "binary.go": "yes",
            "go.version": "1.24.3",
            "cgo": "1",
            "build.tags": "netgo,osusergo",
            "build.ldflags": '-s -w -X main.v=a"b',
            "build.cpu": "GOAMD64=v3",
            "build.module": "example.org/app",
            "build.package": "example.org/app/cmd/app",
        }
        == facts
    )


@pytest.mark.parametrize(("order", "flag"), [("<", 0), (">", 1)])
def test_build_information_before_go_1_18(order: str, flag: int) -> None:
    """The header holds addresses of two Go strings, each an address and a length."""
    probe = make_elf(data=b"\xaa" * 64, order=order)
    start = probe.index(b"\xaa" * 64)
    address = 0x400000 + start
    text = FRAME + MODULES + FRAME
    version_at, text_at = address + 64, address + 80
    blob = MAGIC + bytes([8, flag]) + struct.pack(order + "QQ", address + 32, address + 48)
    blob += struct.pack(order + "QQQQ", version_at, 7, text_at, len(text))
    blob += b"go1.17\0".ljust(16, b"\0") + text
    facts = known(make_elf(data=blob, order=order))
    assert facts["go.version"].rstrip("\0") == "1.17" and facts["build.module"] == "example.org/app"


def test_build_information_in_other_formats() -> None:
    mach_o = b"\xcf\xfa\xed\xfe\x0c\0\0\x01".ljust(4096, b"\0") + inline_build_info()
    facts = known(mach_o)
    assert (facts["binary.os"], facts["binary.arch"], facts["go.version"]) == ("darwin", "arm64", "1.24.3")
    pe = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x80)
    pe = pe.ljust(0x80, b"\0") + b"PE\0\0\x64\x86"
    assert known(pe.ljust(4096, b"\0"))["binary.arch"] == "amd64"


def test_misaligned_magic_is_not_build_information() -> None:
    assert known(make_elf(data=b"12345678" + inline_build_info()))["binary.go"] == "no"


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_build_information_is_read(version: bytes, text: bytes) -> None:
    parse_build_info(version, FRAME + text + b"\n" + FRAME)
    known(make_elf(data=MAGIC + version + text))


# --- damage --------------------------------------------------------------------------------------------------------


def read_or_typed_error(content: bytes) -> None:
    try:
        binary.facts(content)
    except program.BinaryError as error:
        assert error.says and error.cure


def test_a_truncated_program_is_an_error_that_says_so() -> None:
    whole = make_elf(GLIBC_LOADER, ("libc.so.6",))
    with pytest.raises(program.BinaryError, match=r"should have .* bytes and has"):
        binary.facts(whole[:-10])


@given(st.binary())
def test_any_bytes_after_the_magic(content: bytes) -> None:
    read_or_typed_error(b"\x7fELF" + content)
    read_or_typed_error(content)


@given(st.integers(0, 2**32), st.integers(1, 30))
def test_damaged_programs_never_crash(seed: int, changes: int) -> None:
    chance = random.Random(seed)
    content = bytearray(make_elf(GLIBC_LOADER, ("libc.so.6",), glibc=("GLIBC_2.4",), data=inline_build_info()))
    for _ in range(changes):
        content[chance.choice([chance.randrange(400), chance.randrange(1024, len(content))])] = chance.choice([0, 1, 255, 16])
    read_or_typed_error(bytes(content[: chance.choice([len(content), chance.randrange(len(content))])]))


def test_a_table_that_points_to_itself_ends() -> None:
    content = make_elf(GLIBC_LOADER, ("libc.so.6",), glibc=("GLIBC_2.4", "GLIBC_2.5"))
    count = struct.pack("<qQ", elf.DT_VERNEEDNUM, 1)
    content = content.replace(count, struct.pack("<qQ", elf.DT_VERNEEDNUM, 2**63))
    read_or_typed_error(content.replace(struct.pack("<HHI", 1, 2, 1), struct.pack("<HHI", 1, 65535, 1)))


def test_what_is_not_a_file(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent"):
        with pytest.raises(program.BinaryError, match="not a file"):
            binary.facts(path)


# --- real programs -------------------------------------------------------------------------------------------------

GCC, MUSL_GCC = shutil.which("gcc"), shutil.which("musl-gcc")
GO = shutil.which("go")


@pytest.fixture
def compiled(tmp_path: Path) -> Callable[..., Path]:
    def build(compiler: str, *flags: str) -> Path:
        (tmp_path / "main.c").write_text('#include <stdio.h>\nint main(void) { return puts("hi") < 0; }\n')
        program = tmp_path / "program"
        subprocess.run([compiler, *flags, "-o", str(program), str(tmp_path / "main.c")], check=True)
        return program

    return build


@pytest.mark.skipif(GCC is None, reason="gcc is not installed: real ELF files are not tested")
@pytest.mark.parametrize(
    ("flags", "link", "pie"),
    [
        (["-no-pie"], "dynamic", "no"),
        (["-pie", "-fPIE"], "dynamic", "yes"),
        (["-static"], "static", "no"),
        (["-s"], "dynamic", "yes"),
    ],
)
def test_programs_of_gcc(compiled: Callable[..., Path], flags: list[str], link: str, pie: str) -> None:
    facts = known(compiled(str(GCC), *flags))
    assert (facts["link"], facts["binary.libc"], facts["binary.pie"]) == (link, "glibc", pie)
    assert facts["binary.stripped"] == ("yes" if flags == ["-s"] else "no")
    assert ("binary.glibc" in facts) == (link == "dynamic")


@pytest.mark.skipif(MUSL_GCC is None, reason="musl-gcc is not installed: real musl programs are not tested")
def test_programs_of_musl_gcc(compiled: Callable[..., Path]) -> None:
    facts = known(compiled(str(MUSL_GCC)))
    assert (facts["binary.libc"], facts["link"]) == ("musl", "dynamic")
    assert facts["binary.interpreter"].startswith("/lib/ld-musl-")


@pytest.mark.skipif(GO is None, reason="go is not installed: real Go programs are not tested")
@pytest.mark.parametrize(("cgo", "flags", "link"), [("0", [], "static"), ("0", ["-buildmode=pie"], "dynamic")])
def test_programs_of_go(tmp_path: Path, cgo: str, flags: list[str], link: str) -> None:
    (tmp_path / "go.mod").write_text("module example.org/app\n\ngo 1.18\n")
    (tmp_path / "main.go").write_text("package main\n\nfunc main() {}\n")
    env = os.environ | {"CGO_ENABLED": cgo, "GOFLAGS": "-buildvcs=false", "GOCACHE": str(tmp_path / "cache")}
    subprocess.run([str(GO), "build", "-tags", "a,b", *flags, "-o", "app", "."], cwd=tmp_path, env=env, check=True)
    facts = known(tmp_path / "app")
    assert (facts["link"], facts["cgo"], facts["build.tags"]) == (link, cgo, "a,b")
    assert facts["go.version"] in subprocess.run([str(GO), "version"], capture_output=True, text=True, check=True).stdout


def test_agrees_with_pyelftools() -> None:
    elftools = pytest.importorskip("elftools.elf.elffile", reason="pyelftools is not installed: no second opinion")
    candidates = sorted([*Path("/usr/lib").glob("*-linux-gnu/lib*.so.[0-9]"), *Path("/usr/bin").glob("[a-d]*")])
    compared = 0
    for path in candidates[:: max(len(candidates) // 25, 1)]:
        if not path.is_file() or path.read_bytes()[:4] != b"\x7fELF":
            continue
        program = binary.read_binary(path).elf
        with path.open("rb") as stream:
            other = elftools.ELFFile(stream)
            needs = [t.needed for t in other.get_section_by_name(".dynamic").iter_tags() if t.entry.d_tag == "DT_NEEDED"]
            section = other.get_section_by_name(".gnu.version_r")
            needed = [(lib.name, v.name) for lib, versions in section.iter_versions() for v in versions] if section else []
        assert program and list(program.needs) == needs and list(program.needed) == needed
        compared += 1
    if not compared:
        pytest.skip("no system library found to compare")


# --- scripts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"#!/bin/sh\nset -e\n", ("/bin/sh", "", "lf", False)),
        (b"#!/bin/bash\r\nset -e\r\n", ("/bin/bash", "", "crlf", False)),
        (b"#! /usr/bin/env -S PATH=/x bash -e\n", ("/usr/bin/env", "bash", "lf", False)),
        (b"\xef\xbb\xbf#!/bin/sh\n", ("/bin/sh", "", "lf", True)),
        (b"echo hi\n", ("", "", "lf", False)),
        (b"#!", ("", "", "lf", False)),
    ],
)
def test_scripts(head: bytes, expected: tuple[str, str, str, bool]) -> None:
    read = script.read_script(head)
    assert (read.interpreter, read.program, read.newlines, read.bom) == expected


def test_script_facts_on_disk(tmp_path: Path) -> None:
    entry = tmp_path / "entry.sh"
    entry.write_bytes(b"#!/bin/sh\r\n")
    entry.chmod(0o644)
    facts = {fact.name: fact.value for fact in script.facts(entry, "entry.sh")}
    assert facts == {
        "entry.newlines": "crlf",
        "entry.portable": "yes",
        "entry.shebang": "yes",
        "entry.interpreter": "/bin/sh",
        "entry.executable": "no",
    }


@given(st.binary())
def test_any_bytes_are_a_script(head: bytes) -> None:
    script.script_facts(head, None, "x")


def test_build_information_is_found_across_a_chunk_border() -> None:
    import io

    content = b"\0" * ((1 << 20) - 16) + inline_build_info()
    found = find_build_info(io.BytesIO(content), 0, len(content))
    assert found and found.go == "1.24.3"
