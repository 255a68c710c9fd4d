"""Everything else (the questions of data/unknown.txt): the model says that it is too small for that, and invents nothing."""
from .. import words
from ..conversation import Conversation, Turn
from ..intents import drawn, load
from ..wording import capital, expand, sloppy
from .thinking import thought

TOPICS = """quantum physics|relativity|photosynthesis|the French Revolution|world war two|machine learning|black holes|inflation|evolution|DNA|
the Roman Empire|blockchain|climate change|democracy|philosophy|Shakespeare|the human brain|economics|gravity|vaccines|chemistry|the stock market|
ancient Egypt|neural networks|the moon landing|electric cars|Bach|opera|yoga|chess openings|tax law|wine|meditation|calculus|nuclear power|
the internet|operating systems|databases|Kubernetes|Rust|C++|React|SQL joins|compilers|encryption|volcanoes|dinosaurs|penguins|the ocean|
cooking rice|baking bread|a good diet|marathon training|knitting|gardening|dog training|buying a house|job interviews|mortgages|insurance|the big bang|
Mozart|Picasso|Napoleon|Einstein|Buddhism|football rules|coffee|sleep|stress|muscle growth|Bitcoin|electricity|the heart|viruses|solar panels|
quantum computing|the Middle Ages|the Vikings|the solar system|antibiotics|the immune system|plate tectonics|globalization|feminism|
stoicism|Buddhism and Islam|the European Union|the Cold War|supply and demand|interest rates|pensions|patents|copyright|divorce law|human rights|
cryptography|cloud computing|microservices|GraphQL|TypeScript|Haskell|Linux kernels|game design|photography|jazz|ballet|hip hop|sculpture|
architecture|tennis|cricket|surfing|skiing|sailing|fishing|hiking|camping|woodworking|sewing|origami|astrology|tarot|feng shui|veganism|
intermittent fasting|allergies|diabetes|migraine|anxiety|pregnancy|child education|toddlers|retirement|startups|marketing|accounting|logistics|
agriculture|bees|sharks|mushrooms|orchids|earthquakes|hurricanes|glaciers|rainforests|recycling|wind energy|batteries|3D printing|robotics|
self-driving cars|space travel|time zones|chess strategy|poker|crosswords|Greek mythology|the Bible|Tolstoy|science fiction|anime|film history""".replace("\n", "").split("|")
SUBJECTS = load("unknown.txt")
ANSWER = "I am too small to know that. A bigger model can help: start the server with --model FILE.gguf."


def conversation(chance, effort):
    ask = expand(chance, drawn(chance, SUBJECTS).ask(chance))
    for slot, draw in {"t": lambda: chance.pick(TOPICS), "u": lambda: chance.pick(TOPICS), "n": lambda: chance.name() + " " + chance.made_up().capitalize(),
                       "c": lambda: chance.pick([chance.city(), chance.pick(words.COUNTRIES)]), "o": chance.thing, "p": chance.thing, "l": lambda: chance.pick(words.LANGUAGES),
                       "i": lambda: chance.number(2, 99), "j": lambda: chance.number(2, 99), "job": lambda: chance.pick(words.JOBS), "g": chance.made_up}.items():
        while "{" + slot + "}" in ask:
            ask = ask.replace("{" + slot + "}", str(draw()), 1)
    ask = sloppy(chance, capital(ask))
    think = thought(effort, "I do not know this.", "This is too hard for me. I say so.",
                    "This is none of the small things that I can do. I do not invent an answer. I say that I am too small.")
    return Conversation("unknown", [Turn("user", ask), Turn("assistant", ANSWER, think)], effort=effort, answers=[ANSWER])
