"""The whole way with the bundled model: what must hold whatever it says."""
import json
import time
import unittest

from trilogue_server import PathTest, events_of

MODEL = "step-3.5-flash"
WEATHER = {"type": "function", "function": {
    "name": "get_weather", "description": "Current weather in a city", "parameters": {
        "type": "object", "required": ["city", "unit"], "additionalProperties": False,
        "properties": {"city": {"type": "string"}, "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]}}}}}
MARKERS = ("<|im_start|>", "<|im_end|>", "<think>", "</think>", "<tool_call>", "</tool_call>", "<function=")


def user(text):
    return [{"role": "user", "content": text}]


class BundledModel(PathTest):
    stories = None
    flags = ("--context", "8192")

    def ask(self, text, **fields):
        reply = self.server.chat(MODEL, user(text), **({"temperature": 0, "max_tokens": 400} | fields))
        self.assertEqual(reply.status, 200, reply.body)
        return reply.json

    def test_it_greets_in_words_and_closes_its_reasoning(self):
        reply = self.ask("Hello, who are you?")
        message = reply["choices"][0]["message"]
        self.assertEqual(reply["choices"][0]["finish_reason"], "stop")
        self.assertGreater(len(message["content"].split()), 1)
        self.assertTrue(message["reasoning"])
        for marker in MARKERS:
            self.assertNotIn(marker, message["content"] + message["reasoning"])

    def test_greedy_answers_are_the_same_streamed_or_not(self):
        whole = self.ask("What is 12 + 30?")
        body = self.server.chat(MODEL, user("What is 12 + 30?"), temperature=0, max_tokens=400, stream=True).body
        chunks = [json.loads(event) for event in events_of(body)[:-1]]
        deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
        message = whole["choices"][0]["message"]
        self.assertEqual("".join(delta["content"] for delta in deltas), message["content"])
        self.assertEqual("".join(delta.get("reasoning", "") for delta in deltas), message["reasoning"])
        for count in ("prompt_tokens", "completion_tokens", "total_tokens", "completion_tokens_details"):
            self.assertEqual(chunks[-1]["usage"][count], whole["usage"][count])

    def test_a_seed_repeats_its_answer(self):
        answers = [self.ask("Tell me a joke", temperature=1, seed=7)["choices"][0]["message"] for _ in range(2)]
        self.assertEqual(answers[0], answers[1])

    def test_the_count_agrees_with_the_request(self):
        messages = user("Count me: ünïcödé 🌍 <|im_end|>")
        counted = self.server.send("POST", "/v1/token/count", {"model": MODEL, "messages": messages}).json
        reply = self.server.chat(MODEL, messages, max_tokens=1).json
        self.assertEqual(counted["data"]["total_tokens"], reply["usage"]["prompt_tokens"])

    def test_the_count_agrees_whatever_decides_the_prompt(self):
        schema = {"type": "object", "properties": {"city": {"type": "string"}}}
        tools = [{"type": "function", "function": {"name": "get_weather", "parameters": schema}}]
        for fields in ({"tools": tools}, {"tools": tools, "tool_choice": "none"},
                       {"tools": tools, "tool_choice": "required", "parallel_tool_calls": False},
                       {"response_format": {"type": "json_object"}},
                       {"response_format": {"type": "json_schema", "json_schema": {"name": "city", "schema": schema}}},
                       {"reasoning_effort": "none"}, {"reasoning_effort": "high"}):
            with self.subTest(**fields):
                body = {"model": MODEL, "messages": user("Where is it warm?"), "max_tokens": 1, **fields}
                counted = self.server.send("POST", "/v1/token/count", body).json
                reply = self.server.send("POST", "/v1/chat/completions", body).json
                self.assertEqual(counted["data"]["total_tokens"], reply["usage"]["prompt_tokens"])

    def test_a_prompt_that_was_read_before_is_cached(self):
        text = "Remember these words: apple, river, lamp. " * 20
        first = self.ask(text, max_tokens=1)["usage"]
        second = self.ask(text, max_tokens=1)["usage"]
        self.assertEqual(second["cached_tokens"], second["prompt_tokens_details"]["cached_tokens"])
        self.assertGreater(second["cached_tokens"], first["prompt_tokens"] * 0.9)
        self.assertLess(second["cached_tokens"], second["prompt_tokens"])

    def test_the_limit_of_tokens_is_kept(self):
        reply = self.ask("Tell me a long story", max_tokens=5)
        self.assertEqual(reply["choices"][0]["finish_reason"], "length")
        self.assertEqual(reply["usage"]["completion_tokens"], 5)

    def test_a_required_call_has_valid_arguments(self):
        reply = self.ask("What is the weather in Oslo?", tools=[WEATHER], tool_choice="required")
        choice = reply["choices"][0]
        self.assertEqual(choice["finish_reason"], "tool_calls")
        call = choice["message"]["tool_calls"][0]
        self.assertRegex(call["id"], "^call_[A-Za-z0-9_-]{22}$")
        self.assertEqual(call["function"]["name"], "get_weather")
        arguments = json.loads(call["function"]["arguments"])
        self.assertEqual(set(arguments), {"city", "unit"})
        self.assertIsInstance(arguments["city"], str)
        self.assertIn(arguments["unit"], ("celsius", "fahrenheit"))

    def test_a_tool_result_is_taken_back(self):
        call = {"id": "call_x", "type": "function",
                "function": {"name": "get_weather", "arguments": '{"city":"Oslo","unit":"celsius"}'}}
        messages = [*user("What is the weather in Oslo?"), {"role": "assistant", "content": None, "tool_calls": [call]},
                    {"role": "tool", "tool_call_id": "call_x", "content": "4 degrees, rain <|im_end|>"}]
        reply = self.server.chat(MODEL, messages, tools=[WEATHER], temperature=0, max_tokens=400)
        self.assertEqual(reply.status, 200, reply.body)
        self.assertEqual(reply.json["choices"][0]["finish_reason"], "stop")

    def test_an_answer_by_schema_is_valid(self):
        schema = {"type": "object", "additionalProperties": False, "required": ["name", "age"],
                  "properties": {"name": {"type": "string", "maxLength": 20}, "age": {"type": "integer"}}}
        shape = {"type": "json_schema", "json_schema": {"name": "person", "schema": schema, "strict": True}}
        reply = self.ask("Ann is 30 years old.", response_format=shape)
        person = json.loads(reply["choices"][0]["message"]["content"])
        self.assertEqual(set(person), {"name", "age"})
        self.assertIsInstance(person["name"], str)
        self.assertIsInstance(person["age"], int)

    def test_json_mode_gives_an_object(self):
        reply = self.ask("Give me JSON with the key a and the value 1", response_format={"type": "json_object"})
        self.assertIsInstance(json.loads(reply["choices"][0]["message"]["content"]), dict)

    def test_hostile_schemas_are_refused_in_bounded_time(self):
        def nested(depth):
            schema = {"type": "string"}
            for _ in range(depth):
                schema = {"type": "array", "items": schema}
            return schema

        for what, schema in (
                ("catastrophic pattern", {"type": "string", "pattern": "^(((a{1000}){1000}){1000}){1000}$"}),
                ("100,000 groups", {"type": "string", "pattern": "^" + "(" * 100_000 + "a" + ")" * 100_000 + "$"}),
                ("open group", {"type": "string", "pattern": "^(a$"}),
                ("unknown type", {"type": "spoon"}),
                ("no target", {"$ref": "#/$defs/nowhere"}),
                ("foreign target", {"$ref": "https://example.org/schema.json"}),
                ("contradiction", {"type": "array", "minItems": 5, "maxItems": 2, "items": {}}),
                ("huge count", {"type": "array", "items": {"type": "string"}, "minItems": 2 ** 31 - 1}),
                ("deep", nested(60))):
            with self.subTest(schema=what):
                shape = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema, "strict": True}}
                start = time.monotonic()
                reply = self.server.chat(MODEL, user("x"), max_tokens=4, response_format=shape)
                self.assertLess(time.monotonic() - start, 20)
                if what == "deep":
                    self.assertIn(reply.status, (200, 400), reply.body)
                else:
                    self.assert_refused(reply, 400, "request_params_invalid")
                    self.assertTrue(reply.error["param"].startswith("response_format"), reply.error)

    def test_a_prompt_over_the_context_is_refused_with_both_numbers(self):
        reply = self.server.chat(MODEL, user("word " * 20_000))
        self.assert_refused(reply, 400, "request_params_invalid", words="8192")
        self.assertRegex(reply.error["message"], r"\d{5}")
        for words in ("exceeds the context window", "maximum context length is 8192"):
            self.assertIn(words, reply.error["message"])
        self.assertRegex(reply.error["message"], r"prompt is too long[^0-9]*\d+ tokens > 8192")
        self.assertEqual(reply.error["code"], "context_length_exceeded")

    def test_a_limit_over_the_room_is_cut_not_refused(self):
        self.assertEqual(self.ask("Hi", max_tokens=1_000_000)["choices"][0]["finish_reason"], "stop")

    def test_markers_typed_by_a_caller_are_text(self):
        """A marker that became a token would end the turn, or leave the words out of the count."""
        count = lambda text: self.server.send(
            "POST", "/v1/token/count", {"model": MODEL, "messages": user(text)}).json["data"]["total_tokens"]
        for marker in MARKERS:
            with self.subTest(marker=marker):
                self.assertGreaterEqual(count("a" + marker + "b") - count("ab"), 3)

    def test_the_three_documented_names_are_served_by_their_rules(self):
        models = {model["id"]: model for model in self.server.get("/v1/models").json["data"]}
        self.assertEqual(set(models), {"step-3.5-flash", "step-3.5-flash-2603", "step-3.7-flash"})
        self.assertEqual(models["step-3.5-flash-2603"]["reasoning_efforts"], ["low", "high"])
        self.assertEqual({model["owned_by"] for model in models.values()}, {"stepai"})
        refused = self.server.chat("step-3.5-flash-2603", user("Hi"), reasoning_effort="medium")
        self.assert_refused(refused, 400, param="reasoning_effort")


class SharedPrefixes(PathTest):
    stories = None
    flags = ("--context", "8192")
    settings = {"engine_share_prefixes": "key", "api_keys": "sk-one-of-two,sk-other-one"}

    def cached(self, key):
        """How many tokens of a text were there already when this key sent it."""
        body = {"model": MODEL, "messages": user("Remember these words: apple, river, lamp. " * 20), "max_tokens": 1}
        reply = self.server.send("POST", "/v1/chat/completions", body, {"Authorization": f"Bearer {key}"})
        return reply.json["usage"]["cached_tokens"]

    def test_a_key_does_not_learn_what_another_has_sent(self):
        self.assertEqual([self.cached(key) > 50 for key in ("sk-one-of-two", "sk-one-of-two", "sk-other-one", "sk-other-one")],
                         [False, True, False, True])


if __name__ == "__main__":
    unittest.main()
