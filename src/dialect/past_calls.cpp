#include "dialect/past_calls.h"

#include "wire/json_writer.h"

namespace trilogue::dialect {

std::string_view read_called_name(wire::Reader& reader, const wire::Node& call_id, const CallNames& calls) {
  const auto call = calls.find(reader.required_text(call_id));
  if (call != calls.end()) return call->second;
  reader.fault(call_id, "no earlier assistant message made a call with this id");
  return {};
}

std::string arguments_object(std::string_view text) {
  if (text.empty()) return "{}";
  const auto document = wire::Document::parse(std::string(text));
  if (document && document->root().kind() == wire::Kind::object) return std::string(text);
  std::string wrapped;
  wire::JsonWriter(wrapped).begin_object().field("unparsed", text).end_object();
  return wrapped;
}

}  // namespace trilogue::dialect
