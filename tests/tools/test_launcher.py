"""The compiler's launcher: a precompiled header is never made out of its former self."""

import os
import pathlib
import subprocess

import pytest

repository = pathlib.Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("words", "stays"), [(["-Xclang", "-emit-pch", "-include", "x.hxx"], False), (["-include-pch", "x.hxx.pch"], True)])
def test_a_former_header_goes_before_it_is_made_anew(tmp_path, words, stays):
    ccache = tmp_path / "ccache"
    ccache.write_text('#!/bin/sh\necho "$CCACHE_SLOPPINESS" "$@"; ls\n')
    ccache.chmod(0o755)
    (tmp_path / "x.hxx.pch").touch()
    out = ["-o", "x.hxx.pch" if not stays else "x.o"]
    done = subprocess.run([repository / "cmake/compile", "clang++", *words, *out], cwd=tmp_path, text=True, check=True,
                          stdout=subprocess.PIPE, env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"})
    said, *files = done.stdout.splitlines()
    assert said == " ".join(["pch_defines,time_macros", "clang++", *words, *out])
    assert ("x.hxx.pch" in files) == stays
