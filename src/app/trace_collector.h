// The collector of traces that a configuration names.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "app/configuration.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "http/message.h"
#include "serve/span_export.h"

namespace trilogue::app {

// `name=value,…` as OTEL_EXPORTER_OTLP_HEADERS has it. Failure: invalid_request.
base::Result<std::vector<http::Header>> headers_of(std::string_view text);

// Null where traces go nowhere. What is referred to outlives it.
std::unique_ptr<serve::SpanExport> open_span_export(const Configuration& configuration, base::Random& random,
                                                    const base::Log& log);

}  // namespace trilogue::app
