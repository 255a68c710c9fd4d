"""mean.py: the mean of runs of one shape."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
try:
    import torch
except ImportError:
    torch = None


@unittest.skipIf(torch is None, "needs PyTorch")
class MeanTest(unittest.TestCase):
    def checkpoint(self, value, width=64):
        return {"weights": {"out.0": torch.full((2, 2), value)}, "shape": {"width": width}, "seen": value * 1e6, "optimizer": {}}

    def test_each_weight_is_the_mean_of_all_runs(self):
        from mean import mean
        result = mean([self.checkpoint(1.0), self.checkpoint(2.0), self.checkpoint(6.0)])
        self.assertEqual(result["weights"]["out.0"].tolist(), [[3.0, 3.0], [3.0, 3.0]])
        self.assertEqual((result["seen"], result["shape"]), (6e6, {"width": 64}))
        self.assertNotIn("optimizer", result)

    def test_runs_of_other_shapes_have_no_mean(self):
        from mean import mean
        with self.assertRaises(SystemExit):
            mean([self.checkpoint(1.0), self.checkpoint(2.0, width=32)])


if __name__ == "__main__":
    unittest.main()
