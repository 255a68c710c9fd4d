#include "engine/syntax/key_grammar.h"

#include <algorithm>
#include <map>
#include <set>

namespace trilogue::engine::syntax {
namespace {

std::string one_byte(char c) {
  return class_range(static_cast<unsigned char>(c), static_cast<unsigned char>(c));
}

bool is_plain(std::string_view name) {
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; });
}

constexpr std::string_view kNameCharacters =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz.-";

bool is_name(std::string_view name) {
  return name.find_first_not_of(kNameCharacters) == std::string_view::npos;
}

// How the texts of one kind go on where they differ from all names.
struct Alphabet {
  std::string (*all_but)(const std::string& letters);  // a class
  std::string_view rest;                               // what may follow a letter that differs
  bool empty;                                          // a text may be empty
};

std::string key_letters_but(const std::string& letters) {
  std::string out = R"([^"\\\x00-\x1F\x7F)";
  for (const char letter : letters) out += one_byte(letter);
  return out + "]";
}

std::string name_letters_but(const std::string& letters) {
  std::string out;
  for (const char letter : kNameCharacters) {
    if (letters.find(letter) == std::string::npos) out += one_byte(letter);
  }
  return out.empty() ? out : "[" + out + "]";
}

constexpr Alphabet kKeys{key_letters_but, "keycharacter*", true};
constexpr Alphabet kNames{name_letters_but, "nametail", false};

// The texts that begin as some of `names` do up to `at` and are none of them. As deep as the longest name.
std::string differing(const std::vector<std::string_view>& names, std::size_t at, const Alphabet& alphabet,
                      GrammarRules& rules) {
  std::map<char, std::vector<std::string_view>> by_next;
  bool ends_here = at == 0 && !alphabet.empty;
  for (const std::string_view name : names) {
    if (name.size() == at) {
      ends_here = true;
    } else {
      by_next[name[at]].push_back(name);
    }
  }
  std::string taken;
  for (const auto& [next, group] : by_next) taken += next;
  std::vector<std::string> ways;
  const std::string others = alphabet.all_but(taken);
  if (!others.empty()) ways.push_back(sequence({others, std::string(alphabet.rest)}));
  for (const auto& [next, group] : by_next)
    ways.push_back(sequence({quoted(std::string(1, next)), differing(group, at + 1, alphabet, rules)}));
  if (!ends_here) ways.emplace_back();
  return rules.add(alternatives(ways));
}

// Longer names, or names in need of escapes, no model invents by chance.
constexpr std::size_t kLongest = 128;

}  // namespace

std::string other_key_grammar(const std::vector<std::string_view>& taken, GrammarRules& rules) {
  rules.shared("keycharacter", R"([^"\\\x00-\x1F\x7F])");
  std::vector<std::string_view> names;
  for (const std::string_view name : taken) {
    if (is_plain(name) && name.size() <= kLongest) names.push_back(name);
  }
  return rules.add(sequence({R"("\"")", differing(names, 0, kKeys, rules), R"("\"")"}));
}

std::string other_name_grammar(const std::vector<std::string_view>& taken, GrammarRules& rules) {
  rules.shared("nametail", "[a-zA-Z0-9_.-]{0,63}");
  std::vector<std::string_view> names;
  for (const std::string_view name : taken) {
    if (is_name(name) && name.size() <= kLongest) names.push_back(name);
  }
  return differing(names, 0, kNames, rules);
}

// A rule for each count of bytes of `end` that have just been written: the next byte goes on with it or falls
// back.
std::string text_without(std::string_view end, GrammarRules& rules) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < end.size(); ++i) names.push_back(rules.reserve());
  for (std::size_t matched = 0; matched < end.size(); ++matched) {
    const std::set<char> letters(end.begin(), end.end());
    std::vector<std::string> ways{""};
    std::string others = "[^";
    for (const char letter : letters) {
      others += one_byte(letter);
      std::string written = std::string(end.substr(0, matched)) + letter;
      while (!end.starts_with(written)) written.erase(0, 1);
      if (written.size() < end.size())
        ways.push_back(sequence({quoted(std::string(1, letter)), names[written.size()]}));
    }
    ways.push_back(sequence({others + "]", names[0]}));
    rules.define(names[matched], alternatives(ways));
  }
  return names[0];
}

}  // namespace trilogue::engine::syntax
