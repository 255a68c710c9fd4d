// How long a TLS certificate is good, for whoever looks after the server. Reads both files; keeps nothing.
#pragma once

#include <chrono>

#include "base/result.h"
#include "http/server.h"

namespace trilogue::http {

struct CertificateTimes {  // from now on; below zero: in the past
  std::chrono::seconds begins{};
  std::chrono::seconds ends{};
};

// Failures: what make_tls_context() finds wrong with the files.
base::Result<CertificateTimes> certificate_times(const TlsFiles& files);

}  // namespace trilogue::http
