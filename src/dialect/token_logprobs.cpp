#include "dialect/token_logprobs.h"

#include <algorithm>
#include <string_view>

#include "wire/json_writer.h"
#include "wire/utf8.h"

namespace trilogue::dialect {

namespace {

constexpr double kImpossible = -9999;

void write_token(wire::JsonWriter& json, std::string_view bytes, double logprob) {
  if (wire::is_valid_utf8(bytes)) {
    json.field("token", bytes);
  } else {
    json.field("token", wire::replace_invalid_utf8(bytes));
  }
  json.field("logprob", std::max(logprob, kImpossible)).key("bytes").begin_array();
  for (const char byte : bytes) json.value(static_cast<int>(static_cast<unsigned char>(byte)));
  json.end_array();
}

}  // namespace

void append_token_logprobs(std::string& out, const std::vector<canon::TokenLogprob>& tokens) {
  wire::JsonWriter json(out);
  json.begin_array();
  for (const canon::TokenLogprob& token : tokens) {
    json.begin_object();
    write_token(json, token.bytes, token.logprob);
    json.key("top_logprobs").begin_array();
    for (const auto& [bytes, logprob] : token.top) {
      json.begin_object();
      write_token(json, bytes, logprob);
      json.end_object();
    }
    json.end_array().end_object();
  }
  json.end_array();
}

}  // namespace trilogue::dialect
