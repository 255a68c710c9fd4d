#!/usr/bin/env python3
"""Holds source files to their size: 500 lines, tests 800. Names those over 300, which want a reason.

    check_size.py [ROOT]       check the source folders of ROOT
    check_size.py --self-test  prove that the limits are where they are said to be
"""
import sys
import tempfile
from pathlib import Path

FOLDERS = ["src", "fuzz", "bench", "tools", "cmake", "models", "tests", "console"]
SUFFIXES = {".h", ".cpp", ".c", ".py", ".sh", ".mjs", ".js", ".ts", ".tsx", ".css", ".cmake"}
SKIPPED = {"node_modules", "work", "build", "__pycache__"}
LIMIT, TEST_LIMIT, WANTS_A_REASON = 500, 800, 300


def is_test(path):
    return path.parts[0] == "tests" or "tests" in path.parts or path.stem.endswith("_test")


def sizes(root):
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            path = file.relative_to(root)
            if file.suffix in SUFFIXES and file.is_file() and not SKIPPED & set(path.parts):
                yield path, file.read_text(encoding="utf-8", errors="replace").count("\n")


def check(root):
    """(failures, warnings) as lines of text."""
    failures, warnings = [], []
    for path, lines in sizes(root):
        limit = TEST_LIMIT if is_test(path) else LIMIT
        if lines > limit:
            failures.append(f"{path}: {lines} lines; the limit is {limit}")
        elif lines > WANTS_A_REASON and not is_test(path):
            warnings.append(f"{path}: {lines} lines; over {WANTS_A_REASON} wants a reason")
    return failures, warnings


def self_test():
    cases = [  # file, lines, fails, warns
        ("src/a.cpp", 300, False, False), ("src/a.cpp", 301, False, True), ("src/a.cpp", 500, False, True),
        ("src/a.cpp", 501, True, False), ("src/a_test.cpp", 800, False, False), ("src/a_test.cpp", 801, True, False),
        ("tests/path/a.py", 800, False, False), ("tools/a.py", 501, True, False),
        ("tests/sdk/node_modules/a.js", 9999, False, False), ("src/a.txt", 9999, False, False),
    ]
    for name, lines, fails, warns in cases:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / name
            file.parent.mkdir(parents=True)
            file.write_text("x\n" * lines)
            failures, warnings = check(Path(folder))
            if (bool(failures), bool(warnings)) != (fails, warns):
                sys.exit(f"self-test: {name} of {lines} lines: {failures} {warnings}")
    print(f"self-test: {len(cases)} cases as expected")


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        self_test()
    else:
        repository = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
        failures, warnings = check(repository)
        print("\n".join(warnings + failures) or "sizes: all files within their limits")
        sys.exit(1 if failures else 0)
