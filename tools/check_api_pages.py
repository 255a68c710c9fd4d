#!/usr/bin/env python3
"""Holds docs/api/NAME.md to src/dialect/NAME: every field that the dialect reads or writes must stand on its page as
code, and every dialect must have its page. Prints each breach and exits 1.

    check_api_pages.py [ROOT]
    check_api_pages.py --self-test  prove that each rule catches what it should
"""
import re
import sys
import tempfile
from pathlib import Path

# The client half reads what others write: no part of our API.
SKIPPED = re.compile(r"(^client|_test\.cpp$)")
NAME = r"([A-Za-z_][A-Za-z0-9_]*)"
READ = [re.compile(rf'\b(?:field|find)\(\s*"{NAME}"\s*\)')]
WRITTEN = [re.compile(rf'\bkey\(\s*"{NAME}"\s*\)'), re.compile(rf'\bfield\(\s*"{NAME}"\s*,'),
           re.compile(rf'[{{,(]\\?"{NAME}\\?":')]  # in a literal that holds JSON


def without_comments(source):
    return re.sub(r"^\s*//.*$", "", source, flags=re.MULTILINE)


def fields_of(folder):
    """{field: the first file that knows it}"""
    found = {}
    for file in sorted(folder.rglob("*.cpp")):
        if SKIPPED.search(file.name):
            continue
        source = without_comments(file.read_text(encoding="utf-8"))
        for pattern in READ + WRITTEN:
            for name in pattern.findall(source):
                found.setdefault(name, file)
    return found


def named_on(page):
    """Every word in code spans and code blocks."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```.*?^```", text, flags=re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    return set(re.findall(r"[A-Za-z_][A-Za-z0-9_]*", " ".join(blocks + spans)))


def breaches(root):
    for folder in sorted(path for path in (root / "src/dialect").iterdir() if path.is_dir()):
        page = root / "docs/api" / f"{folder.name}.md"
        if not page.is_file():
            yield f"{page.relative_to(root)}: no such page"
            continue
        known = named_on(page)
        for name, file in sorted(fields_of(folder).items()):
            if name not in known:
                yield f"{page.relative_to(root)}: `{name}` is missing ({file.relative_to(root)} knows it)"


def self_test():
    cases = [
        ('reader.text(node.field("alpha"))', "alpha"),
        ('body.find("beta")', "beta"),
        ('json.key("gamma").null()', "gamma"),
        ('json.field("delta", 1)', "delta"),
        ('out += R"(,"epsilon":)";', "epsilon"),
        (r'out += "{\"zeta\":1}";', "zeta"),
    ]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        source, page = root / "src/dialect/some/request.cpp", root / "docs/api/some.md"
        for file in (source, page):
            file.parent.mkdir(parents=True)
        for code, name in cases:
            source.write_text(code)
            for text, missing in ((f"the {name}", 1), (f"the `{name}`", 0), (f"```json\n{{\"{name}\": 1}}\n```", 0)):
                page.write_text(text)
                assert len(list(breaches(root))) == missing, (code, text)
        source.write_text('// node.field("eta")\n')
        page.write_text("")
        assert not list(breaches(root))
        page.unlink()
        assert len(list(breaches(root))) == 1
    print("api pages: the rules hold")


def main():
    if "--self-test" in sys.argv:
        return self_test()
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1]
    found = list(breaches(root))
    print("\n".join(found) or "api pages: every field is on its page")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
