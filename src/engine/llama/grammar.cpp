#include "engine/llama/grammar.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>
#include <limits>

#include "engine/syntax/spelling.h"
#include "wire/utf8.h"

namespace trilogue::engine::llama {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();

// Inside a literal a quote and a backslash have a backslash before them.
std::string out_of_literal(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out += text[i];
  }
  return out;
}

// llama.cpp matches a control token by its spelling, so a JSON string could hold one: it must not, nor a
// marker that the grammar has no place for (a string that opens reasoning). The model's own end is always
// the grammar's to decide.
std::vector<llama_token> tokens_to_ban(const std::string& gbnf, const Vocabulary& vocabulary,
                                       const std::vector<llama_token>& atoms) {
  std::vector<llama_token> out;
  for (const llama_token token : vocabulary.controls()) {
    if (!vocabulary.is_end(token) && !std::binary_search(atoms.begin(), atoms.end(), token))
      out.push_back(token);
  }
  for (const llama_token token : atoms) {
    const bool has_place = gbnf.find(token_terminal(token)) != std::string::npos;
    if (!has_place && !vocabulary.is_end(token)) out.push_back(token);
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

std::string token_terminal(llama_token token) {
  return "<[" + std::to_string(token) + "]>";
}

std::string with_marker_tokens(const std::string& gbnf, const std::vector<MarkerToken>& markers) {
  std::string out;
  std::size_t done = 0;
  for (std::size_t at; (at = gbnf.find(syntax::kAtomOpens, done)) != std::string::npos;) {
    const std::size_t end = gbnf.find(syntax::kAtomCloses, at);
    const std::string text = out_of_literal(std::string_view(gbnf).substr(at + 1, end - at - 1));
    const auto named = [&text](const MarkerToken& marker) { return marker.text == text; };
    const auto marker = std::find_if(markers.begin(), markers.end(), named);
    out.append(gbnf, done, at - done);
    out += "\" " + token_terminal(marker->id) + " \"";  // every atom is the text of a marker
    done = end + 1;
  }
  return out.append(gbnf, done);
}

std::unique_ptr<Grammar> Grammar::compile(const Vocabulary& vocabulary, const std::string& gbnf,
                                          const std::vector<llama_token>& atoms,
                                          const std::string& trigger_pattern) {
  Handle sampler;
  if (trigger_pattern.empty()) {
    sampler.reset(llama_sampler_init_grammar(vocabulary.raw(), gbnf.c_str(), "root"));
  } else {
    std::array<const char*, 1> patterns{trigger_pattern.c_str()};
    sampler.reset(llama_sampler_init_grammar_lazy_patterns(vocabulary.raw(), gbnf.c_str(), "root",
                                                           patterns.data(), patterns.size(), nullptr, 0));
  }
  if (!sampler) return nullptr;
  auto grammar = std::unique_ptr<Grammar>(new Grammar(vocabulary, std::move(sampler)));
  grammar->banned_ = tokens_to_ban(gbnf, vocabulary, atoms);
  return grammar;
}

std::unique_ptr<Grammar> Grammar::clone() const {
  auto copy = std::unique_ptr<Grammar>(new Grammar(vocabulary_, Handle(llama_sampler_clone(sampler_.get()))));
  copy->banned_ = banned_;
  copy->begun_ = begun_;
  return copy;
}

bool Grammar::is_banned(llama_token token) const {
  return std::binary_search(banned_.begin(), banned_.end(), token);
}

bool Grammar::is_text(llama_token token) const {
  const std::string_view bytes = vocabulary_.bytes(token);
  if (begun_.empty() && wire::is_valid_utf8(bytes)) return true;
  std::string text = begun_;
  text += bytes;
  text.resize(text.size() - wire::incomplete_tail(text));
  return wire::is_valid_utf8(text);
}

bool Grammar::admits(llama_token token) const {
  if (is_banned(token) || !is_text(token)) return false;
  llama_token_data one{token, 0, 0};
  llama_token_data_array candidates{&one, 1, -1, false};
  llama_sampler_apply(sampler_.get(), &candidates);
  return one.logit > kNever;
}

void Grammar::mask(std::span<float> logits) const {
  for (const llama_token token : banned_) logits[static_cast<std::size_t>(token)] = kNever;
  std::vector<llama_token_data> all;
  all.reserve(logits.size());
  for (std::size_t i = 0; i < logits.size(); ++i) {
    if (logits[i] > kNever) all.push_back({static_cast<llama_token>(i), logits[i], 0});
  }
  llama_token_data_array candidates{all.data(), all.size(), -1, false};
  llama_sampler_apply(sampler_.get(), &candidates);
  for (const auto& candidate : all) {
    const bool good = candidate.logit > kNever && is_text(candidate.id);
    logits[static_cast<std::size_t>(candidate.id)] = good ? candidate.logit : kNever;
  }
}

bool Grammar::accept(llama_token token) {
  try {
    llama_sampler_accept(sampler_.get(), token);
    begun_ += vocabulary_.bytes(token);
    begun_.erase(0, begun_.size() - wire::incomplete_tail(begun_));
    return true;
  } catch (const std::exception&) {  // llama.cpp's way to say that the token cannot stand here
    return false;
  }
}

}  // namespace trilogue::engine::llama
