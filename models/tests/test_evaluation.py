"""The shipped model through the real server: a few hundred fixed cases (eval/cases.json), greedy. Each skill must keep
its bar (eval/bars.json), which stands a little under what the file reached when it was made.

Needs the server's binary: TRILOGUE_BINARY, else the release build's. Without it, the tests are skipped.
"""
import json
import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
MODELS = os.path.dirname(HERE)
sys.path.insert(0, MODELS)

from judge import is_right, shown  # noqa: E402
from server import BINARY, Server  # noqa: E402

NAMES = ("step-3.5-flash", "step-3.5-flash-2603", "step-3.7-flash")


def load(name):
    with open(os.path.join(MODELS, "eval", name), encoding="utf-8") as file:
        return json.load(file)


@unittest.skipUnless(os.path.exists(BINARY), "needs the server's binary")
class EvaluationTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    def test_every_skill_keeps_its_bar(self):
        cases, bars = load("cases.json"), load("bars.json")
        right, misses = {}, {}
        for case, choice in zip(cases, self.server.ask_all([c["request"] for c in cases])):
            ok = is_right(case["right"], choice["message"])
            right[case["skill"]] = right.get(case["skill"], 0) + ok
            if not ok:
                misses.setdefault(case["skill"], []).append(shown(choice["message"])[:200])
        self.assertEqual(sorted(right), sorted(bars))
        for skill, bar in bars.items():
            with self.subTest(skill=skill):
                self.assertGreaterEqual(right[skill], bar, "\n".join(misses.get(skill, [])))

    def test_greedy_replies_are_those_of_pytorch(self):
        """Recorded from unquantized weights, so a few may differ."""
        recorded = load("../tests/fixtures/outputs.json")
        same = 0
        for record, choice in zip(recorded, self.server.ask_all([r["request"] for r in recorded])):
            message = choice["message"]
            same += message["content"] == record["answer"] and message.get("reasoning", "").strip() == record["thought"].strip()
        self.assertGreaterEqual(same, 0.8 * len(recorded), f"{same} of {len(recorded)}")

    def test_it_introduces_itself_under_every_name(self):
        for name in NAMES:
            choice = self.server.ask({"model": name, "messages": [{"role": "user", "content": "Hello, please introduce yourself."}]})
            self.assertEqual(choice["finish_reason"], "stop")
            self.assertIn("Trilogue's small bundled model", choice["message"]["content"])

    def test_the_thinking_grows_with_the_effort(self):
        question = {"messages": [{"role": "user", "content": "What is 45 + 38?"}]}
        lengths = [len(self.server.ask(question | {"reasoning_effort": effort})["message"].get("reasoning", ""))
                   for effort in ("none", "low", "medium", "high")]
        self.assertEqual(lengths, sorted(lengths))
        self.assertEqual(lengths[0], 0)
        self.assertEqual(len(set(lengths)), 4, lengths)


class JudgeTest(unittest.TestCase):
    def test_calls_are_compared_as_json(self):
        def message(arguments):
            return {"content": "", "tool_calls": [{"function": {"name": "f", "arguments": arguments}}]}
        right = {"calls": [["f", {"n": 2, "on": True}]]}
        self.assertTrue(is_right(right, message('{"on": true, "n": 2.0}')))
        for wrong in ('{"n": 2, "on": 1}', '{"n": 2}', '{"n": "2", "on": true}', '{"n": 2, "on": true, "x": 1}'):
            self.assertFalse(is_right(right, message(wrong)), wrong)

    def test_a_call_that_was_cut_off_is_wrong(self):
        cut = {"content": "", "tool_calls": [{"function": {"name": "f", "arguments": '{"n": '}}]}
        self.assertFalse(is_right({"calls": [["f", {"n": 2}]]}, cut))
        self.assertFalse(is_right({"says": ["n"]}, cut))

    def test_a_call_is_no_answer_and_an_answer_no_call(self):
        called = {"content": "yes", "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]}
        self.assertFalse(is_right({"answers": ["yes"]}, called))
        self.assertFalse(is_right({"says": ["yes"]}, called))
        self.assertFalse(is_right({"calls": [["f", {}]]}, {"content": "f"}))

    def test_what_must_and_must_not_be_said(self):
        right = {"says": ["snow|ice", "-3"], "not": ["sun"]}
        self.assertTrue(is_right(right, {"content": "Snow at -3 degrees"}))
        self.assertFalse(is_right(right, {"content": "Snow"}))
        self.assertFalse(is_right(right, {"content": "Snow and sun, -3"}))


if __name__ == "__main__":
    unittest.main()
