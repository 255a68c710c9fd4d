#include "http/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

namespace trilogue::http {
namespace ssl = boost::asio::ssl;
using base::fail;
using base::FailureKind;

namespace {

tl::unexpected<base::Failure> refuse(const std::string& message) {
  return fail(FailureKind::invalid_request, message);
}

// OpenSSL's own words for the first thing that went wrong, and none left for the next.
std::string openssl_reason() {
  const auto code = ERR_get_error();
  ERR_clear_error();
  const char* const reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "unknown reason";
}

base::Result<void> check_readable(const std::string& what, const std::string& path) {
  errno = 0;
  std::ifstream file(path);
  if (!file || file.peek() == std::ifstream::traits_type::eof()) {
    const std::string reason = errno != 0 ? std::strerror(errno) : "it is empty";
    return refuse("the TLS " + what + " " + path + " cannot be read: " + reason);
  }
  return {};
}

// Without this OpenSSL would ask at the terminal for the passphrase of an encrypted key.
int no_passphrase(char*, int, int, void*) {
  return 0;
}

// Clients that offer HTTP/2 learn here that HTTP/1.1 it is.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* length, const unsigned char* offered,
                    unsigned int offered_length, void*) {
  static constexpr unsigned char kHttp11[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  const int found =
      SSL_select_next_proto(&chosen, length, kHttp11, sizeof kHttp11 - 1, offered, offered_length);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

base::Result<std::unique_ptr<ssl::context>> make_tls_context(const TlsFiles& files) {
  if (auto readable = check_readable("certificate", files.certificate); !readable)
    return fail(readable.error());
  if (auto readable = check_readable("key", files.key); !readable) return fail(readable.error());

  auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
  auto* const handle = context->native_handle();
  ERR_clear_error();
  SSL_CTX_set_min_proto_version(handle, TLS1_2_VERSION);
  SSL_CTX_set_options(handle, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(handle, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_default_passwd_cb(handle, no_passphrase);
  SSL_CTX_set_alpn_select_cb(handle, choose_protocol, nullptr);
  if (SSL_CTX_use_certificate_chain_file(handle, files.certificate.c_str()) != 1) {
    return refuse("the TLS certificate " + files.certificate +
                  " is not a PEM certificate: " + openssl_reason());
  }
  if (SSL_CTX_use_PrivateKey_file(handle, files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    const auto reason = openssl_reason();
    if (reason.find("mismatch") != std::string::npos) {
      return refuse("the TLS key " + files.key + " does not belong to the certificate " + files.certificate);
    }
    return refuse("the TLS key " + files.key + " is not an unencrypted PEM key: " + reason);
  }
  if (SSL_CTX_check_private_key(handle) != 1) {
    ERR_clear_error();
    return refuse("the TLS key " + files.key + " does not belong to the certificate " + files.certificate);
  }
  return context;
}

}  // namespace trilogue::http
