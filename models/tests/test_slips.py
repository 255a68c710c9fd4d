"""slips.py: the first wrong token is found, and any of several right answers is right."""
import os
import sys
import unittest

MODELS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, MODELS)
try:
    import torch

    import slips
except ImportError:
    slips = None
from generator import answer_text, segments, stream  # noqa: E402
from generator.skills import arithmetic, smalltalk  # noqa: E402
from tokenizer import Tokenizer  # noqa: E402


@unittest.skipIf(slips is None, "needs PyTorch")
class SlipsTest(unittest.TestCase):
    def setUp(self):
        self.tokenizer = Tokenizer.load()

    def reply(self, skill):
        case = next(stream(3, skill=skill, effort="medium"))
        return case, self.tokenizer.encode(segments(case)[-1][0])

    def logits(self, said):
        return torch.nn.functional.one_hot(torch.tensor(said), len(self.tokenizer.vocabulary)).float()

    def test_what_says_all_of_it_has_no_slip(self):
        for skill in (arithmetic, smalltalk):
            case, target = self.reply(skill)
            self.assertIsNone(slips.first_slip(self.tokenizer, case, target, self.logits(target)))

    def test_the_first_of_two_slips_is_found(self):
        case, target = self.reply(arithmetic)
        said = list(target)
        said[5], said[9] = said[5] + 1, said[9] + 1
        self.assertEqual(slips.first_slip(self.tokenizer, case, target, self.logits(said)), 5)

    def test_another_right_answer_is_no_slip_but_a_wrong_one_is(self):
        case, target = self.reply(smalltalk)
        start = slips._answer_start(self.tokenizer, target)
        self.assertTrue(self.tokenizer.decode(target[start:]).startswith(answer_text(case.turns[-1])[:5]))
        firsts = {self.tokenizer.encode(a)[0] for a in case.answers}
        for other in (*firsts, self.tokenizer.encode("zzz")[0]):
            said = list(target)
            said[start] = other
            found = slips.first_slip(self.tokenizer, case, target, self.logits(said))
            self.assertEqual(found, None if other in firsts else start)


if __name__ == "__main__":
    unittest.main()
