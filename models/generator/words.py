"""The word lists everything else draws from. All written for this generator; no outside data."""
import os


def _list(text):
    return text.split()


NAMES = _list("""Anna Ben Clara David Elena Felix Grace Hugo Irina Jonas Karim Laura Marco Nina Oscar Paula Quinn Rosa Simon
Tara Umar Vera Walter Xenia Yusuf Zara Alice Bruno Chloe Dario Emma Frank Greta Henry Ivan Julia Kevin Linda Maria Noah
Olga Peter Rita Sofia Tom Ursula Victor Wendy Yara Zoe Adam Bella Carlos Diana Eric Fiona George Hannah Isaac Jack Kate
Leo Mona Nora Owen Priya Ravi Sara Tim Amir Beth Colin Dora Ethan Freya Gina Hassan Ines Jake Kira Liam Maya Nadia Omar
Pia Rosie Sven Tina Uma Viktor Wanda Yuki Zack Mary John James Robert Michael William Susan Jessica Sarah Karen Nancy Lisa
Margaret Sandra Ashley Daniel Matthew Anthony Mark Paul Steven Andrew Joshua Kenneth Brian Edward Ronald Jason Jeffrey Ryan
Jacob Gary Nicholas Larry Justin Scott Brandon Benjamin Samuel Gregory Patrick Alexander Raymond Dennis Jerry Tyler Aaron
Jose Nathan Douglas Zachary Kyle Ethel Wei Ming Hiro Sakura Kenji Aiko Lars Ingrid Pavel Dmitri Chen Fatima Ali Layla Noor
Mateo Lucia Diego Camila Pedro Ana Luis Elif Mehmet Ayse Giulia Luca Matteo Amelie Louis Jules Manon Thomas Hans Klaus""")

CITIES = _list("""Paris London Berlin Madrid Rome Oslo Vienna Prague Tokyo Beijing Delhi Cairo Lima Dublin Athens Lisbon Boston
Chicago Seattle Denver Austin Miami Toronto Montreal Sydney Perth Nairobi Lagos Tunis Dakar Seoul Osaka Kyoto Hanoi Jakarta
Manila Bangkok Dubai Doha Baku Tbilisi Kyiv Warsaw Krakow Budapest Zagreb Sofia Riga Vilnius Tallinn Helsinki Stockholm
Bergen Malmo Geneva Zurich Basel Milan Turin Naples Venice Porto Seville Valencia Lyon Nice Lille Brussels Ghent Utrecht
Hamburg Munich Cologne Dresden Leipzig Glasgow Leeds Bristol York Cardiff Quito Bogota Santiago Havana Dallas Houston Shanghai
Mumbai Istanbul Moscow Barcelona Amsterdam Copenhagen Reykjavik Edinburgh Manchester Liverpool Oxford Cambridge Bath Whitby
Philadelphia Phoenix Detroit Portland Atlanta Orlando Vancouver Ottawa Calgary Melbourne Brisbane Auckland Wellington Singapore
Taipei Shenzhen Chengdu Nanjing Hangzhou Karachi Lahore Dhaka Tehran Baghdad Riyadh Amman Beirut Casablanca Algiers Accra""")

NOUNS = _list("""order invoice ticket user account report package book song movie photo file folder message contact event meeting
task note recipe product price stock flight hotel train bus car bike garden lamp door window room house school office store
market bank river mountain forest island bridge tower castle engine motor sensor robot printer camera phone tablet laptop
screen keyboard mouse server database table record backup project issue branch release license key token page article news
story poem letter word image video audio game player team score match league coupon gift card wallet payment refund loan tax
salary budget contract policy claim customer client supplier vendor employee manager student teacher course lesson exam grade
library museum theater concert festival museum restaurant menu meal dish pizza cake bread cheese apple banana orange lemon
carrot potato tomato onion chair desk sofa bed shelf box bag bottle cup plate spoon knife fork shirt coat shoe hat glove
scarf umbrella watch ring clock map compass tent boat ship truck tractor plane helicopter rocket satellite planet star moon
cloud storm wind wave tide beach lake valley desert farm field tree flower leaf seed root bird fish horse cow sheep goat dog
cat rabbit lion tiger bear wolf fox snake frog bee ant spider battery cable switch button valve pump pipe tank filter heater
fan oven fridge freezer kettle toaster washer dryer vacuum drill hammer saw nail screw bolt wrench ladder rope chain lock
alarm signal beacon channel playlist album artist podcast episode season chapter paragraph sentence comment review rating vote
survey form field badge medal prize reward bonus discount voucher subscription membership reservation appointment schedule
calendar reminder deadline milestone sprint deployment cluster container volume snapshot pipeline job queue worker node
gateway router firewall certificate domain address parcel shipment warehouse inventory pallet crate barrel bucket basket""")
NOUNS = sorted(set(NOUNS))

VERBS = _list("""get find fetch create delete update send open close start stop list show check count add remove search read write
print move copy book cancel order play pause schedule track rename archive upload download compute convert translate measure
scan share lock unlock reset verify approve reject assign merge split export import install restart""")

COLORS = _list("red blue green yellow black white orange purple pink brown gray silver golden turquoise violet")
ANIMALS = _list("cat dog horse cow sheep lion tiger bear wolf rabbit duck fox goat pig bird elephant monkey mouse frog fish")
FRUITS = _list("apple banana orange pear grape lemon mango cherry peach plum melon kiwi fig strawberry blueberry pineapple")
VEGETABLES = _list("carrot potato onion tomato pepper bean pea cabbage leek beet spinach broccoli cucumber garlic")
JOBS = _list("""doctor teacher nurse pilot baker farmer lawyer painter driver engineer writer singer chef judge sailor dentist
plumber carpenter designer scientist librarian musician programmer mechanic""")
DAYS = _list("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
MONTHS = _list("January February March April May June July August September October November December")
COUNTRIES = _list("France Spain Italy Germany Japan China Canada Brazil Egypt India Norway Sweden Poland Greece Mexico Kenya")
PLANETS = _list("Mercury Venus Earth Mars Jupiter Saturn Uranus Neptune")
SPORTS = _list("football tennis hockey golf rugby boxing rowing judo swimming running cycling basketball volleyball")
INSTRUMENTS = _list("piano guitar violin drum flute trumpet cello harp clarinet saxophone")
LANGUAGES = _list("English French German Spanish Italian Chinese Japanese Russian Arabic Portuguese Dutch Polish Turkish")
CURRENCIES = _list("USD EUR GBP JPY CHF CNY SEK INR CAD AUD")
DRINKS = _list("water tea coffee milk juice lemonade soda cocoa wine beer")
SEASONS = _list("spring summer autumn winter")

CATEGORIES = {"colors": COLORS, "animals": ANIMALS, "fruits": FRUITS, "vegetables": VEGETABLES, "jobs": JOBS,
              "days of the week": DAYS, "months": MONTHS, "countries": COUNTRIES, "planets": PLANETS, "sports": SPORTS,
              "instruments": INSTRUMENTS, "languages": LANGUAGES, "drinks": DRINKS, "seasons": SEASONS,
              "cities": CITIES[:40], "names": NAMES[:40]}

NUMBER_WORDS = _list("zero one two three four five six seven eight nine ten eleven twelve")

# Tokens that are seldom written, such as the ends of longer words ("rench"): made-up words hold them, so that all are learned.
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", "fragments.txt"), encoding="utf-8") as _file:
    FRAGMENTS = [word for line in _file if not line.startswith("#") for word in line.split()]
# Short words that have a token with the space before them, which longer words begin with too (" or" in " orange").
STARTS = _list("""a add age all am an any are as ask at base be but by call can care cart code come count day do doing e el en end et
fill find fold for from get go good has have he help i id if in is it its late le light list live low max may me mode more my name near
new no not now of off on one open or our out own part path per place plus port rate read right run safe say scan seat see send set so
some sort stat step stop tag take tell than the then they this time to tool town track try turn two unit up use was way web who x you""")

# Words that are copied from the prompt: the tokenizer gives them the same tokens with and without a space before.
VALUES = set(NAMES + CITIES + NOUNS + COLORS + ANIMALS + FRUITS + VEGETABLES + JOBS + DAYS + MONTHS + COUNTRIES
             + LANGUAGES + SPORTS + INSTRUMENTS + DRINKS + CURRENCIES)
