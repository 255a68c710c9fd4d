"""hard.py: every question belongs to the line of data/ that it came from."""
import math
import os
import sys
import unittest

MODELS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, MODELS)
try:
    import hard
except ImportError:       # it needs PyTorch
    hard = None
from generator.skills import smalltalk, tool_calls, unknown  # noqa: E402


@unittest.skipIf(hard is None, "needs PyTorch")
class HardTest(unittest.TestCase):
    def test_patterns_are_known_and_the_question_is_made_of_them(self):
        for skill, known in hard.patterns().items():
            for pattern, conversation in hard.asked(skill, known, 60):
                self.assertIn(pattern, known)
                if skill in (smalltalk, unknown) and "[" not in pattern and "{" not in pattern:
                    self.assertIn(pattern[:3].lower(), conversation.question.lower())

    def test_a_tools_request_is_the_one_that_is_called(self):
        for _, conversation in hard.asked(tool_calls, hard.patterns()[tool_calls], 60):
            self.assertEqual(len(conversation.turns[-1].calls), 1)
            self.assertIn(conversation.turns[-1].calls[0].name, [tool.name for tool in conversation.tools])

    def test_a_network_that_knows_nothing_finds_all_tokens_equally_likely(self):
        import torch
        from network import Network
        from tokenizer import Tokenizer
        tokenizer = Tokenizer.load()
        network = Network(len(tokenizer.vocabulary), {"width": 64, "layers": 1, "heads": 1, "hidden": 64, "base": 10000.0})
        torch.nn.init.zeros_(network.embedding)
        _, conversation = next(hard.asked(smalltalk, hard.patterns()[smalltalk], 1))
        loss = hard.first_loss(network, tokenizer, conversation)
        self.assertAlmostEqual(loss, hard.FIRST_TOKENS * math.log(len(tokenizer.vocabulary)), places=2)
        conversation.system = "word " * 1000
        conversation.turns[0].text = "word " * 2000
        self.assertIsNone(hard.first_loss(network, tokenizer, conversation))


if __name__ == "__main__":
    unittest.main()
