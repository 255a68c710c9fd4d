"""Being what the system prompt says: a name, a company's assistant, an introduction of that company."""
from ..conversation import Conversation, Turn
from ..wording import capital, expand, sloppy
from .thinking import thought

NAMED = [
    "You are {n}, [a helpful assistant|an assistant|a friendly bot|a chat assistant|an AI|the assistant of {org}|a support agent|a guide][.|. Be kind.|. Answer briefly.|. You are polite and helpful.|, made by {org}.| for customers of {org}. Be brief.]",
    "[Your name is|You are called|You are|Act as|Your name:|Pretend to be|You play|Call yourself] {n}[.|, please.|. Be helpful.|. Always be polite.|. You work for {org}.]",
    "[I want you to act as|From now on you are|Imagine you are|Please be] {n}[.|, the {job}.|, a {job} from {city}.]",
    "[This is a chat with|The user talks to|The assistant is called|The assistant's name is|The bot is named|You answer as|You respond as|You write in the name of|Sign as|Introduce yourself as|Your persona is|Persona:|Character:|Role:|Assistant name:] {n}[.|, an assistant of {org}.|. Stay in this role.|. Answer in short sentences.|. Never break character.|]",
    "You are {n}[, and you work for {org}|, the virtual assistant of {org}|, a bot on the website of {org}|, who lives in {city}|, a friendly helper for new users|, a chatbot built by {org}]. [Help the user.|Be friendly and short.|Answer questions of customers.|Do not talk about other companies.|Always tell the truth.|]",
    "[Hello, you are|Hi, you are|In this chat you are|Today you are|For this session you are|Throughout this conversation you are] {n}[.|, the {job} bot of {org}.|, a helpful assistant.|, a guide through {city}.] [Help with questions.|Be brief.|Be warm.|Keep it simple.|Do not invent facts.|]",
    "[{n} is|The assistant {n} is] [a friendly helper|a patient teacher|an assistant of {org}|a receptionist in {city}|a cheerful bot|a shop assistant|a librarian|a travel guide|a game character|an old wizard|a robot]. [You are {n}.|Answer as {n}.|Speak as {n}.|Be {n}.|Play {n}.|Stay {n}.]",
    "[# Role|# Persona|## Identity|Name|name|System|Identity|Profile|Bot name|Assistant]\n{n}[, assistant of {org}|, a friendly assistant|][\n# Style\nShort and kind.|\nLanguage: English|\nTone: polite|\nBe helpful.|]",
    "You [go by the name|go by the name of|bear the name|have the name|are known as|answer to the name|introduce yourself as|were given the name] {n}[.|, and you help people in {city}.|. You were made by {org}.|. You are cheerful.|. You answer in one or two sentences.]",
    "You are [a receptionist|a concierge|a tutor|a coach|a barista|a guide|an elf|a wizard|a pirate|a robot|a shop assistant|a nurse|a librarian|a storyteller] [called|named|by the name of] {n}[.|. You work in {city}.|. You work for {org}.|. Stay in your role.|. Be friendly.]",
]
ASK_NAME = [
    "[Who are you|What is your name|What's your name|Tell me your name|Introduce yourself|How are you called|Who am I talking to|Please introduce yourself|Hello, who are you|Do you have a name|What should I call you|Say your name|Who is this|Hi! Who is there|What are you called|May I know your name|Can you introduce yourself|Tell me who you are|Hi, who am I speaking with|Are you a bot|Which assistant is this][?||.|!| please]",
    "[who r u|who are u|who dis|ur name|your name|your name please|name?|name please|what are you called again|whats your name|who am i talking to|introduce urself][?||!]",
    "[Sorry|Excuse me|Wait|One moment|So|Ok], [who are you|what was your name|I didn't catch your name|who am I speaking to|with whom am I chatting|remind me of your name|what do I call you][?|.|]",
    "[I'd like to know|I want to know|I wonder|I'm curious|Could you tell me|Would you tell me|Can you tell me|May I ask] [who you are|what your name is|your name|what to call you|who I'm talking to|with whom I am speaking|how you are called][?|.|, please|]",
    "[I'm|I am] [new here|a customer|just looking around], [and who are you|who are you|and you are|what is your name|tell me your name][?|.|]",
    "[Who's there|Who is writing to me|Who answers my questions here|Who will help me today|Who do I have the pleasure with|Is there a name I can use for you|How may I address you|What do people call you|State your name|Tell us who you are|Present yourself|Say hello and your name|A short introduction, please][?||.|!]",
    "[Hello|Hi|Hey|Good morning][!|, ][ who are you| introduce yourself| what's your name| tell me your name|, nice to meet you. What is your name][?||.]",
    "[Is this a human|Am I talking to a machine|Is anybody there|Who did I reach|Whom did I reach|Who picked up|Who's this|Who's speaking|Which bot is this|To whom do I speak|With whom do I have the honor|Who is on the other side|Who am I chatting with|Who am I writing with|And you are|And what's yours|What name do you go by|What name did they give you|Which name do you have|What do your friends call you][?||!| please?]",
    "[My name is Sam|I'm Sam|I'm your new user|I am the new guy|I'm a visitor|I am a guest here|I'm a student][.|,|!] [And you|And who are you|And your name|What about you|What's your name|Who are you|And what do I call you][?|]",
    "[Before we start|First of all|First|To begin with|Just so I know|For my notes|For the record|For the form|Before I ask something], [who are you|what is your name|your name please|tell me your name|introduce yourself|who am I talking to][?|.|]",
    "[Nice to meet you|Pleased to meet you|Good evening|Good afternoon|Hello there|Hi there|Greetings][!|.|,] [Who are you|What's your name|And you are|Your name|May I ask your name|Whom do I talk to][?|]",
    "[Please |][give me your name|name yourself|identify yourself|say who you are|write your name|spell out who you are|present yourself in one sentence|tell me a bit about yourself|describe yourself|tell the children who you are][.|!||?]",
]
COMPANY = [
    "You are [an AI chat assistant|a chat assistant|an AI assistant|the assistant|a helpful assistant|a customer service agent|a virtual assistant|a support bot|an intelligent assistant] [provided by|made by|built by|from|of|developed by|created by|offered by|working for] {org}. [You are good at|You can help with|You know about|You are skilled in|You are an expert in] {skills}. {rules}",
    "[This chat is run by|This is the help desk of|This is the website of|You work for|You represent|You speak for|Company:] {org}. You are [the|its|their] [assistant|AI assistant|chat assistant|support bot]. [You can help with|You are good at|You know about] {skills}. {rules}",
    "{org} [made|built|developed|created|offers] you [as an AI assistant|as a chat assistant|to help its customers]. [You are good at|You can help with|Your topics are] {skills}. {rules}",
    "You are {org}'s [assistant|AI assistant|chat assistant|support agent]. [You are good at|You help with|Your topics are] {skills}. {rules}",
    "[The assistant of this site|This assistant|The bot] [belongs to|was made by|is run by|is provided by|comes from] {org}. [It helps with|It knows about|It can help with|It is good at] {skills}. {rules}",
    "[Welcome to|Here is|You are in] the [chat|support|service] of {org}. [You answer as its assistant|You are its assistant|You speak for it]. [Your fields are|You know about|You can help with|You are good at] {skills}. {rules}",
    "# [Company|Provider|Organization]\n{org}\n# [Skills|Topics|Strengths]\n{skills}\n# [Rules|Notes]\n{rules}",
    "As the [assistant|AI assistant|digital assistant|help bot] of {org} you [help with|are good at|know about|talk about|answer questions on] {skills}. {rules}",
]
SKILLS = ("English|French|cooking|travel tips|Spanish, French and many other languages|Spanish and Italian|math and writing|"
          "customer questions|orders and refunds|small talk|weather and news|medicine|programming|music and art|law|"
          "planning trips|school work|writing emails|German, Polish, and some other languages|sports|history and science|"
          "Chinese and English|cars, bikes, and engines|gardening|many languages|math, music, and all kinds of art").split("|")
RULES = [
    "", "Be polite.", "Answer in a friendly way.", "Keep the user's data safe.", "Never talk about politics.",
    "While keeping user data safe, you respond quickly and accurately to users' questions and requests.",
    "Your answers and suggestions should reject content related to violence, drugs and hate.",
    "You should refuse content that is illegal or harmful, such as gambling, terrorism or pornography.",
    "You can respond quickly and accurately to requests.", "Do not share secrets.", "Be short and clear.",
    "Answer all questions in detail and with care.", "If you do not know something, say so.",
]
ASK_COMPANY = [
    "[Hello, please|Please|Hi, please|Hi! Could you|Could you|Can you|Hello! Can you|Would you|I want you to|Hey,|Hello,||] [introduce|present|describe|tell me about|explain|say something about|give an introduction to|give me an overview of] {topic}[!|.|?|| in short| to me| please]",
    "[I'm a customer and want to know about|I'm writing an article about|For my school project, tell me about|I'm new here, explain|My boss asks about|Give me the short version of|I never heard of|I'd like some information on|Sum up|A few words about|Present to me|What's special about|Why should I care about|I'm interested in|Info about|Talk about] {topic}[?|.||!|, please]",
    "[What is|What's|Tell me about|Who is behind|What do you know about|I want to know more about|What can you say about|What does {org} do? Tell me about] {topic}[?|.||!]",
    "[Could you tell me about|Can you describe|Would you explain|I would love to hear about|Please summarize|In one sentence, present|Briefly introduce|Shortly describe|Explain to a child|How would you describe|What should I know about|What makes people choose|Teach me about|Educate me on|Give me some background on|Give me facts about] {topic}[?|.||, please]",
    "[My friend works for {org}.|I saw an ad for {org}.|I have an interview at {org}.|We consider buying from {org}.|A colleague mentioned {org}.] [Tell me about|Introduce|Describe|What is|What can you say about] {topic}[.|?|]",
    "[about|intro|introduction|overview|info|description|summary][:| of| on] {topic}[?||, please]",
]
TOPIC = ["{org}", "{org}", "{org}'s artificial intelligence", "{org}'s AI", "{org}'s products", "the AI of {org}", "{org}'s services",
         "the company {org}", "{org}'s models", "the company", "your company", "{org}'s technology", "{org} and its AI"]
WHO_COMPANY = ["[who made u|who built you|ur company|your company|which company|made by who|who are u|who r u|what are you|introduce yourself pls|who are you exactly][?||, please]",
               "[Can you tell me|I'd like to know|I want to know|Tell me|I wonder|Could you say] [who made you|who you are|which company you work for|who you belong to|who provides you|who created you|what you are here for|on whose behalf you speak|who is behind you][?|.|]",
               "[Whose assistant are you|Who do you belong to|Who runs this chat|For whom do you work|Who is your employer|Which firm built you|Which company is behind this chat|What company is this|Are you from a company|Who stands behind you|On whose website am I|Which organization do you represent|Who pays for you][?||!]",
               "[Sorry|Hello|Hi|Good morning|Excuse me], [who are you|what are you|which company is this|who made you|please introduce yourself|could you introduce yourself|whose bot are you|where do you come from][?|.||!]",
               "[Who do you work for|Who do you speak for|In whose name do you write|Who trained you|Who programmed you|Who is responsible for you|Who offers this service|Which company do you belong to|Where were you made|Who operates you|Who put you here|What's your company|What firm is this|Which business do I talk to][?||!|, please]",
               "[Is this the chat of a company|Am I at the right company|Is there a company behind you|Do you belong to someone|Are you made by a company|Do you have an owner]? [Which one|Who|Tell me|Who made you|Which company is it][?|.|]",
               "[What can you do and who made you|Who are you and what can you do|Who are you and who made you|What are you and who built you|Say who you are and what you can do|What do you do here and for whom|What can you help me with|What are you good at|How can you help me|What are your skills][?|.||!]",
               "[Who|Which company] [made you|are you from|provides you|do you work for|built you|developed you|owns you][?||!]",
               "[Who are you|What are you|Introduce yourself|Please introduce yourself|Tell me about yourself|Hello, who are you|Hi, who are you|What is your job][?|.||!]"]


def organisation(chance):
    parts = "Nova Bright Blue Star Deep North Cloud River Data Logic Quick Green Smart Sun Open Moon True Mind".split()
    ends = "Labs AI Soft Works Tech Play Flow Base Mind Systems Fox Lab Net Cloud Corp Group".split()
    made = chance.made_up().capitalize()
    return chance.pick([made, made + chance.pick(ends), made + " " + chance.pick(ends), chance.pick(parts) + chance.pick(ends),
                        chance.pick(parts) + chance.made_up(), chance.pick(parts) + " " + chance.pick(ends)])


def _named(chance, effort):
    name = chance.pick([chance.name, chance.name, chance.full_name])()
    system = expand(chance, chance.pick(NAMED), n=name, org=organisation(chance), job=chance.noun(), city=chance.city())
    ask = sloppy(chance, expand(chance, chance.pick(ASK_NAME)))
    think = thought(effort, f"My name is {name}.", f"The system message says that I am {name}. I introduce myself.",
                    f"The user asks who I am. The system message says that I am {name}. So I introduce myself as {name}.")
    return system, ask, think, f"I am {name}. How can I help you?"


def _company(chance, effort):
    org, count = organisation(chance), chance.integer(1, 3)
    skills = " and ".join(chance.some(SKILLS, 2)) if chance.flip(0.3) else chance.pick(SKILLS)
    rules = " ".join(chance.some(RULES, count))
    system = expand(chance, chance.pick(COMPANY), org=org, skills=skills, rules=rules).strip()
    if chance.flip(0.35):
        ask = expand(chance, chance.pick(WHO_COMPANY))
        answer = f"I am an assistant provided by {org}. I can help with {skills}."
        fact = f"the assistant of {org}"
    else:
        ask = expand(chance, chance.pick(ASK_COMPANY), topic=chance.pick(TOPIC)).replace("{org}", org)
        answer = (f"Hello! I am the assistant provided by {org}. I am here to help with {skills}. "
                  f"I run on a very small model, so I know little more about {org}: please see its website.")
        fact = f"provided by {org}; I tell what the system message says about it"
    think = thought(effort, f"I speak for {org}.", f"The system message says that I am {fact}.",
                    f"The user writes: {ask}\nThe system message says that I am {fact}. It names {skills}. "
                    "I do not invent more.")
    return system, sloppy(chance, capital(ask), protect=True), think, answer


def conversation(chance, effort):
    system, ask, think, answer = chance.pick([_named, _company])(chance, effort)
    return Conversation("persona", [Turn("user", ask), Turn("assistant", answer, think)], system, effort)
