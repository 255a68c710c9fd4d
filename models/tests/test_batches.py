"""What training is shown of a conversation."""
import os
import random
import sys
import unittest

MODELS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, MODELS)
try:
    import batches
except ImportError:       # it needs PyTorch
    batches = None
from generator import segments, stream  # noqa: E402
from generator.skills import repeating, smalltalk, tool_calls  # noqa: E402
from tokenizer import Tokenizer  # noqa: E402


def take(skill, count):
    source = stream(11, skill=skill)
    return [next(source) for _ in range(count)]


@unittest.skipIf(batches is None, "needs PyTorch")
class BatchesTest(unittest.TestCase):
    def test_most_answers_out_of_a_few_end_after_their_first_words(self):
        rng = random.Random(1)
        whole = cut = 0
        for case in take(smalltalk, 300):
            all_of_it, shown = segments(case)[-1][0], batches.turns_of(case, rng)[-1][0]
            self.assertTrue(all_of_it.startswith(shown))
            self.assertGreaterEqual(len(shown), all_of_it.find("</think>"))
            whole += shown == all_of_it
            cut += shown != all_of_it
        self.assertGreater(cut, whole)
        self.assertGreater(whole, 50)

    def test_what_has_one_answer_is_shown_whole(self):
        for case in take(repeating, 50):
            self.assertEqual(batches.turns_of(case, random.Random(1)), segments(case)[1:])

    def test_a_branch_stands_where_it_would_stand_alone(self):
        tokenizer = Tokenizer.load()
        for case in take(tool_calls, 20):
            row = batches.row_of(tokenizer, case, random.Random(1), lambda skill: 0)
            shared = row.ends[0]
            self.assertEqual(row.positions[:shared], list(range(shared)))
            for begin, end in zip(row.ends, row.ends[1:]):
                self.assertEqual(row.positions[begin:end], list(range(shared, shared + end - begin)))
                self.assertEqual(tokenizer.decode(row.ids[begin:begin + 1]), "<|im_start|>")


if __name__ == "__main__":
    unittest.main()
