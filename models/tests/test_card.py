"""The card's tables say what the last evaluation gave."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import card  # noqa: E402


class CardTest(unittest.TestCase):
    def test_the_tables_are_those_of_the_scores(self):
        text, scores = card.read()
        self.assertEqual(card.filled(text, scores), text, "run card.py")
        for name in card.TABLES:
            self.assertIn(f"<!-- {name} -->", text)

    def test_what_stands_between_the_marks_is_replaced(self):
        _, scores = card.read()
        text = card.filled("before\n<!-- handwritten -->\nold\n<!-- end -->\nafter", scores)
        self.assertTrue(text.startswith("before\n<!-- handwritten -->\n| skill | right |\n"))
        self.assertTrue(text.endswith("<!-- end -->\nafter"))
        self.assertNotIn("old", text)


if __name__ == "__main__":
    unittest.main()
