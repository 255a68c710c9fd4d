"""The fused training path against a plain float32 one: same loss, same gradients up to bfloat16's precision."""
import os
import sys
import unittest

MODELS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, MODELS)
try:
    import torch
except ImportError:
    torch = None


@unittest.skipIf(torch is None, "needs PyTorch")
class NetworkTest(unittest.TestCase):
    def setUp(self):
        from network import Network
        torch.manual_seed(3)
        self.network = Network(96, {"width": 64, "layers": 2, "heads": 2, "hidden": 96, "base": 10000.0})
        self.tokens = torch.randint(96, (3, 32))
        self.targets = torch.randint(96, (3, 32))
        self.weights = torch.rand(3, 32) * (torch.rand(3, 32) < 0.7) / 40

    def plain_loss(self, positions, mask):
        step = type(self.network).step.__wrapped__ if hasattr(type(self.network).step, "__wrapped__") else None
        logits = step(self.network, self.tokens, positions, mask, [None, None])
        losses = torch.nn.functional.cross_entropy(logits.view(-1, 96), self.targets.view(-1), reduction="none")
        return (losses * self.weights.view(-1)).sum()

    def test_loss_and_gradients_match_float32(self):
        fast, _ = self.network.loss(self.tokens, self.targets, self.weights)
        mask = torch.ones(32, 32).tril().bool()[None]
        self.assert_like_float32(fast, self.plain_loss(torch.arange(32)[None].expand(3, 32), mask))

    def test_branches_see_what_they_share_and_themselves(self):
        """Eight shared tokens, then two branches of twelve."""
        import kernels
        from kernels import Layout, pieces
        self.addCleanup(setattr, kernels, "PIECE", kernels.PIECE)
        kernels.PIECE = 5  # none of the parts goes through whole
        branch = torch.tensor([0] * 8 + [1] * 12 + [2] * 12)
        position = torch.tensor([*range(20), *range(8, 20)])
        rows = slice(0, 3)
        parts = [*pieces(rows, 0, 0, 8), *pieces(rows, 8, 8, 20), *pieces(rows, 8, 20, 32)]
        layout = Layout(position.int().repeat(3, 1), parts)
        fast, _ = self.network.loss(self.tokens, self.targets, self.weights, layout)
        mask = torch.ones(32, 32).tril().bool() & ((branch[:, None] == branch) | (branch == 0))
        self.assert_like_float32(fast, self.plain_loss(position[None].expand(3, 32), mask[None]))

    def assert_like_float32(self, fast, slow):
        fast.backward()
        got = {name: p.grad.clone() for name, p in self.network.named_parameters()}
        self.network.zero_grad()
        slow.backward()
        self.assertAlmostEqual(fast.item(), slow.item(), delta=0.01 * slow.item())
        for name, p in self.network.named_parameters():
            error = (got[name] - p.grad).norm() / p.grad.norm()
            self.assertLess(error.item(), 0.05, name)

    def test_training_can_go_on_from_the_shipped_file(self):
        from export import weights_of
        from gguf import Reader
        from network import Network
        from tokenizer import Tokenizer
        shipped = os.path.join(MODELS, "trilogue-mini.gguf")
        network, tensors = Network(len(Tokenizer.load().vocabulary)), Reader(shipped).tensors
        network.load_state_dict(weights_of(shipped))
        parts = [torch.from_numpy(tensors[f"blk.1.attn_{name}.weight"]) for name in "qkv"]
        self.assertTrue(torch.equal(network.qkv[1], torch.cat(parts)))
        self.assertTrue(torch.equal(network.down[5], torch.from_numpy(tensors["blk.5.ffn_down.weight"])))

    def test_a_widened_network_computes_the_same_and_learns(self):
        from network import Network, widened
        wide = Network(96, dict(self.network.shape, hidden=160))
        wide.load_state_dict(widened(self.network.state_dict(), 160))
        (before, _), (after, _) = (n.loss(self.tokens, self.targets, self.weights) for n in (self.network, wide))
        self.assertAlmostEqual(before.item(), after.item(), delta=1e-4 * before.item())
        after.backward()
        self.assertGreater(wide.down[0].grad[:, 96:].norm().item(), 0)
        self.assertTrue(wide.gate_up[0][96:160].all() and wide.gate_up[0][-64:].all())

    def test_cached_steps_give_the_same_tokens_as_one_pass(self):
        prompts = [[1, 2, 3, 4, 5], [7, 8, 9]]
        together = self.network.generate(prompts, stop=0, limit=6)
        alone = [self.network.generate([p], stop=0, limit=6)[0] for p in prompts]
        self.assertEqual(together, alone)


@unittest.skipIf(torch is None, "needs PyTorch")
class TrainingTest(unittest.TestCase):
    def test_rows_are_taken_once_and_within_the_budget(self):
        import random

        from batches import Row, _take
        rng = random.Random(5)
        waiting = [Row([0] * n, [], [], [], []) for n in sorted(rng.randint(1, 90) for _ in range(200))]
        wanted, taken = sorted(len(row.ids) for row in waiting), []
        while waiting:
            group = _take(waiting, 100, rng)
            self.assertLessEqual(len(group) * len(group[-1].ids), 100)
            taken += [len(row.ids) for row in group]
        self.assertEqual(sorted(taken), wanted)

    def test_a_step_in_two_parts_is_the_same_step(self):
        from network import Network
        from optimizer import Optimizer
        ends = []
        for parts in (1, 2):
            torch.manual_seed(6)
            network = Network(96, {"width": 64, "layers": 2, "heads": 2, "hidden": 96, "base": 10000.0})
            optimizer = Optimizer(network, 0.01, 0.01)
            for parameter in network.parameters():
                parameter.grad = torch.randn_like(parameter)
            shared = [id(p) for part in range(parts) for p in optimizer.share(part, parts)]
            self.assertEqual(sorted(shared), sorted(map(id, network.parameters())))
            for part in range(parts):
                optimizer.step(1.0, part, parts)
            ends.append([p.detach().clone() for p in network.parameters()])
        for one, two in zip(*ends):
            self.assertTrue(torch.equal(one, two))


@unittest.skipIf(torch is None, "needs PyTorch")
class SpellingTest(unittest.TestCase):
    def setUp(self):
        from tokenizer import Tokenizer
        self.tokenizer = Tokenizer.load()

    def spelling(self, share):
        import random

        import batches
        self.addCleanup(setattr, batches, "SPLIT_WORDS", batches.SPLIT_WORDS)
        batches.SPLIT_WORDS = share
        return batches.Spelling(self.tokenizer, random.Random(4))

    def test_words_of_smaller_tokens_are_the_same_words(self):
        text, spell = "My French teacher likes content; content! Straße 42\n", self.spelling(1)
        tokens = self.tokenizer.encode(text, spell.read)
        self.assertEqual(self.tokenizer.decode(tokens), text)
        self.assertGreater(len(tokens), len(self.tokenizer.encode(text)))

    def test_a_word_is_spelled_alike_with_and_without_a_space_before(self):
        spell = self.spelling(1)
        for word in ("content", "French", "temperature"):
            self.assertEqual(spell.read(" " + word), self.tokenizer.spelled(" ") + spell.read(word))

    def test_what_is_written_is_spelled_as_it_was_read(self):
        spell = self.spelling(1)
        self.assertEqual(spell.written("French"), self.tokenizer.spelled("French"))
        read = spell.read("French")
        self.assertEqual(spell.branch().written("French"), read)
        self.assertEqual(spell.branch().written(" French"), self.tokenizer.spelled(" ") + read)
        self.assertNotEqual(read, self.tokenizer.spelled("French"))


if __name__ == "__main__":
    unittest.main()
