#include "http/certificate_times.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "http/tls.h"

namespace trilogue::http {

namespace {

std::chrono::seconds from_now(const ASN1_TIME* time) {
  int days = 0;
  int seconds = 0;
  if (ASN1_TIME_diff(&days, &seconds, nullptr, time) != 1) return std::chrono::seconds::min();
  return std::chrono::hours(24) * days + std::chrono::seconds(seconds);
}

}  // namespace

base::Result<CertificateTimes> certificate_times(const TlsFiles& files) {
  const auto context = make_tls_context(files);
  if (!context) return base::fail(context.error());
  const X509* const certificate = SSL_CTX_get0_certificate((*context)->native_handle());
  return CertificateTimes{from_now(X509_get0_notBefore(certificate)),
                          from_now(X509_get0_notAfter(certificate))};
}

}  // namespace trilogue::http
