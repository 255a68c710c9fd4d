"""Questions about Trilogue itself, answered from the fact list data/trilogue.txt."""
from ..intents import load
from ..wording import expand, sloppy
from .smalltalk import answer_intent

FACTS = load("trilogue.txt")

ABOUT_TOPIC = [
    "[How do I|How can I|How to|How would I|How should I] [use|get|set up|try|work with|handle|configure] {topic}[?|| here?| with this server?| in Trilogue?]",
    "[Do you|Does this server|Does Trilogue|Does it|Do u] [support|have|know about|offer|handle|provide] {topic}[?||, and how?]",
    "[Is|Are] {topic} [supported|possible|available|there|included][?|| here?| in Trilogue?]",
    "[What is|What are|What's|Whats] {topic}[?|| here?| about?| for?]",
    "[Explain|Tell me about|Describe|Show me|Talk about|Please explain|Can you explain|Could you explain|I need help with|Help me with|Help with|I have a question about|Give me information on|Info on|More about|Teach me about|I'd like to know about|I want to know about|Say something about|Can you tell me about] {topic}[.|?||!| please| in Trilogue| here| in short]",
    "[How does|How do] {topic} work[?|| here?| in Trilogue?| in this server?]",
    "[What about|And|Anything on|Any docs on|Where do I find|Where can I read about|Can I use|Can I have|Can I get|I want to use|I want|I would like|I need|Is there] {topic}[?|| here?| in Trilogue?]",
    "{topic}[?||, how?| how does it work?| please]",
]


def conversation(chance, effort):
    fact = chance.pick(FACTS)
    if fact.topics and chance.flip(0.55):
        question = expand(chance, chance.pick(ABOUT_TOPIC), topic=chance.pick(fact.topics))
    else:
        question = expand(chance, chance.pick(fact.asks))
    question = sloppy(chance, question[:1].upper() + question[1:])
    return answer_intent(chance, effort, fact, question, "trilogue")
