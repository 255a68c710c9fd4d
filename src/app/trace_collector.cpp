#include "app/trace_collector.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <utility>

#include "app/version.h"
#include "http/client.h"
#include "serve/query.h"

namespace trilogue::app {

using base::Result;

namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// RFC 9110, 5.6.2.
bool is_name(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](unsigned char c) {
    return std::isalnum(c) != 0 || kMarks.find(static_cast<char>(c)) != std::string_view::npos;
  });
}

bool is_value(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c >= ' ' && c != 0x7f; });
}

}  // namespace

Result<std::vector<http::Header>> headers_of(std::string_view text) {
  std::vector<http::Header> headers;
  while (!text.empty()) {
    const std::string_view pair = trimmed(text.substr(0, text.find(',')));
    text.remove_prefix(
        std::min(text.size(), text.find(',') == std::string_view::npos ? text.size() : text.find(',') + 1));
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const std::string_view name = trimmed(pair.substr(0, equals));
    std::string value =
        equals == std::string_view::npos ? "" : serve::percent_decoded(trimmed(pair.substr(equals + 1)));
    if (equals == std::string_view::npos || !is_name(name) || !is_value(value))
      return base::invalid("", "expected NAME=VALUE with commas between them");
    headers.push_back({std::string(name), std::move(value)});
  }
  return headers;
}

std::unique_ptr<serve::SpanExport> open_span_export(const Configuration& configuration, base::Random& random,
                                                    const base::Log& log) {
  if (configuration.otlp.endpoint.empty()) return nullptr;
  serve::Collector collector;
  collector.url =
      http::parse_url(configuration.otlp.endpoint).value();  // both were checked when they were set
  collector.url.path += "/v1/traces";
  collector.headers = headers_of(configuration.otlp.headers.expose()).value();
  collector.service_name = configuration.otlp.service_name;
  return std::make_unique<serve::SpanExport>(std::move(collector), std::string(kVersion), random, log);
}

}  // namespace trilogue::app
