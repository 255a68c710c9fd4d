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

# What somebody wants to do with the server: the words after "how do I".
ABOUT_DEED = [
    "[How do I|How can I|How could I|How would I|How does one|How should I|What's the way to|What is the best way to|What do I do to|What must I do to|What do I have to set to] {deed}[?|| here?| with this server?| please?]",
    "[Is it possible to|Is there a way to|Is there an option to|Any chance to|Any way to|Would it be possible to|Can I somehow|Could I|May I|Am I able to|Are we able to|Does the server let me|Does Trilogue let me] {deed}[?|| here?|, and how?]",
    "[I'm trying to|I want to|I need to|I'd like to|I would like to|We want to|We need to|I have to|I wish to|I was asked to|My boss wants me to|The task is to|My plan is to|I am about to|My app has to|Our bot needs to] {deed}[.||, how?|, any hints?|, what do I set?|, can you help?|. How do I do that?|, is that possible?|, please help]",
    "[Tell me|Show me|Explain|Teach me|Please explain|Can you tell me|Could you show me|Do you know|I wonder|I was wondering|I'd like to know|I don't know|I can't figure out|I couldn't find out|Nobody told me|Remind me|Let me know] how to {deed}[.|?||, please]",
    "[I'm building a bot|I'm writing a small web app|We're a team of three|I'm making a demo|I have a script|I am new to this|I'm porting an app|It is for a school project|I'm integrating this at work|We are evaluating this server|I run a small shop|I'm a student|My app is nearly done|I'm an admin here|I write an app for phones][.|,| and] [how do I|I want to|I need to|can I|I have to|now I'd like to|is there a way to|I don't know how to] {deed}[.|?|]",
    "[To|In order to|If I want to|When I want to|Suppose I want to] {deed}, [what do I send|what do I do|which field do I set|what do I need|what do I change|where do I look|how do I start][?|]",
    "[how 2|howto|how to|wanna|want to|need to|gotta|trying to|help me to|help me|pls help me to|looking for a way to|best way to|easiest way to|possible to] {deed}[?||, thx| please]",
    "[How I can|How can to|Please how to|Which is the way for to|It is possible to|I would like know how|I not know how to|What I must do to|Is possible] {deed}[?||, please| please]",
]

# What troubles somebody: a whole sentence, often without a question.
ABOUT_TROUBLE = [
    "{trouble}[.|!||...|. Help!|. Any idea?|. What now?|, what now?|, what can I do?|, how do I fix that?|, can I change that?|, is there an option for that?|. What am I missing?|. What should I do?|, how come?|. Is that normal?]",
    "[Hi|Hello|Hey|Hi there|Good morning|Excuse me|Sorry to bother you|Help|Hmm|Quick one|Dear assistant][,|.|!|:] {trouble}[.|, what can I do?|, any hints?|. What do I do?|, can you help?|, please help|]",
    "[The problem is that|My problem:|My problem is,|The thing is,|The issue is that|It is annoying that|I noticed that|It looks like|It seems that|Right now|At the moment|For some reason|Since today|Unfortunately|Well,|Situation:|Here is my problem:|You see,|Our customers say that] {trouble}[.||, what can I do?|, any ideas?|, how do I solve that?|, what do I change?|. Thanks!]",
    "[What can I do if|What do I do when|What do you advise if|How do I deal with it if|What should I set if|Is there a setting for when|What helps if|Is there a solution if|What if] {trouble}[?|]",
    "[I'm building a bot|I'm writing a small web app|We made a prototype|I'm making a demo|I have a script|I am new to this|I'm porting an app|I followed the tutorial|I use your server|We set up Trilogue|I started the server][.|,| and|, but] {trouble}[.|, what now?|, what do I do?|, any idea?|]",
    "[Why is it that|Is it normal that|How come|Can it be that|Is it a bug that] {trouble}[?|]",
]


def conversation(chance, effort):
    fact = chance.pick(FACTS)
    way = chance.weighted({"topic": 7, "deed": 4 if fact.deeds else 0, "trouble": 4 if fact.troubles else 0, "ask": 9})
    if way == "topic":
        question = expand(chance, chance.pick(ABOUT_TOPIC), topic=chance.pick(fact.topics))
    elif way == "deed":
        question = expand(chance, chance.pick(ABOUT_DEED), deed=chance.pick(fact.deeds))
    elif way == "trouble":
        question = expand(chance, chance.pick(ABOUT_TROUBLE), trouble=chance.pick(fact.troubles))
    else:
        question = expand(chance, fact.ask(chance))
    question = sloppy(chance, question[:1].upper() + question[1:])
    return answer_intent(chance, effort, fact, question, "trilogue")
