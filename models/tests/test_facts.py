"""What the fact list says of the server (generator/data/trilogue.txt) against the documents and the sources: every path,
field, header, flag, status and model name in an answer must stand there."""
import os
import re
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
MODELS = os.path.dirname(HERE)
ROOT = os.path.dirname(MODELS)
sys.path.insert(0, MODELS)

import generator  # noqa: E402
from generator.skills.trilogue import FACTS  # noqa: E402
from tokenizer import Tokenizer  # noqa: E402

TERM = re.compile(r'/v1/[a-z/]+|/health|/ready|/metrics|--[a-z-]+|step-3\.\d-flash(?:-\d+)?|"[a-z_]+"|\b(?:json_object|json_schema|'
                  r'Retry-After|Authorization|Bearer|top_p|[45]\d\d)\b')
OURS = {"low", "medium", "high"}


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def project_text():
    """README, documents and sources, without the tests."""
    parts = [read(os.path.join(ROOT, "README.md"))]
    for folder, kinds in (("docs", (".md",)), ("src", (".cpp", ".h"))):
        for place, _, names in os.walk(os.path.join(ROOT, folder)):
            parts += [read(os.path.join(place, n)) for n in sorted(names) if n.endswith(kinds) and not n.endswith("_test.cpp")]
    return "\n".join(parts)


def terms():
    found = {t.strip('"') for fact in FACTS for answer in fact.answers for t in TERM.findall(answer)}
    return found - OURS


class FactsTest(unittest.TestCase):
    def test_every_name_in_an_answer_is_one_of_the_server(self):
        text = project_text()
        missing = {t for t in terms() if t not in text}
        self.assertEqual(missing, set())

    def test_there_are_names_to_look_for(self):
        self.assertGreater(len(terms()), 30)
        self.assertIn("/v1/chat/completions", terms())
        self.assertIn("--model", terms())

    def test_the_facts_that_are_numbers(self):
        sizes = [a for fact in FACTS for a in fact.answers if "32,768 tokens" in a]
        self.assertTrue(sizes)
        self.assertIn("CONTEXT = 32768", read(os.path.join(MODELS, "export.py")))

    def test_no_thought_is_longer_than_the_server_lets_this_model_think(self):
        budgets = re.search(r"kBundledThinking\{(\d+), (\d+), (\d+)\}", read(os.path.join(ROOT, "src", "app", "model_list.cpp")))
        self.assertIn("the bundled model at most {} / {} / {}".format(*budgets.groups()), read(os.path.join(ROOT, "README.md")))
        tokenizer = Tokenizer.load()
        for effort, budget in zip(("low", "medium", "high"), budgets.groups()):
            source = generator.stream(6, effort=effort)
            thoughts = [c.turns[-1].thought for c in (next(source) for _ in range(300))]
            self.assertLess(max(len(tokenizer.encode(t)) for t in thoughts), int(budget))


if __name__ == "__main__":
    unittest.main()
