"""The generator renders conversations as chat.jinja does (recorded from llama.cpp by tests/record.py)."""
import json
import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from generator import segments, stream  # noqa: E402
from generator.conversation import SYSTEM_LIMIT, shortened  # noqa: E402


class TemplateTest(unittest.TestCase):
    def test_prompts_are_those_of_the_template(self):
        with open(os.path.join(HERE, "fixtures", "prompts.json"), encoding="utf-8") as file:
            recorded = json.load(file)
        source = stream(recorded[0]["seed"])
        for record in recorded:
            conversation = next(source)
            self.assertEqual("".join(text for text, _ in segments(conversation)[:-1]), record["prompt"])

    def test_a_long_system_prompt_loses_its_middle(self):
        text = "first " + "word " * 2000 + "last"
        short = shortened(text)
        self.assertLessEqual(len(short), SYSTEM_LIMIT)
        self.assertTrue(short.startswith("first ") and short.endswith(" last") and "\n[...]\n" in short)


if __name__ == "__main__":
    unittest.main()
