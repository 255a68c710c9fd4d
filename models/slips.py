"""Where replies first go wrong.

    python3 slips.py [--model FILE.gguf|FILE.pt] [--cases 200] [--show 15] [--skills tool_calls,extraction] [--trained]

Goes through replies of held-out conversations (or, with `--trained`, of such as training shows) and finds the first token that the
model would not have chosen. Prints for each skill how many replies have one, and which tokens they are, with an example. It needs no
server and is quick, so it shows where a run that still goes on is weak; and what held-out wordings cost beyond trained ones.
"""
import argparse
import collections

import generator
from forced import loaded, reply_logits
from server import MODEL_FILE
from tokenizer import Tokenizer

SHOWN_BEFORE = 14      # tokens of an example before the slip


def first_slip(tokenizer, conversation, target, logits):
    """The index of the first wrong token; None if there is none. Of several right answers any may be begun."""
    begun = {tokenizer.encode(answer)[0] for answer in conversation.right_answers()} if conversation.answers else set()
    start = _answer_start(tokenizer, target) if begun else None
    for i, (best, right) in enumerate(zip(logits.argmax(-1).tolist(), target)):
        if i == start:
            return None if best in begun else i
        if best != right:
            return i
    return None


def _answer_start(tokenizer, target):
    """Where the answer begins: after the thought's end and its line break."""
    end = tokenizer.special["</think>"]
    return target.index(end) + 2 if end in target else 0


def slips(network, tokenizer, skill, count, trained):
    """Triples (question, tokens, index of the slip or None, chosen token) of `count` conversations that are not too long."""
    source = generator.stream(31, held_out=not trained, skill=skill, effort="medium")
    while count:
        conversation = next(source)
        found = reply_logits(network, tokenizer, conversation)
        if found:
            target, logits = found
            at = first_slip(tokenizer, conversation, target, logits)
            yield conversation.question, target, at, None if at is None else int(logits[at].argmax())
            count -= 1


def report(name, found, tokenizer, show):
    wrong = [(question, target, at, chosen) for question, target, at, chosen in found if at is not None]
    print(f"{name}: {len(wrong)} of {len(found)} replies slip")
    by_token = collections.defaultdict(list)
    for question, target, at, chosen in wrong:
        by_token[target[at]].append((question, target, at, chosen))
    for token, cases in sorted(by_token.items(), key=lambda pair: -len(pair[1]))[:show]:
        question, target, at, chosen = cases[0]
        so_far = tokenizer.decode(target[max(0, at - SHOWN_BEFORE):at])
        print(f"  {len(cases):3} x {tokenizer.decode([token])!r}: {question[:90]!r} -> {so_far!r} then {tokenizer.decode([chosen])!r}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=MODEL_FILE)
    parser.add_argument("--cases", type=int, default=200, help="of each skill")
    parser.add_argument("--show", type=int, default=15, help="tokens")
    parser.add_argument("--skills", help="names of skills, with commas between; all if it is left out")
    parser.add_argument("--trained", action="store_true", help="conversations as training shows them")
    options = parser.parse_args()
    tokenizer = Tokenizer.load()
    network = loaded(tokenizer, options.model)
    skills = {skill.__name__.split(".")[-1]: skill for skill in generator.MIX}
    for name in options.skills.split(",") if options.skills else skills:
        report(name, list(slips(network, tokenizer, skills[name], options.cases, options.trained)), tokenizer, options.show)


if __name__ == "__main__":
    main()
