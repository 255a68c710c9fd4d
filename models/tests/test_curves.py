"""The picture of a training run: well-formed, one curve for the loss and one for each skill."""
import os
import sys
import unittest
import xml.etree.ElementTree

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from curves import drawing  # noqa: E402

LOG = [{"tokens": 1e6 * i, "loss": 1 / i, "right": 0.9, "skills": {"memory": 0.8 + i / 100, "persona": 0.9}} for i in range(1, 9)]


class CurvesTest(unittest.TestCase):
    def test_every_curve_is_drawn_inside_its_axes(self):
        root = xml.etree.ElementTree.fromstring(drawing(LOG))
        width, height = map(float, root.get("viewBox").split()[2:])
        lines = [e for e in root if e.tag.endswith("polyline")]
        self.assertEqual(len(lines), 3)
        for line in lines:
            points = [tuple(map(float, p.split(","))) for p in line.get("points").split()]
            self.assertEqual(len(points), len(LOG))
            self.assertTrue(all(0 < x < width and 0 < y < height for x, y in points))

    def test_a_falling_loss_goes_down(self):
        root = xml.etree.ElementTree.fromstring(drawing(LOG))
        first = next(e for e in root if e.tag.endswith("polyline"))
        heights = [float(p.split(",")[1]) for p in first.get("points").split()]
        self.assertEqual(heights, sorted(heights))


if __name__ == "__main__":
    unittest.main()
