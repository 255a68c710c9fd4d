"""Facts from a sentence as JSON: by a list of keys, by a JSON schema, or a single value; also plain pairs to JSON."""
import json

from .. import words
from ..conversation import Conversation, Turn
from ..wording import capital, expand
from .thinking import thought

# What the server appends to the last user message for a response format; documented in models/README.md.
BY_SCHEMA = "\n\nAnswer with JSON only, by this schema: "
ANY_OBJECT = "\n\nAnswer with one JSON object only."

RECORDS = [
    ("name age city", "{name} is {age} years old and [lives in|comes from|is from] {city}.|{name}, {age}, from {city}.|In {city} I met {name}, who is {age}.|My name is {name}, I am {age} and I live in {city}."),
    ("name job city", "{name} works as a {job} in {city}.|{name} is a {job} from {city}.|Our {job} {name} lives in {city}.|The {job} in {city} is called {name}."),
    ("name age job", "{name} is {age} and works as a {job}.|{name} ({age}) is a {job}.|The {job} {name} turned {age} this year."),
    ("name email", "[Write to|Contact|Mail] {name} at {email}.|{name}'s address is {email}.|{name} <{email}>|You can reach {name} by mail: {email}."),
    ("name quantity items price", "{name} [bought|ordered|wants|paid for] {quantity} {items} for {price} dollars.|{quantity} {items}, {price} dollars, sold to {name}."),
    ("order quantity color items", "Order {order} [contains|is for|has] {quantity} {color} {items}.|{quantity} {color} {items} were ordered under {order}."),
    ("name origin destination day", "{name} [travels|flies|goes|drives] from {origin} to {destination} on {day}.|On {day} {name} leaves {origin} for {destination}."),
    ("item color price", "The {color} {item} costs {price} dollars.|We sell a {color} {item} for {price} dollars.|For {price} dollars you get a {color} {item}."),
    ("first second city day", "{first} and {second} meet in {city} on {day}.|On {day}, {first} sees {second} in {city}."),
    ("ticket name day priority", "Ticket {ticket} was opened by {name} on {day} with {priority} priority.|{name} filed {ticket} ({priority}) on {day}."),
    ("title author year", "{title} was written by {author} in {year}.|{author} published {title} in {year}.|The book {title} ({year}) is by {author}."),
    ("event city day time", "The {event} [is|takes place|starts] in {city} on {day} at {time}.|Come to {city} on {day} at {time} for the {event}."),
    ("team opponent score", "{team} played against {opponent}, the score was {score}.|{team} against {opponent}: {score}."),
    ("product rating available", "The {product} has {rating} stars and is {available:in stock:sold out}.|{product}: {rating} stars, {available:in stock:sold out}."),
    ("name married age", "{name} is {age} and {married:married:not married}.|{name}, {married:married:not married}, is {age}."),
    ("name tags", "{name} likes {tags}.|The hobbies of {name} are {tags}.|{name} is interested in {tags}."),
    ("recipe ingredients minutes", "For {recipe} you need {ingredients}. It takes {minutes} minutes.|{recipe}: {ingredients}, ready in {minutes} minutes."),
    ("recipient quantity items", "[Please send|Send|Ship|Bring|Deliver] {quantity} {items} to {recipient}.|{recipient} [gets|wants|needs|asked for] {quantity} {items}.|{quantity} {items} for {recipient}, please."),
    ("person day time", "[I meet|We meet|I will see|Lunch with|The call with|My appointment with] {person} [is |][on {day} at {time}|at {time} on {day}].|{person} [comes|arrives|calls] on {day} at {time}.|On {day} at {time}: {person}."),
    ("sender receiver amount", "{sender} [paid|sent|gave|transferred] {receiver} {amount} dollars.|{receiver} [got|received] {amount} dollars from {sender}.|Payment of {amount} dollars from {sender} to {receiver}."),
    ("flight origin destination time", "Flight {flight} from {origin} to {destination} [leaves|departs|takes off] at {time}.|{flight} [goes|flies] to {destination} from {origin} at {time}."),
    ("name phone", "[Call|Phone|Ring] {name} at {phone}.|{name}'s [number|phone number] is {phone}.|{name}: {phone}."),
    ("username language active", "User {username} speaks {language} and is {active:active:not active}.|{username} ({language}) is {active:active:not active}."),
    ("animal name age", "[My|Our] {animal} is called {name} and is {age} years old.|{name} is a {animal}, {age} years old.|We have a {animal}, {name}, who is {age}."),
    ("guest nights city", "{guest} [stays|sleeps] {nights} nights in {city}.|{nights} nights in {city} for {guest}.|In {city}, {guest} booked {nights} nights."),
    ("old new file", "[Rename|Change] {old} to {new} in {file}.|In {file}, {old} [becomes|is now] {new}."),
    ("drink size price", "A {size} {drink} costs {price} dollars.|{drink}, {size}: {price} dollars.|For {price} dollars you get a {size} {drink}."),
    ("company city employees", "{company} from {city} has {employees} employees.|{employees} people work for {company} in {city}."),
    ("street number city", "[I live at|The shop is at|Send it to] {street} {number} in {city}.|{street} {number}, {city}"),
    ("order customer city", "Order {order} [was placed by|belongs to|is from] {customer} [from|in] {city}.|{customer} in {city} placed order {order}.|[Customer|Buyer]: {customer}, {city}, order {order}.|Please ship order {order} to {customer} in {city}."),
    ("order product quantity", "[Order|Order no.] {order}: {quantity} x {product}.|{quantity} pieces of the {product}, order {order}.|The {product} was ordered {quantity} times under {order}.|In order {order} somebody bought {quantity} of the {product}."),
    ("invoice customer amount due", "Invoice {invoice} for {customer} [over|of] {amount} dollars is due on {due}.|{customer} has to pay {amount} dollars by {due}, invoice {invoice}.|[By|Until] {due} we expect {amount} dollars from {customer} for invoice {invoice}.|Invoice: {invoice}, customer: {customer}, total: {amount}, due: {due}"),
    ("invoice amount paid", "Invoice {invoice} of {amount} dollars is {paid:paid:still open}.|{amount} dollars on invoice {invoice}, {paid:paid:not yet paid}.|We looked at invoice {invoice}: {amount} dollars, {paid:paid:unpaid}."),
    ("guest people day time", "[A table for|Please reserve for] {people} people on {day} at {time}, name {guest}.|{guest} [booked|reserved] a table for {people} on {day} at {time}.|On {day} at {time} {guest} comes with {people} people.|[Reservation|Booking]: {guest}, {people} persons, {day}, {time}"),
    ("guest room nights", "{guest} has room {room} for {nights} nights.|Room {room} is booked by {guest}, {nights} nights.|For {nights} nights {guest} sleeps in room {room}.|Guest {guest}, room {room}, {nights} nights."),
    ("product version error", "{product} {version} [fails|crashes|stops] with the error {error}.|The error {error} [shows up|appears] in {product} version {version}.|Since version {version} I get {error} in {product}.|Bug: {product}, version {version}, error {error}"),
    ("reporter file line", "{reporter} found a bug in {file} at line {line}.|Line {line} of {file} is wrong, says {reporter}.|In {file}, line {line}, something breaks ({reporter}).|Bug report by {reporter}: {file}, line {line}"),
    ("job company city salary", "{company} [seeks|wants|is hiring] a {job} in {city} for {salary} dollars a month.|We pay {salary} dollars to a {job} in {city}. Write to {company}.|Job: {job} at {company}, {city}, {salary} dollars.|A {job} earns {salary} dollars at {company} in {city}."),
    ("name company job", "{name} is the {job} of {company}.|At {company}, {name} works as a {job}.|{name} joined {company} as a {job}.|Our {job} at {company} is {name}."),
    ("employee department start", "{employee} starts in {department} on {start}.|On {start} {employee} joins the {department} department.|New in {department}: {employee}, from {start} on.|From {start} on, {employee} works for {department}."),
    ("employee days start", "{employee} [takes|wants|has] {days} days off from {start}.|From {start} on {employee} is away for {days} days.|Vacation: {employee}, {days} days, starting {start}."),
    ("recipe servings minutes", "{recipe} serves {servings} and takes {minutes} minutes.|In {minutes} minutes you have {recipe} for {servings} people.|{recipe}, for {servings} people, {minutes} minutes.|Cook {recipe} for {minutes} minutes, enough for {servings}."),
    ("ingredient amount unit", "[Take|Add|Use|Mix in] {amount} {unit} of {ingredient}.|{amount} {unit} of {ingredient} [are|go] in the bowl.|You need {ingredient}, {amount} {unit}.|{ingredient}: {amount} {unit}"),
    ("sensor temperature humidity", "Sensor {sensor} [shows|measured|reports] {temperature} degrees and {humidity} percent humidity.|{temperature} degrees, {humidity} percent, sensor {sensor}.|At {sensor} it is {temperature} degrees with {humidity} percent humidity.|[Reading|Data] of {sensor}: {temperature} degrees, humidity {humidity}"),
    ("sensor location value", "The sensor {sensor} in the {location} says {value}.|{value} is the reading of {sensor} in the {location}.|In the {location}, sensor {sensor} reads {value}.|{location}: {sensor} = {value}"),
    ("device location online", "The {device} in the {location} is {online:online:offline}.|{online:Online:Offline}: the {device} in the {location}.|In the {location} there is a {device}, it is {online:online:offline}."),
    ("team opponent score city", "{team} played {score} against {opponent} in {city}.|In {city} {team} met {opponent}, {score}.|{team} - {opponent} {score} ({city})|The game of {team} against {opponent} in {city} ended {score}."),
    ("player team goals", "{player} scored {goals} goals for {team}.|{goals} goals for {team} by {player}.|{team} won, {player} shot {goals} goals.|With {goals} goals {player} is the best of {team}."),
    ("runner place minutes", "{runner} [finished|came in] on place {place} after {minutes} minutes.|Place {place}: {runner}, {minutes} minutes.|After {minutes} minutes {runner} reached place {place}."),
    ("title author pages", "{title} by {author} has {pages} pages.|{author} wrote {title}, {pages} pages long.|The {pages} pages of {title} are by {author}.|Book: {title}, author: {author}, pages: {pages}"),
    ("title artist year", "The song {title} by {artist} is from {year}.|In {year} {artist} recorded {title}.|{artist} - {title} ({year})|{title}, sung by {artist}, came out in {year}."),
    ("title director year rating", "{director} made the film {title} in {year}, it has {rating} stars.|{title} ({year}, {director}): {rating} stars.|The film {title} of {year} got {rating} stars, directed by {director}."),
    ("flight gate time", "Flight {flight} boards at gate {gate} at {time}.|Gate {gate}, {time}: flight {flight}.|Please go to gate {gate} for flight {flight}, it leaves at {time}.|At {time} flight {flight} leaves from gate {gate}."),
    ("passenger seat train", "{passenger} sits on seat {seat} in train {train}.|Seat {seat} in {train} is for {passenger}.|Train {train}, seat {seat}, passenger {passenger}.|In train {train}, {passenger} has seat {seat}."),
    ("street number zip city", "[Our office is at|Send the bill to|I moved to|My address:|Visit us at] {street} {number}, {zip} {city}.|{street} {number}\n{zip} {city}|In {city} ({zip}) you find us at {street} {number}."),
    ("name street city phone", "{name}, {street}, {city}, phone {phone}|You find {name} at {street} in {city}, phone {phone}.|Call {phone} to reach {name}, {street}, {city}.|{name} lives in {city}, {street}. The number is {phone}."),
    ("name email phone", "{name}, {email}, {phone}|[Reach|Contact] {name} at {email} or {phone}.|{phone} or {email}, that's how you reach {name}.|Best regards, {name}, phone: {phone}, mail: {email}"),
    ("name company email", "{name} from {company} [wrote|can be reached] from {email}.|{name} of {company}, {email}|My name is {name}, I work at {company}, my mail is {email}.|At {company} ask {name} ({email})."),
    ("car plate color", "The {color} {car} has the plate {plate}.|{plate} is a {color} {car}.|A {color} {car}, plate {plate}, blocks the way.|Car: {car}, {color}, {plate}"),
    ("car year price", "{car} from {year} for {price} dollars.|For {price} dollars I sell my {car}, built in {year}.|My {car} of {year} costs {price} dollars.|{price} dollars: {car}, {year}"),
    ("city rooms rent", "[Flat|Apartment] in {city}, {rooms} rooms, {rent} dollars a month.|For {rent} dollars you get {rooms} rooms in {city}.|We rent out {rooms} rooms in {city} for {rent} dollars.|{rooms} rooms cost {rent} dollars in {city}."),
    ("patient doctor day time", "{patient} sees doctor {doctor} on {day} at {time}.|On {day} at {time} {patient} has an appointment with doctor {doctor}.|Doctor {doctor} expects {patient} at {time} on {day}.|Appointment: {patient}, {doctor}, {day}, {time}"),
    ("patient medicine dose", "{patient} takes {dose} mg of {medicine}.|Give {patient} {dose} mg of {medicine}.|{medicine}, {dose} mg, for {patient}.|The dose of {medicine} for {patient} is {dose} mg."),
    ("student course grade", "{student} got {grade} points in {course}.|In {course} {student} has {grade} points.|{grade} points for {student} in {course}.|Course {course}, student {student}, grade {grade}"),
    ("teacher course room day", "{teacher} teaches {course} in room {room} on {day}.|On {day} the {course} class of {teacher} is in room {room}.|{course}: {teacher}, room {room}, {day}."),
    ("branch author commit", "{author} pushed {commit} to {branch}.|Commit {commit} on {branch} is by {author}.|On {branch} there is a new commit {commit} from {author}.|{commit} ({author}) -> {branch}"),
    ("service version environment", "{service} {version} runs in {environment}.|In {environment} we have {service} version {version}.|Deployed {service} {version} to {environment}.|{environment}: {service}, version {version}"),
    ("host port active", "The server {host} listens on port {port} and is {active:up:down}.|Port {port} of {host} is {active:open:closed}.|{host}:{port} is {active:up:down}."),
    ("user action file time", "At {time} {user} {action} {file}.|{user} {action} {file} at {time}.|[Log|Audit]: {time} {user} {action} {file}"),
    ("parcel weight destination", "Parcel {parcel} to {destination} weighs {weight} kilos.|{weight} kilos, to {destination}, number {parcel}.|We sent {parcel} ({weight} kilos) to {destination}.|The parcel for {destination}, {parcel}, has {weight} kilos."),
    ("item store price day", "I bought a {item} at {store} for {price} dollars on {day}.|On {day} I paid {price} dollars for a {item} at {store}.|{store}, {day}: {item}, {price} dollars.|At {store} the {item} was {price} dollars on {day}."),
    ("city temperature sky", "In {city} it is {sky} with {temperature} degrees.|{temperature} degrees and {sky} in {city}.|The weather in {city}: {sky}, {temperature} degrees.|{city}, {temperature} degrees, {sky}"),
    ("event people city", "{people} people came to the {event} in {city}.|The {event} in {city} had {people} guests.|In {city}, {people} people saw the {event}.|{event}, {city}, {people} visitors"),
    ("task owner due", "{owner} has to do the {task} by {due}.|The {task} is {owner}'s job, due on {due}.|By {due} {owner} finishes the {task}.|Todo: {task}, who: {owner}, until: {due}"),
    ("country capital language", "The capital of {country} is {capital}, people speak {language}.|In {country} they speak {language}, the capital is {capital}.|{capital} is the capital of {country}. Language: {language}."),
    ("username followers language", "{username} has {followers} followers and writes in {language}.|{followers} people follow {username}, who posts in {language}.|The {language} account {username} has {followers} followers."),
    ("item size color quantity", "[I need|Please send|We want] {quantity} {color} {item} in size {size}.|{quantity} x {item}, {color}, {size}.|The {size} {color} {item}, {quantity} times.|{item}: size {size}, color {color}, quantity {quantity}"),
    ("account amount day", "On {day} {amount} dollars went to account {account}.|Account {account} got {amount} dollars on {day}.|{amount} dollars were booked on account {account} on {day}.|{day}: {amount} dollars, account {account}"),
    ("winner prize event", "{winner} won a {prize} at the {event}.|The {prize} of the {event} goes to {winner}.|At the {event}, {winner} got the {prize}."),
    ("child gift age", "{child} turns {age} and wants a {gift}.|For {child}, {age} years old: a {gift}.|A {gift} would be nice for {child}, who gets {age}.|{child} ({age}) wishes for a {gift}."),
]
UNITS, ENVIRONMENTS, SKIES = ["grams", "cups", "spoons", "liters"], ["production", "staging", "testing"], ["sunny", "cloudy", "rainy", "windy"]
ENUMS = {"size": ["small", "medium", "large"], "language": words.LANGUAGES[:6], "color": words.COLORS[:6], "priority": ["low", "medium", "high"], "day": words.DAYS, "due": words.DAYS, "start": words.DAYS, "unit": UNITS, "environment": ENVIRONMENTS, "sky": SKIES, "job": words.JOBS[:8]}
COUNTED = dict(people=99, line=999, salary=9999, days=30, servings=12, temperature=40, humidity=99, value=999, goals=9, place=50, pages=999,
               rooms=9, rent=5000, dose=500, grade=100, port=9999, weight=99, followers=9999)   # whole numbers up to this
PERSONS = "customer employee reporter player runner director artist passenger patient teacher student owner winner".split()
FIRST_NAMES = ["doctor", "child", "user"]
CODES = "invoice error sensor seat gate train plate parcel commit account".split()
MADE_UP = ["car", "medicine", "store"]
BY_KEYS = ["[Reply|Answer|Respond] in JSON with [the |]{w} {k}[:|. Text:|:] {s}", "{s}[ |\n][Reply|Answer] in JSON with [the |]{w} {k}.",
           "[Extract|Get|Pull out|Give me|Return|Find|Take] {k} [as JSON|in JSON|as a JSON object][:|: |. Text: |. ]{s}",
           "[Extract|Get|Return] {k} from [this sentence|this text|the text|the following] as JSON[:|.] {s}",
           "[Return|Make|Write|Give me|I need] a JSON object with {k}[. Text:|:|. The text:] {s}", "{s}\n[Give me|I want|Extract|Return] {k} as JSON[.|, please|]",
           "[JSON with|As JSON:|To JSON ({k}):|Keys {k}, JSON please:] {k}[ please:|:] {s}",
           "[Fill this in|Fill in|Complete this|Fill in the form|Please fill this in]: {k}\n[Text|From|Source|From this text]: {s}",
           "[Fill in|Fill in the fields|Complete the fields] {k} [from|with|using] [this text|the text|this|what follows]: {s}",
           "{s}\n\n[Fill in|Which are|Now fill in|Fill in the fields|From the text above fill in]: {k}[. JSON.| as JSON|. Answer in JSON.]",
           "[As a JSON object with|As JSON with|A JSON object with|JSON object with|JSON, keys|A JSON with|json with] {k}[:| please:|, please:] {s}",
           "{s} [As a JSON object with|As JSON with|Now as JSON with|In JSON with|As JSON, only] {k}[.|, please|]",
           "[Parse|Convert|Turn|Transform] [this|the text|the following|this sentence|the message] [into|to] [JSON|a JSON object|structured data] with {k}: {s}",
           "{s}\n[Parse this into|Turn this into|Convert it to|Make it] [JSON|a JSON object] with {k}[.|]",
           "[Structured data|Structured output|Structured|Structure it|Parse it] ({k}): {s}", "{s} -> [JSON|json] ({k})", "{s}\n[json|JSON|JSON only|just JSON]: {k}",
           "{k}? [JSON please|As JSON|In JSON]. {s}", "[Text|Message|Input|Note|Email|Sentence]: \"{s}\" [Extract|Return|I need|Give me] {k} [as JSON|in JSON][.|]",
           "[I got this message|A customer wrote|This is from an email|Here is a note|I have this text|Someone sent me this|From my inbox|Read this]: {s}\n[Give me|I need|Put|Extract|Please get] {k} [as JSON|in JSON|into a JSON object][.|, please|]",
           "[I need|I want|Please get me|We need|My program needs|The database needs] {k} [as JSON|in JSON|as a JSON object][.| from this:|:] {s}",
           "[For my database|For an import|For the table|For our system|For a form], [get|extract|pull out|give me] {k} as JSON: {s}",
           "[What are|Tell me|Which are] [the |]{k} [here|in this text|in this sentence]? [Answer|Reply] [as|in|with] JSON[.|:] {s}",
           "[Pick|Take|Read|Fish|Filter] {k} out of [this|the text|this sentence] [and answer in JSON|as JSON|into JSON]: {s}",
           "[Only|Just] {k} [as|in] JSON[, please|, nothing else|]: {s}", "[Schema|Format|Keys|Fields|Columns|Output keys]: {k}[.|\n][Text|Input|Data|Sentence]: {s}[\nJSON:|\nOutput:|\nAnswer in JSON.]",
           "[Fields|Keys] [wanted|needed]: {k}. {s} [JSON please|As JSON|Output as JSON][.|]",
           "[Write|Output|Print|Produce|Create|Build] [a JSON object|JSON] [that has|containing|holding|made of] {k} [of|from|for] [this|the text]: {s}",
           "[Respond|Reply|Answer] [only |]with [a JSON object|JSON] [containing|that holds|of] {k}[.|:] {s}", "{s}\n[Respond|Reply|Answer] [only |]with [a JSON object|JSON] [containing|that holds|of|with] {k}[.|]",
           "[Make|Build|Create] [a record|an entry|a JSON record] with {k} [from|out of] [this|the following|the text]: {s}",
           "[Text|Input]: {s}\n[Keys|Fields]: {k}\n[Output JSON|JSON|Answer in JSON][:|]"]
ONE_VALUE = ["What is the {k}? {s}", "{s} What is the {k}?", "[Extract|Find|Get] the {k}[:| from this text:| in this text:] {s}",
             "{k}? {s}", "{s} {k}?", "{s}\n{k}:", "[Text|Input|Note]: {s}\n[The |]{k}[:|?|]", "[I only want|I need|I just need|All I want is|Just|Only|I'm looking for] the {k}[.|:] {s}",
             "[I got this message|A customer wrote|Read this|Here is a note]: {s} [What is the {k}|What {k} is it|Tell me the {k}|Which {k}][?|]", "[What|Which] {k} [is in|does it say in|is given in|do you find in] [this|the text|this sentence][?|:] {s}",
             "{s}\n[Give me|Tell me|Extract|Return|Find|Get|Write|Say] [only |just |]the {k}[.|, please|]", "[Can you find|Could you tell me|Do you see|Please find|Read out|Pick out|Look up] the {k} [in|from] [this|the text|this text]: {s}",
             "[From|In] [the text|this]: \"{s}\" [what is the {k}|get the {k}|the {k}][?|]", "[Give me|Tell me] only the {k}[.|:] {s}", "{s}\n[Which|What] {k} [is it|is named|is meant]?"]
FREE = ["{s}", "Extract the [data|facts|information|fields][:|.| from this text:] {s}", "[Text|Input]: {s}", "{s}\n[Fill in the schema.|Extract.|As JSON.|]",
        "[Parse|Read|Structure|Convert|Fill this in|Analyze|Import|Record|Save|Digitize|Enter] this[:| text:| message:] {s}", "[As a JSON object|JSON|As JSON|In JSON|To JSON|As structured data|Structured data|Structured]: {s}",
        "{s}\n[Parse this.|Parse it|Structured, please.|As structured data.|Turn this into JSON.|Put this into the fields.|Fill in the form.|json please|To JSON|JSON]",
        "[I got this message|A customer wrote|Here is a note|This came by mail|Read this|Someone sent me this]: {s}[ Extract the data.| What does it say?| Put it into the fields.|]",
        "[Extract|Get|Pull out|Take] [everything|all data|all facts|what you can|the details] [from|of] [this|the text|this message]: {s}", "\"{s}\"[ as JSON| in JSON|]",
        "[Fill in the fields|Fill the form|Fill in the schema|Complete the record|Make a record|Create an entry|Make an object] [from|with|for|out of] [this|the following|the text]: {s}",
        "[Which|What] [fields|values|data|details] [do you find in|are in|does] [this|this text][?|:] {s}", "What [facts|data] [are|is] in this[ text|]? {s}"]


def draw(chance, key):
    if key in ENUMS:
        return chance.pick(ENUMS[key])
    if key in ("available", "married", "active", "paid", "online"):
        return chance.flip()
    if key in ("tags", "ingredients"):
        return [chance.thing() for _ in range(chance.integer(2, 3))]
    if key in COUNTED:
        return chance.number(1, COUNTED[key])
    if key in PERSONS or key in FIRST_NAMES:
        return chance.name() if key in FIRST_NAMES else chance.full_name()
    if key in CODES:
        return chance.code()
    if key in MADE_UP:
        return chance.made_up().capitalize()
    return {"name": chance.full_name, "first": chance.name, "second": chance.name, "author": chance.full_name, "city": chance.city,
            "origin": chance.city, "capital": chance.city, "country": lambda: chance.pick(words.COUNTRIES),
            "room": lambda: chance.integer(1, 400), "zip": lambda: str(chance.integer(10000, 99999)),
            "version": lambda: f"{chance.integer(0, 20)}.{chance.integer(0, 20)}", "action": lambda: chance.pick("opened changed deleted saved".split()),
            "destination": chance.city, "email": chance.email, "order": chance.code, "ticket": chance.code,
            "age": lambda: chance.integer(1, 99), "quantity": lambda: chance.number(2, 999), "price": lambda: chance.number(1, 999),
            "year": lambda: chance.integer(1800, 2030), "rating": lambda: chance.integer(1, 5), "minutes": lambda: chance.integer(5, 180),
            "recipient": chance.full_name, "person": chance.full_name, "sender": chance.name, "receiver": chance.name,
            "guest": chance.full_name, "flight": chance.code, "phone": lambda: str(chance.integer(10000, 9999999)),
            "username": chance.made_up, "animal": lambda: chance.pick(words.ANIMALS), "drink": lambda: chance.pick(words.DRINKS),
            "file": chance.path, "amount": lambda: chance.number(1, 999), "nights": lambda: chance.integer(1, 14),
            "employees": lambda: chance.number(2, 999), "number": lambda: chance.number(1, 200),
            "items": lambda: chance.thing() + "s",
            "time": lambda: f"{chance.integer(0, 23)}:{chance.pick(['00', '15', '30', '45'])}",
            "score": lambda: f"{chance.integer(0, 9)}:{chance.integer(0, 9)}"}.get(key, lambda: chance.made_up().capitalize()
                                                                               if key in ("team", "opponent", "company", "street", "title")
                                                                               else chance.thing())()


def sentence(chance, keys, patterns):
    values = {key: draw(chance, key) for key in keys}
    text = capital(expand(chance, "[" + patterns + "]"))   # but a value at its begin stays as it is
    for key, value in values.items():
        if isinstance(value, bool):
            start = text.index("{" + key)
            yes, no = text[start + len(key) + 2:text.index("}", start)].split(":")
            text = text[:start] + (yes if value else no) + text[text.index("}", start) + 1:]
        else:
            said = " and ".join([", ".join(value[:-1]), value[-1]]) if isinstance(value, list) else str(value)
            text = text.replace("{" + key + "}", said)
    return text, values


def schema_for(chance, values):
    def kind(key, value):
        if isinstance(value, list):
            return {"type": "array", "items": {"type": "string"}}
        name = "boolean" if isinstance(value, bool) else "integer" if isinstance(value, int) and chance.flip(0.7) else \
            "number" if isinstance(value, int) else "string"
        shape = {"type": name}
        if key in ENUMS and chance.flip(0.4):
            shape["enum"] = ENUMS[key]
        if chance.flip(0.1):
            shape["description"] = "The " + key
        return shape
    schema = {"type": "object", "properties": {k: kind(k, v) for k, v in values.items()}}
    if chance.flip(0.8):
        schema["required"] = list(values)
    if chance.flip(0.5):
        schema["additionalProperties"] = False
    if chance.flip(0.1):
        schema = {"title": chance.noun().capitalize(), **schema}
    return json.dumps(schema, ensure_ascii=False, separators=(",", ":"))


def key_thought(effort, values, text):
    pairs = ", ".join(f"{k} = {json.dumps(v, ensure_ascii=False).strip(chr(34))}" for k, v in values.items())
    return thought(effort, pairs, f"I fill in the keys: {pairs}.", f"The text says: {text}\nI fill in the keys: {pairs}. I answer with JSON only.")


def _finish(chance, effort, ask, think, answer, system=""):
    return Conversation("extraction", [Turn("user", ask), Turn("assistant", answer, think)], system, effort)


def pairs_to_json(chance, effort):
    """Keys and values given as such."""
    keys = list({chance.pick([chance.noun(), chance.made_up(), chance.noun() + "_" + chance.noun()]): 0 for _ in range(chance.integer(1, 4))})
    values = {k: chance.pick([chance.made_up(), chance.name(), chance.city(), chance.integer(0, 999), chance.code(), chance.noun()]) for k in keys}
    form = chance.pick(["{k} is {v}", "{k} = {v}", "{k}: {v}"])
    body = chance.pick([", ", " and ", "; ", "\n"]).join(form.format(k=k, v=v) for k, v in values.items())
    ask = expand(chance, chance.pick(["[Make|Write|Give me|Return] JSON[:| from this:| for:] {b}", "[Write|Convert|Turn|Format|Put] this [as|to|into] JSON: {b}",
                                      "{b}[. As JSON please.|\nas JSON|. Give me JSON.]", "[Turn this into|Make] a JSON object: {b}"]), b=body)
    return _finish(chance, effort, ask, key_thought(effort, values, body), json.dumps(values, ensure_ascii=False))


def conversation(chance, effort):
    way = chance.weighted({"keys": 4, "schema": 5, "value": 2, "pairs": 2, "object": 1.5})
    if way == "pairs":
        return pairs_to_json(chance, effort)
    keys, patterns = chance.pick(RECORDS)
    text, values = sentence(chance, keys.split(), patterns)
    wanted = {k: values[k] for k in chance.some(values, chance.integer(1, len(values)))}
    answer = json.dumps(wanted, ensure_ascii=False)
    if way == "value":
        key = chance.pick([k for k in values if not isinstance(values[k], (bool, list))])
        value = values[key]
        think = thought(effort, f"{key} = {value}", f"The text says that the {key} is {value}.",
                        f"The text says: {text}\nThe user wants the {key}. It is {value}. I answer with this value only.")
        return _finish(chance, effort, expand(chance, chance.pick(ONE_VALUE), k=key, s=text), think, str(value))
    names = list(wanted)
    listed = ", ".join(names) if len(names) == 1 or chance.flip() else " and ".join([", ".join(names[:-1]), names[-1]])
    by_keys = expand(chance, chance.pick(BY_KEYS), k=listed, s=text, w="key" if len(names) == 1 else "keys")
    if way == "keys":
        return _finish(chance, effort, by_keys, key_thought(effort, wanted, text), answer)
    if way == "object":
        return _finish(chance, effort, by_keys + ANY_OBJECT, key_thought(effort, wanted, text), answer)
    ask = expand(chance, chance.pick(FREE), s=text) if chance.flip(0.75) else by_keys
    order = BY_SCHEMA + schema_for(chance, wanted)
    system = "" if chance.flip(0.9) else order.strip()
    return _finish(chance, effort, ask if system else ask + order, key_thought(effort, wanted, text), answer, system)
