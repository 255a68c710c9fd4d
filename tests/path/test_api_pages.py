"""The examples of docs/api: each block marked `json POST PATH` is sent as it stands, and is answered."""
import re
import unittest

from trilogue_server import PLAIN, ROOT, PathTest

EXAMPLE = re.compile(r"^```json POST (\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


class ApiPages(PathTest):
    stories = dict.fromkeys(("step-3.5-flash", "step-3.7-flash"), PLAIN)

    def test_every_example_is_answered(self):
        sent = 0
        for page in sorted((ROOT / "docs/api").glob("*.md")):
            for path, body in EXAMPLE.findall(page.read_text(encoding="utf-8")):
                with self.subTest(page=page.name, body=body[:200]):
                    reply = self.server.send("POST", path, body.encode(), {"Content-Type": "application/json"})
                    self.assertEqual(reply.status, 200, reply.body)
                    sent += 1
        self.assertGreater(sent, 0)


if __name__ == "__main__":
    unittest.main()
