#!/usr/bin/env python3
"""Reads every include below src/ and holds it to the floors: an include goes only to a strictly lower floor, and a
third-party header stands only in the room that owns it. Prints each breach as FILE:LINE and exits 1.

    check_floors.py [ROOT]       check ROOT/src
    check_floors.py --self-test  prove that each rule catches what it should
"""
import re
import sys
import tempfile
from pathlib import Path

FLOORS = {
    "app": 5,
    "serve": 4,
    "engine": 3, "admission": 3,
    "dialect": 2, "store": 2,
    "canon": 1, "wire": 1, "http": 1,
    "base": 0,
}

# Third-party headers: a pattern of the header, the places below src/ that may include it, and why.
# The first row that matches decides. A place is a folder or a file.
ENGINE_LLAMA = ["engine/llama"]
ASIO = ["http", "engine", "admission", "serve", "app"]
OWNERS = [
    (r"(llama|llama-cpp|ggml.*|gguf|mtmd.*)\.h", ENGINE_LLAMA, "the model library"),
    (r"(chat|common|sampling|json-schema-to-grammar|json-schema|json|peg-parser|reasoning-budget|log|unicode)\.h",
     ENGINE_LLAMA, "llama.cpp's common headers"),
    (r"(jinja|nlohmann)/.*", ENGINE_LLAMA, "llama.cpp's JSON and templates"),
    (r"boost/beast.*", ["http"], "HTTP is made in one room"),
    (r"boost/asio/ssl.*", ["http"], "TLS is made in one room"),
    (r"openssl/(evp|sha|crypto)\.h", ["http", "admission"], "digests of keys, and TLS"),
    (r"openssl/.*", ["http"], "TLS is made in one room"),
    (r"zlib\.h", ["http"], "bodies are inflated in one room"),
    (r"boost/asio.*", ASIO, "base, canon, wire, dialect and store do not wait"),
    (r"boost/(system|version|core).*", ASIO, "goes with Asio"),
    (r"boost/.*", [], "no other part of Boost is a dependency"),
    (r"(sqlite3|libpq-fe)\.h", ["store"], "the only SQL"),
    (r"simdjson.*", ["wire"], "JSON is read in one room"),
    (r"CLI/.*", ["app"], "the command line"),
    (r"toml\+\+/.*", ["app"], "the configuration"),
    (r"tl/expected\.hpp", ["base/result.h", "http"], "one alias, base::Result; http has faults of its own"),
    (r"(gtest|gmock)/.*", ["*_test"], "only tests include the test library"),
]
# Headers of ours may not drag these into every room that includes them.
SOURCES_ONLY = [r"simdjson.*", r"boost/beast.*", r"openssl/.*", r"zlib\.h", r"(sqlite3|libpq-fe)\.h"]
# Everything else between < > is the standard library or the operating system.
SYSTEM = re.compile(r"[a-z0-9_]+|(arpa|bits|net|netinet|sys|linux)/[a-z0-9_]+\.h|"
                    r"(dlfcn|errno|fcntl|netdb|poll|pthread|pwd|signal|stdio|stdlib|string|strings|termios|time|unistd|"
                    r"execinfo|ifaddrs|sanitizer/[a-z_]+)\.h")
INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')


def is_test(path):
    """A test, or what only tests include (x_test.cpp, x_testing.h)."""
    return path.stem.endswith(("_test", "_testing", "_fixture")) or path.stem.startswith("test_")


def allowed(places, path):
    name = path.as_posix()
    return any(name == place or name.startswith(place + "/") or (place == "*_test" and is_test(path))
               for place in places)


def third_party(header, path):
    """What is wrong with `path` including <header>, or None."""
    for pattern, places, why in OWNERS:
        if re.fullmatch(pattern, header):
            if not allowed(places, path):
                return f"<{header}> may be included in {', '.join(places) or 'no room'} only ({why})"
            if path.suffix == ".h" and any(re.fullmatch(p, header) for p in SOURCES_ONLY):
                return f"<{header}> belongs in a .cpp: a header would pass it on to every room above"
            return None
    if SYSTEM.fullmatch(header):
        return None
    return f"<{header}> is not a known dependency: it needs a decision record and a row in this file"


def of_ours(header, path, root):
    """What is wrong with `path` including "header", or None."""
    room, target = path.parts[0], header.split("/")[0]
    if target not in FLOORS:
        return f'"{header}" does not start with a room; includes start at src/'
    if not (root / "src" / header).exists():
        return f'"{header}" does not exist'
    if target != room and FLOORS[target] >= FLOORS[room]:
        return (f'"{header}" is on floor {FLOORS[target]}, {room} is on floor {FLOORS[room]}: '
                "an include goes to a lower floor")
    if not is_test(path) and is_test(Path(header)):
        return f'"{header}" is for tests'
    return None


def breaches(root):
    found = []
    for file in sorted((root / "src").rglob("*")):
        if file.suffix not in (".h", ".cpp"):
            continue
        path = file.relative_to(root / "src")
        if path.parts[0] not in FLOORS:
            found.append(f"src/{path}:1: {path.parts[0]} is not a room")
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            kind, header = match.groups()
            wrong = third_party(header, path) if kind == "<" else of_ours(header, path, root)
            if wrong:
                found.append(f"src/{path}:{number}: {wrong}")
    return found


def self_test():
    cases = [  # file, its include line, a word of the expected complaint or None
        ("serve/a.cpp", '#include "engine/engine.h"', None),
        ("engine/a.cpp", '#include "serve/catalogue.h"', "lower floor"),
        ("admission/a.cpp", '#include "engine/engine.h"', "lower floor"),
        ("canon/a.h", '#include "wire/json.h"', "lower floor"),
        ("canon/a.h", '#include "base/result.h"', None),
        ("canon/a.h", '#include "canon/b.h"', "does not exist"),
        ("canon/a.h", '#include "b.h"', "start with a room"),
        ("utils/a.h", "#include <string>", "not a room"),
        ("engine/llama/a.cpp", "#include <llama.h>", None),
        ("engine/scripted/a.cpp", "#include <llama.h>", "engine/llama only"),
        ("serve/a.cpp", "  #  include <chat.h>", "engine/llama only"),
        ("http/a.cpp", "#include <boost/beast/http.hpp>", None),
        ("http/a.h", "#include <boost/beast/http.hpp>", "belongs in a .cpp"),
        ("serve/a.cpp", "#include <boost/beast/http.hpp>", "http only"),
        ("serve/a.cpp", "#include <boost/asio/awaitable.hpp>", None),
        ("dialect/a.cpp", "#include <boost/asio/awaitable.hpp>", "do not wait"),
        ("serve/a.cpp", "#include <boost/algorithm/string.hpp>", "no room"),
        ("admission/a.cpp", "#include <openssl/evp.h>", None),
        ("admission/a.cpp", "#include <openssl/ssl.h>", "http only"),
        ("wire/a.cpp", "#include <simdjson.h>", None),
        ("wire/a.h", "#include <simdjson.h>", "belongs in a .cpp"),
        ("app/a.cpp", "#include <sqlite3.h>", "store only"),
        ("base/a.h", "#include <tl/expected.hpp>", "base/result.h, http only"),
        ("base/a_test.cpp", "#include <gtest/gtest.h>", None),
        ("base/a.cpp", "#include <gtest/gtest.h>", "only tests"),
        ("base/a.cpp", "#include <fmt/format.h>", "decision record"),
        ("base/a.cpp", "#include <sys/random.h>", None),
    ]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for existing in ("engine/engine.h", "serve/catalogue.h", "wire/json.h", "base/result.h"):
            (root / "src" / existing).parent.mkdir(parents=True, exist_ok=True)
            (root / "src" / existing).write_text("")
        for name, line, expected in cases:
            file = root / "src" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"// a comment\n{line}\n")
            found = [text for text in breaches(root) if f"src/{name}:" in text]
            file.unlink()
            if file.parent.name == "utils":
                file.parent.rmdir()
            if expected is None and found or expected is not None and not any(expected in text for text in found):
                sys.exit(f"self-test: {name} with {line!r}: expected {expected!r}, found {found}")
    print(f"self-test: {len(cases)} cases as expected")


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        self_test()
    else:
        repository = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
        wrong = breaches(repository)
        print("\n".join(wrong) if wrong else "floors: every include goes down")
        sys.exit(1 if wrong else 0)
