"""The generator: repeatable, split from the evaluation, and right in what it teaches."""
import collections
import json
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import generator  # noqa: E402
from generator import NOW, Chance, answer_text, intents, is_test_question, segments, stream, text_of  # noqa: E402
from generator.skills import agents, arithmetic, extraction, smalltalk, tool_calls, tool_results, trilogue  # noqa: E402
from generator.toolbox.families import FAMILIES  # noqa: E402
from generator.wording import expand, participle  # noqa: E402


def take(count, **options):
    source = stream(5, **options)
    return [next(source) for _ in range(count)]


class StreamTest(unittest.TestCase):
    def test_a_seed_gives_the_same_conversations(self):
        self.assertEqual([text_of(c) for c in take(60)], [text_of(c) for c in take(60)])

    def test_evaluation_questions_are_never_trained(self):
        trained = [q for c in take(200) for q in (c, *c.siblings)]
        self.assertFalse(any(is_test_question(q.question) for q in trained))
        self.assertTrue(all(is_test_question(c.question) for c in take(50, held_out=True)))

    def test_words_come_again_as_often_as_in_the_evaluation(self):
        def share(held_out):
            chance = Chance(3, held_out)
            nouns = [chance.noun() for _ in range(3000)]
            return sum(noun in nouns[max(0, i - 6):i] for i, noun in enumerate(nouns)) / len(nouns)
        self.assertAlmostEqual(share(False), share(True), delta=0.05)

    def test_words_stand_twice_in_a_phrase_of_training_only(self):
        def share(held_out):
            chance = Chance(3, held_out)
            phrases = [chance.phrase(5, 5).split(" ") for _ in range(2000)]
            return sum(len(set(words)) < len(words) for words in phrases) / len(phrases)
        self.assertGreater(share(False), share(True) + 0.1)

    def test_siblings_stand_under_the_same_system_prompt(self):
        """Training shows them as branches behind one block."""
        cases = take(150, skill=tool_calls) + take(5, skill=agents) + take(300, skill=smalltalk)
        self.assertGreater(sum(len(c.siblings) for c in cases if c.skill == "smalltalk"), 50)
        self.assertGreater(sum(len(c.siblings) for c in cases if c.skill != "smalltalk"), 150)
        for case in cases:
            for sibling in case.siblings:
                self.assertEqual(segments(sibling)[0], segments(case)[0])

    def test_no_tool_is_offered_where_the_answer_would_be_another(self):
        """But behind an agent's tools it may say that it is too small."""
        cases = [q for c in take(1500) if c.skill != "agent" for q in (c, *c.siblings) if q.tools]
        self.assertFalse([q.question for q in cases if q.skill == "unknown" or q.wants_a_tool])

    def test_what_has_more_wordings_comes_more_often(self):
        narrow, wide = intents.Intent(asks=["a"]), intents.Intent(asks=["[a|b|c|d]", "[e|f|g|h] [i|j|k|l]"])
        self.assertLess(narrow.share, wide.share)
        asked = collections.Counter(wide.ask(Chance(seed)) for seed in range(400))
        self.assertLess(*[asked[ask] for ask in wide.asks])

    def test_every_skill_is_made_at_every_effort(self):
        for skill in generator.MIX:
            for effort in generator.EFFORTS:
                case = take(1, skill=skill, effort=effort)[0]
                self.assertEqual(case.effort, effort)
                self.assertEqual(case.turns[-1].role, "assistant")
                self.assertTrue(case.is_right(answer_text(case.turns[-1])))

    def test_no_slot_or_bracket_is_left_over(self):
        for case in take(1500):
            self.assertNotRegex(case.question.split("\n\nAnswer with")[0], r"\{[a-z]+\}(?!\})|\[[a-z ]*\|", case.skill)

    def test_only_the_last_answer_is_learned(self):
        for case in take(200):
            learned = "".join(text for text, how in segments(case) if how == NOW)
            self.assertIn(answer_text(case.turns[-1]), learned)
            self.assertNotIn("<|im_start|>", learned)

    def test_thinking_grows_with_the_effort(self):
        def mean(effort):
            cases = take(150, effort=effort)
            return sum(len(c.turns[-1].thought) for c in cases) / len(cases)
        lengths = [mean(e) for e in generator.EFFORTS]
        self.assertEqual(lengths, sorted(lengths))
        self.assertEqual(lengths[0], 0)


class ContentTest(unittest.TestCase):
    def test_sums_are_right(self):
        for case in take(300, skill=arithmetic, effort="none"):
            left, right = case.turns[-1].text.split(" = ")
            self.assertEqual(eval(left), int(right))  # only digits and one sign, made by us
            self.assertRegex(left, r"^\d+ [-+*] \d+$")

    def test_steps_end_in_the_result(self):
        for op, a, b in [("+", 999, 1), ("-", 500, 99), ("*", 345, 7), ("*", 40, 20), ("-", 7, 7), ("*", 0, 3)]:
            written = [int(n) for n in re.findall(r"\d+", arithmetic.steps(op, a, b))]
            result = arithmetic.result(op, a, b)
            if op == "*":
                self.assertEqual(written[-1], result)
            elif op == "+":
                digits = re.findall(r"write (\d)", arithmetic.steps(op, a, b))
                carry = re.findall(r"carry (\d)", arithmetic.steps(op, a, b))[-1]
                self.assertEqual(int(carry + "".join(reversed(digits))), result)

    def test_every_equation_in_the_steps_is_right(self):
        for case in take(300, skill=arithmetic, effort="medium"):
            for left, right in re.findall(r"(\d+(?: [-+*] \d+)+) = (\d+)", case.turns[-1].thought):
                self.assertEqual(eval(left), int(right), case.turns[-1].thought)  # only digits and signs, made by us

    def test_thoughts_about_tools_name_one_that_is_offered(self):
        seen = set()
        for case in (one for c in take(200, skill=tool_calls, effort="medium") for one in (c, *c.siblings)):
            thought, names = case.turns[-1].thought, [t.name for t in case.tools]
            if len(case.turns[-1].calls) == 1:
                self.assertIn(f"Nearest: {case.turns[-1].calls[0].name}, yes: ", thought)
            elif case.skill == "no_call":
                nearest = re.findall(r"Nearest: (\S+), no\.", thought)
                self.assertLessEqual(set(nearest), set(names))
                seen.add(len(nearest))
        self.assertEqual(seen, {0, 1})

    def test_what_a_request_begins_with_is_wanted_as_it_is_written(self):
        for wish, ask, written in (("pause goat", "Goat: pause it", "pause Goat"),
                                   ("pause goat bike", "Now Goat bike: pause it, fast", "pause Goat bike"),
                                   ("pause goat", "goat: pause it", "pause goat"), ("pause goat", "Pause the goat", "pause goat"),
                                   ("calculate percentage", "Percentage: 3 of 4", "calculate percentage"), ("undo", "Undo: now", "undo")):
            self.assertEqual(tool_calls.as_written(wish, ask), written)
        asks = [(q.question, q.turns[-1].thought) for c in take(300, skill=tool_calls, effort="medium") for q in (c, *c.siblings)]
        begins = [(ask, thought) for ask, thought in asks if re.match(r"[A-Z][a-z]+: [a-z]+ it\b", ask)]
        self.assertGreater(len(begins), 20)
        for ask, thought in begins:
            self.assertIn(f" {ask.split(':')[0]}", thought.split(". ")[0], ask)

    def test_thoughts_about_tools_go_through_the_parameters_in_order(self):
        for case in take(100, skill=tool_calls, effort="medium"):
            for call in case.turns[-1].calls:
                params, given = next(t.params for t in case.tools if t.name == call.name), dict(call.arguments)
                steps = [f"{p.name} = {given[p.name]}" if p.name in given else f"{p.name} not given" for p in params]
                self.assertIn(", ".join(steps) or "no arguments", case.turns[-1].thought)

    def test_agents_offer_many_tools_and_name_no_parameter_twice(self):
        for case in take(20, skill=agents):
            self.assertGreaterEqual(len(case.tools), 5)
            for tool in case.tools:
                self.assertEqual(len({p.name for p in tool.params}), len(tool.params))

    def test_agents_are_asked_for_what_a_command_does(self):
        asked = {one.question: dict(call.arguments) for case in take(40, skill=agents) for one in (case, *case.siblings)
                 for call in one.turns[-1].calls}
        self.assertTrue(any("ls -la" in given.values() and "ls -la" not in ask for ask, given in asked.items()))

    def test_an_agents_question_is_what_the_user_asked(self):
        """The split looks at it, so the notes around it must not hide that a question is held out."""
        cases = [one for case in take(20, skill=agents) for one in (case, *case.siblings)]
        self.assertTrue(any(t.text.startswith("<system-reminder>") for c in cases for t in c.turns))
        self.assertFalse(any(re.match(r"<[\w-]+>\n", c.question) for c in cases))

    def test_verbs_are_bent_as_people_do(self):
        bent = {"rotate": "rotated", "copy": "copied", "play": "played", "stop": "stopped", "open": "opened", "get": "fetched",
                "flip": "flipped", "transfer": "transferred"}
        self.assertEqual({verb: participle(verb) for verb in bent}, bent)

    def test_calls_name_an_offered_tool_and_its_parameters(self):
        for skill in (tool_calls, tool_results, agents):
            for case in (one for c in take(20 if skill is agents else 300, skill=skill) for one in (c, *c.siblings)):
                tools = {t.name: t for t in case.tools}
                self.assertEqual(len(tools), len(case.tools), "two tools of one name")
                for call in case.turns[-1].calls:
                    params = {p.name: p for p in tools[call.name].params}
                    given = dict(call.arguments)
                    self.assertLessEqual(set(given), set(params))
                    self.assertLessEqual({p.name for p in params.values() if p.required}, set(given))
                    for name, value in given.items():
                        self.assertIn(value, params[name].enum or [value])

    def test_arguments_stand_in_the_request(self):
        meant = {value for family in FAMILIES for value in family.meant.values()}
        for case in take(300, skill=tool_calls):
            for call in case.turns[-1].calls:
                kinds = {p.name: p.type for t in case.tools if t.name == call.name for p in t.params}
                for name, value in call.arguments:
                    self.assertTrue(kinds[name] in ("boolean", "array of string") or value in meant or value.lower() in case.question.lower(),
                                    (case.question, value))

    def test_json_answers_are_json_of_the_schema(self):
        for case in take(300, skill=extraction):
            if extraction.BY_SCHEMA in case.question:
                schema = json.loads(case.question.split(extraction.BY_SCHEMA)[1])
                self.assertEqual(list(json.loads(case.turns[-1].text)), list(schema["properties"]))

    def test_what_is_extracted_stands_in_the_sentence(self):
        chance = Chance(2)
        for keys, patterns in extraction.RECORDS:
            for _ in range(10):
                text, values = extraction.sentence(chance, keys.split(), patterns)
                for key, value in values.items():
                    words = value if isinstance(value, list) else [value]
                    stand = isinstance(value, bool) or all(re.search(rf"(?<!\w){re.escape(str(w))}(?!\w)", text, re.I) for w in words)
                    self.assertTrue(stand, (key, value, text))

    def test_every_intent_has_many_wordings_and_an_answer(self):
        chance = Chance(1)
        for intent in smalltalk.ENGLISH + trilogue.FACTS:
            wordings = {expand(chance, chance.pick(intent.asks)) for _ in range(200)}
            self.assertGreater(len(wordings), 15, intent.thought)
            self.assertTrue(intent.answers and intent.thought)

    def test_no_wording_belongs_to_two_intents(self):
        chance, seen = Chance(11), {}
        for intent in smalltalk.ENGLISH + trilogue.FACTS:
            for ask in intent.asks:
                for _ in range(40):
                    plain = re.sub(r"[^\w{} ]", "", expand(chance, ask).lower()).strip()
                    other = seen.setdefault(plain, intent) if plain else intent
                    self.assertIs(other, intent, (plain, other.thought, intent.thought))

    def test_families_say_where_required_values_go(self):
        for family in FAMILIES:
            keys = {key for key, _, _ in family.params}
            for ask in family.asks:
                self.assertLessEqual(set(re.findall(r"\{(\w+)\}", ask)), keys, family.names[0])


if __name__ == "__main__":
    unittest.main()
