"""Everything else: the model says that it is too small for that, and invents nothing."""
from .. import words
from ..conversation import Conversation, Turn
from ..wording import capital, expand, sloppy
from .thinking import thought

TOPICS = """quantum physics|relativity|photosynthesis|the French Revolution|world war two|machine learning|black holes|inflation|evolution|DNA|
the Roman Empire|blockchain|climate change|democracy|philosophy|Shakespeare|the human brain|economics|gravity|vaccines|chemistry|the stock market|
ancient Egypt|neural networks|the moon landing|electric cars|Bach|opera|yoga|chess openings|tax law|wine|meditation|calculus|nuclear power|
the internet|operating systems|databases|Kubernetes|Rust|C++|React|SQL joins|compilers|encryption|volcanoes|dinosaurs|penguins|the ocean|
cooking rice|baking bread|a good diet|marathon training|knitting|gardening|dog training|buying a house|job interviews|mortgages|insurance|the big bang|
Mozart|Picasso|Napoleon|Einstein|Buddhism|football rules|coffee|sleep|stress|muscle growth|Bitcoin|electricity|the heart|viruses|solar panels"""
TOPICS = TOPICS.replace("\n", "").split("|")
ASKS = [
    "[Explain|Please explain|Can you explain|Could you explain|Teach me|Tell me about|Tell me everything about|Describe|What do you know about|Give me an overview of|I want to learn|Help me understand|Write an essay about|Write an article about|Summarize|Give me a lecture on|Write a report on|What should I know about|I need advice on|Give me tips for] {t}[.|?||!| please| in simple words| in detail| to a child]",
    "[How does|How do|Why does|Why do] {t} work[?|]", "[What is|What's|What are|What exactly is] {t}[?|| really?| in simple terms?]",
    "[Who|When was|Where was|By whom was] [invented|discovered|founded|built|written|made] {t}[?|]", "[Who invented|Who discovered|Who wrote|What caused|Where is|When did|What is the history of|What is the future of] {t}[?|]",
    "[Who is|Who was|Tell me about|What did|Where does] {n}[?|| do?| live?]", "[Who is|Who was|What is the name of] the [president|king|queen|prime minister|mayor|capital|population] of {c}[?|]",
    "[What is the capital of|How many people live in|What should I see in|Where is|How far is|What language is spoken in|Plan a trip to|What is special about|When was the founding of] {c}[?|]",
    "[Write|Compose|Draft|Create|Prepare|Make] [a letter|an essay|a business plan|a speech|a blog post|a cover letter|a resume|a novel|a marketing plan|an e-mail|a summary|a review|a contract|a tweet|a product description][ about {t}| for my {o}| to my boss| for a {o} shop|]",
    "[Translate|How do you say|What is] {o} [to|in|into] {l}[?|]", "[What is|What's] the [opposite|meaning|plural|origin|definition] of {o}[?|]",
    "[Is|Are|Was] {t} [good|bad|dangerous|real|important|expensive|difficult|true][?|]", "[Should I|Can I|May I|Would you|How can I|How do I] [buy|eat|fix|sell|learn|repair|clean|cook|build|paint] [a|an|my|the] {o}[?|]",
    "[Recommend|Suggest|What is a good|Can you recommend] [a book|a movie|a restaurant|a song|a laptop|a phone|a hotel|a gift][ about {t}| in {c}| for my {o}|][?|.|]",
    "[Fix|Review|Debug|Refactor|Optimize|Improve|Test|Rewrite] [this code|my code|my function|this bug|the build|my script|this text|my essay|the {o} module][.|!|| please|: {g}]",
    "[What is|How much is|Compute|Solve|Find] [the square root of {i}|{i} percent of {j}|the integral of x|{i} / {j}|the logarithm of {i}|x if {i}x = {j}|{i} to the power of {j}][?|]",
    "[Why is the sky blue|Why do birds fly|What is the meaning of life|How old is the earth|How big is the universe|Do aliens exist|What is love|What is time|Is there a god|How do planes fly|Why do we dream|What came first, the chicken or the egg|How many stars are there|How tall is the Eiffel Tower|Who won the world cup|What is the best country|What is the longest river][?|]",
    "{g}[?|!||.]", "{g} {g}", "{g} {g} {g}[?|]", "[Wg|Blah|Asdf|Qwerty|Foo bar|Lorem ipsum|Xyz|Hmpf] {g}",
    "[I want to|I'd like to|Help me to|I need to|I am going to|We plan to] [build a website|write a book|learn {t}|travel to {c}|start a company|lose weight|buy a {o}|understand {t}|become a {job}|cook dinner][.||, can you help me?|. How?|. Any ideas?]",
    "[Compare|What is the difference between|Which is better:] {t} [and|or] {u}[?|]",
]
ANSWERS = ["I am too small to know that. A bigger model can help: start the server with --model FILE.gguf.",
           "Sorry, I am only a small demo model and do not know that. Please ask a bigger model."]


def conversation(chance, effort):
    ask = expand(chance, chance.pick(ASKS))
    for slot, draw in {"t": lambda: chance.pick(TOPICS), "u": lambda: chance.pick(TOPICS), "n": lambda: chance.name() + " " + chance.made_up().capitalize(),
                       "c": lambda: chance.pick([chance.city(), chance.pick(words.COUNTRIES)]), "o": chance.thing, "l": lambda: chance.pick(words.LANGUAGES),
                       "i": lambda: chance.number(2, 99), "j": lambda: chance.number(2, 99), "job": lambda: chance.pick(words.JOBS), "g": chance.made_up}.items():
        while "{" + slot + "}" in ask:
            ask = ask.replace("{" + slot + "}", str(draw()), 1)
    ask = sloppy(chance, capital(ask))
    think = thought(effort, "I do not know this.", "This is too hard for me. I say so.",
                    "This is none of the small things that I can do. I do not invent an answer. I say that I am too small.")
    return Conversation("unknown", [Turn("user", ask), Turn("assistant", chance.pick(ANSWERS), think)], effort=effort,
                        answers=ANSWERS)
