"""Seeded randomness with the vocabulary of the generator, and the split between training and evaluation.

Everything random in a conversation comes from one Chance, so a seed gives the same conversations again. With
`held_out` it draws names, places and nouns that training never sees (a hash of the word decides).
"""
import collections
import random
import zlib

from . import words

HELD_OUT_SHARE = 8  # one word, and one question, in eight is kept for the evaluation
AGAIN_SHARE = 0.12  # so many words of training are one of the last few: the evaluation's are few, there they come again too
TWICE_SHARE = 0.1   # so many words of training's phrases stand in the same phrase already: what comes next is then hard to tell


def is_held_out(text):
    return zlib.crc32(text.strip().lower().encode("utf-8")) % HELD_OUT_SHARE == 0


def is_test_question(text):
    """Questions kept for the evaluation. One or two words are the language itself: everybody says "Hello!"."""
    return len(text.split()) > 2 and is_held_out(text)


def _split(items, held_out):
    return [x for x in items if is_held_out(x) == held_out]


ONSETS = ("b c d f g h j k l m n p r s t v w z br cl cr dr fl fr gr gl kr pl pr qu sk sl sp st str sw th tr ch sh x y"
          ).split()
VOWELS = "a e i o u a e i o u a e i o ai ea oo ou ie au io".split()
CODAS = "n r s l t m x nd ck rt st sh th ng p d rn lt".split() + [""] * 12


ACCENTS = "éèêëáàâäãåçñóòôöõøúùûüíìîïßæœšžčřłńşğışő"
SCRIPTS = [(0x0410, 0x044F), (0x03B1, 0x03C9), (0x05D0, 0x05EA), (0x0627, 0x064A), (0x0905, 0x0939), (0x3042, 0x30F3),
           (0x4E00, 0x9FA5), (0x4E00, 0x9FA5), (0xAC00, 0xD7A3), (0x1F600, 0x1F64F), (0x2190, 0x21FF)]   # letters, and signs


class Chance:
    def __init__(self, seed, held_out=False):
        self._random = random.Random(seed)
        self.held_out = held_out
        self._names = _split(words.NAMES, held_out)
        self._cities = _split(words.CITIES, held_out)
        self._nouns = _split(words.NOUNS, held_out)
        self._recent = collections.defaultdict(lambda: collections.deque(maxlen=6))
        # Training shows more words that nobody knows than the evaluation has: else only its own nouns are expected.
        self._nouns_share, self._fragments_share, self._starts_share = (0.75, 0.25, 0.2) if held_out else (0.55, 0.4, 0.3)

    def pick(self, items):
        return self._random.choice(items)

    def weighted(self, weights):
        """A key of the dict `weights`, as often as its value says."""
        return self._random.choices(list(weights), list(weights.values()))[0]

    def flip(self, probability=0.5):
        return self._random.random() < probability

    def integer(self, low, high):
        return self._random.randint(low, high)

    def some(self, items, count):
        return self._random.sample(list(items), count)

    def shuffled(self, items):
        return self.some(items, len(items))

    def _known(self, kind, items):
        """One of `items`; in training now and then one that came a moment ago."""
        recent = self._recent[kind]
        if not self.held_out and recent and self.flip(AGAIN_SHARE):
            return self.pick(recent)
        recent.append(self.pick(items))
        return recent[-1]

    def name(self):
        if self.flip(0.65):
            return self._known("name", self._names)
        return self.made_up().capitalize() if self.flip(0.9) else self.accented(self.made_up()).capitalize()

    def full_name(self):
        return f"{self.name()} {self.made_up().capitalize()}" if self.flip(0.3) else self.name()

    def city(self):
        if self.flip(0.65):
            return self._known("city", self._cities)
        prefix = self.pick(["", "", "", "New ", "San ", "Port ", "Saint ", "North ", "Lake "])
        return prefix + self.made_up().capitalize()

    def noun(self):
        return self._known("noun", self._nouns)

    def thing(self):
        """A noun, known or made up."""
        return self.noun() if self.flip(self._nouns_share) else self.made_up()

    def _syllable(self):
        return self.pick(ONSETS) + self.pick(VOWELS) + self.pick(CODAS)

    def made_up(self):
        if self.flip(self._fragments_share):
            return self._around_a_fragment()
        return "".join(self._syllable() for _ in range(self.pick([1, 2, 2, 2, 2, 3])))

    def _around_a_fragment(self):
        """A word with a part that is seldom seen; in training also the part alone, if the evaluation does not keep it."""
        if self.flip(self._starts_share):
            return self.pick(words.STARTS) + self._syllable()
        fragment = self.pick(words.FRAGMENTS)
        if not self.held_out and self.flip(0.2) and len(fragment) > 3 and not is_held_out(fragment):
            return fragment
        before = self.pick(["", self.pick(ONSETS), self.pick(ONSETS), self._syllable()])
        return before + fragment + ("" if before else self._syllable())

    def accented(self, word):
        """With one letter as other languages write it."""
        at = self.integer(0, len(word) - 1)
        return word[:at] + self.pick(ACCENTS) + word[at + 1:]

    def foreign(self):
        """A word that is not written in plain Latin letters."""
        if self.flip():
            return self.accented(self.made_up())
        script = self.pick(SCRIPTS)
        return "".join(chr(self.integer(*script)) for _ in range(self.integer(1, 5)))

    def number(self, low=1, high=999):
        """Small numbers as often as large ones."""
        return self.integer(low, high) if self.flip() else self.integer(low, min(high, low + 98))

    def code(self):
        """An order number, ticket id, flight number."""
        letters = "".join(self.pick("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(self.integer(1, 3)))
        return letters + self.pick(["", "", "-", "-", "_"]) + "".join(self.pick("0123456789")
                                                                for _ in range(self.integer(2, 4)))

    def email(self):
        return f"{self.pick([self.pick(self._names), self.made_up()]).lower()}@{self.made_up()}.{self.pick(['com', 'org', 'net', 'de', 'example'])}"

    def path(self):
        folder = self.pick(["", "/", "./", "src/", "docs/", "/tmp/", "/home/" + self.made_up() + "/", "tests/"])
        name = self.pick(["main", "notes", "data", "report", "README", "index", "config", self.made_up(), self.noun()])
        return folder + name + "." + self.pick("txt md py cpp json csv log yaml js html pdf".split())

    def phrase(self, low=1, high=5):
        """Words in a row that mean nothing together: for copying."""
        words = []
        for _ in range(self.integer(low, high)):
            twice = words and not self.held_out and self.flip(TWICE_SHARE)
            words.append(self.pick(words) if twice else self._any_word())
        return " ".join(words)

    def _any_word(self):
        return self.foreign() if self.flip(0.04) else self.pick([self.noun, self.noun, self.made_up])()
