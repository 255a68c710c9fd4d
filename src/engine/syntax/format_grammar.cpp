#include <string>

#include "engine/syntax/string_grammar.h"

namespace trilogue::engine::syntax {
namespace {

// Each takes no more than what validators of its format do (zod, Ajv, `new URL`, but for odd names of hosts),
// so that an answer passes them; spelled with characters that JSON and raw text write alike.

std::string date(GrammarRules& rules) {
  rules.shared("longmonth", R"(("0" [13578] | "1" [02]) "-" ("0" [1-9] | [12] [0-9] | "3" [01]))");
  rules.shared("shortmonth", R"(("0" [469] | "11") "-" ("0" [1-9] | [12] [0-9] | "30"))");
  rules.shared("february", R"("02-" ("0" [1-9] | "1" [0-9] | "2" [0-8]))");
  rules.shared("leapyear", R"([0-9]{2} ("0" [48] | [2468] [048] | [13579] [26]))");
  return rules.shared("date", R"([0-9]{4} "-" (longmonth | shortmonth | february) | leapyear "-02-29")");
}

std::string time(GrammarRules& rules) {
  return rules.shared("time", R"(([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9] ":" [0-5] [0-9] ("." [0-9]{1,9})? )"
                              R"(("Z" | [+-] ([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9]))");
}

std::string date_time(GrammarRules& rules) {
  return rules.add(sequence({date(rules), "\"T\"", time(rules)}));
}

// ISO 8601, its parts in whole numbers.
std::string duration(GrammarRules& rules) {
  rules.shared("daysof", R"([0-9]{1,9} "D")");
  rules.shared("monthsof", R"([0-9]{1,9} "M" daysof?)");
  rules.shared("secondsof", R"([0-9]{1,9} "S")");
  rules.shared("minutesof", R"([0-9]{1,9} "M" secondsof?)");
  rules.shared("timeof", R"("T" ([0-9]{1,9} "H" (minutesof | secondsof)? | minutesof | secondsof))");
  return rules.shared("duration", R"("P" ([0-9]{1,9} "W" | timeof | )"
                                  R"(([0-9]{1,9} "Y" (monthsof | daysof)? | monthsof | daysof) timeof?))");
}

std::string uuid(GrammarRules& rules) {
  rules.shared("hex", "[0-9a-fA-F]");
  return rules.shared("uuid", R"(hex{8} "-" hex{4} "-" [1-8] hex{3} "-" [89abAB] hex{3} "-" hex{12})");
}

std::string ipv4(GrammarRules& rules) {
  rules.shared("octet", R"("25" [0-5] | "2" [0-4] [0-9] | "1" [0-9] [0-9] | [1-9] [0-9] | [0-9])");
  return rules.shared("ipv4", R"(octet ("." octet){3})");
}

// Eight groups, or up to seven around the only `::`.
std::string ipv6(GrammarRules& rules) {
  constexpr int kGroups = 8;
  rules.shared("hex", "[0-9a-fA-F]");
  rules.shared("group", "hex{1,4}");
  const auto further = [](int least, int most) {
    if (most == 0) return std::string();
    return R"((":" group){)" + std::to_string(least) + "," + std::to_string(most) + "}";
  };
  const auto up_to = [&](int most) {
    return most == 0 ? "" : "(" + sequence({"group", further(0, most - 1)}) + ")?";
  };
  std::vector<std::string> ways{sequence({"group", further(kGroups - 1, kGroups - 1)})};
  ways.push_back(sequence({R"("::")", up_to(kGroups - 1)}));
  for (int before = 1; before < kGroups; ++before)
    ways.push_back(
        sequence({"group", further(before - 1, before - 1), R"("::")", up_to(kGroups - 1 - before)}));
  return rules.shared("ipvsix", alternatives(ways));
}

// Under the 253 bytes that a name may have.
std::string hostname(GrammarRules& rules) {
  rules.shared("hostlabel", "[a-zA-Z0-9] ([a-zA-Z0-9-]{0,28} [a-zA-Z0-9])?");
  return rules.shared("hostname", R"(hostlabel ("." hostlabel){0,7})");
}

// Not much longer than a name can be, or a small model writes on for ever.
constexpr std::int64_t kLongestEmail = 244;

std::string email(GrammarRules& rules) {
  hostname(rules);
  rules.shared("mailatom", "[a-zA-Z0-9_+-]{1,30}");
  return rules.shared("email",
                      R"(mailatom ([.'] [a-zA-Z0-9_+-]{1,16}){0,2} "@" (hostlabel "."){1,5} [a-zA-Z]{2,24})");
}

constexpr std::int64_t kLongestShortEmail = 48;

std::string short_email(GrammarRules& rules) {
  return rules.shared("shortemail", R"([a-zA-Z0-9_+-]{1,20} "@" [a-zA-Z0-9]{1,20} "." [a-zA-Z]{2,6})");
}

// With a host, whose last label is no number but in an address, or of a kind that has none.
std::string uri(GrammarRules& rules) {
  hostname(rules);
  ipv4(rules);
  rules.shared("hex", "[0-9a-fA-F]");
  rules.shared("urichar", R"([a-zA-Z0-9._~!$&'()*+,;=:@/-] | "%" hex hex)");
  rules.shared("urihost", R"(ipv4 | (hostlabel "."){0,7} [a-zA-Z] ([a-zA-Z0-9-]{0,28} [a-zA-Z0-9])?)");
  rules.shared("uriport", R"(":" ([1-9] [0-9]{0,3} | [1-5] [0-9]{4}))");
  rules.shared("uriuser", R"([a-zA-Z0-9._~-]+ (":" [a-zA-Z0-9._~-]+)? "@")");
  rules.shared("uriend", R"(("?" (urichar | "?")*)? ("#" (urichar | "?")*)?)");
  rules.shared("uripath", R"(("/" urichar*)? uriend)");
  return rules.shared("uri", R"([a-zA-Z] [a-zA-Z0-9+.-]{0,31} "://" uriuser? urihost uriport? uripath | )"
                             R"(("mailto:" | "tel:" | "urn:" | "data:" | "file:///") urichar+ uriend)");
}

constexpr std::int64_t kLongestWebHost = 125;  // with its scheme

// What can be told to end in time: a page of the web, without a port or percent signs.
std::string short_uri(std::int64_t most, GrammarRules& rules) {
  hostname(rules);
  const std::string path = at_most("[a-zA-Z0-9._~&+,;=:@/?-]", most - kLongestWebHost - 1, rules);
  return rules.add(R"("http" "s"? "://" (hostlabel "."){1,3} [a-zA-Z]{2,24} ("/" )" + path + ")?");
}

}  // namespace

std::optional<FormatGrammar> format_grammar(std::string_view format, std::int64_t most, GrammarRules& rules) {
  if (format == "date") return FormatGrammar{date(rules), 10, 10};
  if (format == "time") return FormatGrammar{time(rules), 9, 24};
  if (format == "date-time") return FormatGrammar{date_time(rules), 20, 35};
  if (format == "duration") return FormatGrammar{duration(rules), 3, 62};
  if (format == "uuid") return FormatGrammar{uuid(rules), 36, 36};
  if (format == "ipv4") return FormatGrammar{ipv4(rules), 7, 15};
  if (format == "ipv6") return FormatGrammar{ipv6(rules), 2, 39};
  if (format == "hostname") return FormatGrammar{hostname(rules), 1, 247};
  if (format == "email") {
    if (most < kLongestEmail) return FormatGrammar{short_email(rules), 6, kLongestShortEmail};
    return FormatGrammar{email(rules), 6, kLongestEmail};
  }
  if (format == "uri") {
    const bool fits = most > kLongestWebHost && most <= kMaxLength;
    if (fits) return FormatGrammar{short_uri(most, rules), 11, most};
    return FormatGrammar{uri(rules), 5, kMaxLength + 1};
  }
  return std::nullopt;
}

}  // namespace trilogue::engine::syntax
