"""The tokenizer against what llama.cpp said (tests/record.py), and that nothing gets lost."""
import json
import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE), HERE]

from odd_strings import ODD_STRINGS, digest, odd_strings  # noqa: E402
from tokenizer import MARKERS, SPECIAL, Tokenizer, train  # noqa: E402


class TokenizerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tokenizer = Tokenizer.load()
        with open(os.path.join(HERE, "fixtures", "tokens.json"), encoding="utf-8") as file:
            fixture = json.load(file)
        cls.recorded, cls.digest = fixture["samples"], fixture["digest"]

    def test_tokens_are_those_of_llama_cpp(self):
        for text, ids in self.recorded:
            self.assertEqual(self.tokenizer.encode(text), ids, text)

    def test_thousands_of_odd_strings_have_the_tokens_of_llama_cpp(self):
        self.assertEqual(digest([self.tokenizer.encode(t) for t in odd_strings(ODD_STRINGS)]), self.digest)

    def test_decoding_gives_the_text_back(self):
        for text, _ in self.recorded:
            self.assertEqual(self.tokenizer.decode(self.tokenizer.encode(text)), text)

    def test_markers_are_one_token_each(self):
        for marker in SPECIAL:
            self.assertEqual(len(self.tokenizer.encode(marker)), 1, marker)

    def test_markers_in_plain_text_are_only_text(self):
        for marker in MARKERS:
            self.assertNotIn(self.tokenizer.special[marker], self.tokenizer.encode_plain(marker))

    def test_a_name_has_the_same_tokens_with_a_space_before(self):
        inside = self.tokenizer.encode(" Paris")
        self.assertEqual(self.tokenizer.decode(inside[:1]), " ")
        self.assertEqual(inside[1:], self.tokenizer.encode("Paris"))

    def test_digits_stand_alone(self):
        self.assertEqual(len(self.tokenizer.encode("12345")), 5)

    def test_training_is_repeatable(self):
        texts = ["the cat sat on the mat", "the dog sat on the cat"] * 3
        one, two = train(texts, set(), 320), train(texts, set(), 320)
        self.assertEqual(one.vocabulary, two.vocabulary)
        self.assertEqual(one.decode(one.encode(texts[0])), texts[0])


if __name__ == "__main__":
    unittest.main()
