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
std::string email(GrammarRules& rules) {
  hostname(rules);
  rules.shared("mailatom", "[a-zA-Z0-9_+-]{1,30}");
  return rules.shared("email",
                      R"(mailatom ([.'] [a-zA-Z0-9_+-]{1,16}){0,2} "@" (hostlabel "."){1,6} [a-zA-Z]{2,24})");
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

}  // namespace

std::optional<std::string> format_grammar(std::string_view format, GrammarRules& rules) {
  if (format == "date") return date(rules);
  if (format == "time") return time(rules);
  if (format == "date-time") return date_time(rules);
  if (format == "duration") return duration(rules);
  if (format == "uuid") return uuid(rules);
  if (format == "ipv4") return ipv4(rules);
  if (format == "ipv6") return ipv6(rules);
  if (format == "hostname") return hostname(rules);
  if (format == "email") return email(rules);
  if (format == "uri") return uri(rules);
  return std::nullopt;
}

}  // namespace trilogue::engine::syntax
