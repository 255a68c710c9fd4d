// OTLP in JSON: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding, with the names of the
// semantic conventions for HTTP and for generative AI. 64-bit numbers are texts, ids are hex.
#include "serve/span.h"

#include <algorithm>

#include "serve/reply.h"
#include "wire/json_writer.h"
#include "wire/utf8.h"

namespace trilogue::serve {

namespace {

enum SpanKind : int { internal = 1, server = 2 };
constexpr int kStatusError = 2;
constexpr std::int64_t kNanosecondsPerMillisecond = 1'000'000;
constexpr int kServerError = 500;
constexpr std::size_t kLongestName = 120;

// `{"key": name, "value": {kind: value}}`, where there is something to say.
class Attributes final {
 public:
  explicit Attributes(wire::JsonWriter& json) : json_(json) { json_.key("attributes").begin_array(); }
  ~Attributes() { json_.end_array(); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;

  void text(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    json_.begin_object().field("key", name).key("value").begin_object();
    json_.field("stringValue", value).end_object().end_object();
  }
  void number(std::string_view name, std::int64_t value) {
    json_.begin_object().field("key", name).key("value").begin_object();
    json_.field("intValue", std::to_string(value)).end_object().end_object();
  }

 private:
  wire::JsonWriter& json_;
};

struct Times {
  std::int64_t begin = 0;  // nanoseconds since 1970
  std::int64_t end = 0;
};

Times times_of(const RequestSpan& request, std::chrono::nanoseconds from, std::chrono::nanoseconds to) {
  const std::int64_t arrived = request.arrived_ms * kNanosecondsPerMillisecond;
  return {arrived + from.count(), arrived + std::max(from, to).count()};
}

void begin_span(wire::JsonWriter& json, const RequestSpan& request, std::string_view id,
                std::string_view parent, std::string_view name, int kind, Times times) {
  json.begin_object().field("traceId", request.trace.id).field("spanId", id);
  if (!parent.empty()) json.field("parentSpanId", parent);
  json.field("name", name).field("kind", kind);
  json.field("startTimeUnixNano", std::to_string(times.begin));
  json.field("endTimeUnixNano", std::to_string(times.end));
}

bool is_generation(const RequestSpan& request) {
  return request.background || request.usage.prompt_tokens > 0 || request.began.has_value();
}

void write_attributes(wire::JsonWriter& json, const RequestSpan& request) {
  Attributes attributes(json);
  if (!request.background) {
    attributes.text("http.request.method", request.method);
    attributes.text("http.route", request.route);
    if (request.status > 0) attributes.number("http.response.status_code", request.status);
  }
  attributes.text("gen_ai.request.model",
                  wire::replace_invalid_utf8(std::string_view(request.model).substr(0, kLongestName)));
  if (is_generation(request)) {
    attributes.text("gen_ai.operation.name", "chat");
    attributes.number("gen_ai.usage.input_tokens", request.usage.prompt_tokens);
    attributes.number("gen_ai.usage.output_tokens", request.usage.output_tokens);
    attributes.number("gen_ai.usage.cache_read.input_tokens", request.usage.cached_tokens);
    attributes.number("trilogue.usage.reasoning_tokens", request.usage.reasoning_tokens);
  }
  if (request.outcome != kWell) attributes.text("error.type", request.outcome);
}

// A client's mistake is no error of the server's, and nor is a client that left.
bool failed(const RequestSpan& request) {
  if (request.status >= kServerError) return true;
  constexpr base::FailureKind kOurs[] = {base::FailureKind::internal, base::FailureKind::unavailable,
                                         base::FailureKind::deadline};
  return std::ranges::any_of(kOurs, [&](auto kind) { return request.outcome == outcome_word(kind); });
}

void append_part(std::string& out, const RequestSpan& request, std::string_view name, Times times,
                 base::Random& random) {
  out += ',';
  wire::JsonWriter json(out);
  begin_span(json, request, new_span_id(random), request.trace.span, name, SpanKind::internal, times);
  json.end_object();
}

}  // namespace

RequestSpan span_of(const Errand& errand, std::chrono::nanoseconds took) {
  const auto after_arrival = [&errand](const std::optional<base::SteadyTime>& time) {
    using std::chrono::nanoseconds;
    return time ? std::optional<nanoseconds>(*time - errand.arrived) : std::nullopt;
  };
  RequestSpan span;
  span.trace = errand.trace;
  span.arrived_ms = errand.arrived_ms;
  span.took = took;
  span.began = after_arrival(errand.began);
  span.first_token = after_arrival(errand.first_token);
  span.model = errand.model;
  span.outcome = errand.outcome;
  span.usage = errand.usage;
  return span;
}

void append_spans(std::string& out, const RequestSpan& request, base::Random& random) {
  const std::string name =
      request.background ? "background response" : request.method + " " + std::string(request.route);
  if (!out.empty()) out += ',';
  wire::JsonWriter json(out);
  begin_span(json, request, request.trace.span, request.trace.parent, name,
             request.background ? SpanKind::internal : SpanKind::server, times_of(request, {}, request.took));
  write_attributes(json, request);
  if (failed(request)) json.key("status").begin_object().field("code", kStatusError).end_object();
  json.end_object();
  if (!request.began) return;
  const auto began = *request.began;
  append_part(out, request, "queue", times_of(request, {}, began), random);
  append_part(out, request, "prefill", times_of(request, began, request.first_token.value_or(request.took)),
              random);
  if (request.first_token)
    append_part(out, request, "decode", times_of(request, *request.first_token, request.took), random);
}

std::string export_message(std::string_view service_name, std::string_view version, std::string_view spans) {
  std::string message;
  wire::JsonWriter json(message);
  json.begin_object().key("resourceSpans").begin_array().begin_object();
  json.key("resource").begin_object();
  {
    Attributes attributes(json);
    attributes.text("service.name", service_name);
    attributes.text("service.version", version);
  }
  json.end_object().key("scopeSpans").begin_array().begin_object();
  json.key("scope").begin_object().field("name", "trilogue").field("version", version).end_object();
  json.key("spans").begin_array().raw(spans).end_array();
  json.end_object().end_array().end_object().end_array().end_object();
  return message;
}

}  // namespace trilogue::serve
