// Makes the TLS context from the certificate and key files, or says what is wrong with them.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "base/result.h"
#include "http/server.h"

namespace trilogue::http {

base::Result<std::unique_ptr<boost::asio::ssl::context>> make_tls_context(const TlsFiles& files);

}  // namespace trilogue::http
