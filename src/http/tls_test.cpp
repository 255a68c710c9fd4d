#include "http/tls.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>

#include "http/client.h"
#include "http/loopback_testing.h"

namespace trilogue::http {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using asio::ip::tcp;
using testing::echo;
using testing::get;
using testing::RunningServer;
using namespace std::chrono_literals;

// A fresh self-signed certificate and its key in a folder of their own.
class Identity final {
 public:
  Identity()
      : folder_(fs::temp_directory_path() / ("tls_test_" + std::to_string(::getpid()) + "_" + name())) {
    fs::create_directories(folder_);
    EVP_PKEY* const key = EVP_EC_gen("P-256");
    X509* const certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    auto* const subject = X509_get_subject_name(certificate);
    const auto* const host = reinterpret_cast<const unsigned char*>("localhost");
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, host, -1, -1, 0);
    X509_set_issuer_name(certificate, subject);
    X509_sign(certificate, key, EVP_sha256());
    write(files().certificate, [&](std::FILE* file) { PEM_write_X509(file, certificate); });
    write(files().key,
          [&](std::FILE* file) { PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr); });
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
  ~Identity() { fs::remove_all(folder_); }
  Identity(const Identity&) = delete;
  Identity& operator=(const Identity&) = delete;

  TlsFiles files() const { return {(folder_ / "cert.pem").string(), (folder_ / "key.pem").string()}; }

 private:
  std::string name() const { return std::to_string(reinterpret_cast<std::uintptr_t>(this)); }
  template <class Write>
  static void write(const std::string& path, Write content) {
    std::FILE* const file = std::fopen(path.c_str(), "w");
    content(file);
    std::fclose(file);
  }
  fs::path folder_;
};

class TlsClient final {
 public:
  explicit TlsClient(std::uint16_t port) : stream_(loop_, context_) {
    stream_.next_layer().connect({asio::ip::address_v4::loopback(), port});
    stream_.handshake(asio::ssl::stream_base::client);
  }
  void send(const std::string& bytes) { asio::write(stream_, asio::buffer(bytes)); }
  std::string until(const std::string& mark) {
    const auto size = asio::read_until(stream_, asio::dynamic_buffer(pending_), mark);
    auto taken = pending_.substr(0, size);
    pending_.erase(0, size);
    return taken;
  }
  SSL* native() { return stream_.native_handle(); }
  void close() { stream_.next_layer().close(); }

 private:
  asio::io_context loop_;
  asio::ssl::context context_{asio::ssl::context::tls_client};
  asio::ssl::stream<tcp::socket> stream_;
  std::string pending_;
};

ServerOptions with_tls(const Identity& identity) {
  ServerOptions options;
  options.tls = identity.files();
  return options;
}

TEST(Tls, ServesSeveralRequestsOnOneConnection) {
  const Identity identity;
  RunningServer server(echo, with_tls(identity));
  TlsClient client(server.port());
  EXPECT_GE(SSL_version(client.native()), TLS1_2_VERSION);
  for (const std::string path : {"/1", "/2"}) {
    client.send(get(path));
    EXPECT_NE(client.until("[] ").find("GET " + path), std::string::npos);
  }
}

// What a client of ours gets from the server under that name: a body, or a failure's message.
base::Result<std::string> fetched(const std::string& host, std::uint16_t port) {
  asio::io_context io;
  Url url{true, host, std::to_string(port), ""};
  ClientRequest request{"GET", "/here", {}, {}};
  const auto until = std::chrono::steady_clock::now() + 20s;
  auto answer = asio::co_spawn(io, fetch(std::move(url), std::move(request), until), asio::use_future);
  io.run();
  const auto response = answer.get();
  if (!response) return base::fail(response.error());
  auto body = asio::co_spawn(io, (*response)->read_some(until), asio::use_future);
  io.restart();
  io.run();
  return body.get();
}

TEST(Tls, OurClientTrustsOnlyACertificateThatIsKnownAndForTheName) {
  const Identity identity;
  RunningServer server(echo, with_tls(identity));
  const auto unknown = fetched("localhost", server.port());
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, base::FailureKind::unavailable);

  ::setenv("SSL_CERT_FILE", identity.files().certificate.c_str(), 1);
  const auto known = fetched("localhost", server.port());
  const auto other_name = fetched("127.0.0.1", server.port());
  ::unsetenv("SSL_CERT_FILE");
  ASSERT_TRUE(known) << known.error().message;
  EXPECT_NE(known->find("GET /here"), std::string::npos);
  ASSERT_FALSE(other_name);
  EXPECT_NE(other_name.error().message.find("Cannot reach 127.0.0.1:"), std::string::npos);
}

asio::awaitable<void> large_stream(Exchange& exchange) {
  Reply head;
  exchange.open_stream(std::move(head));
  const std::string block(100'000, 'z');
  co_await exchange.write(block);
  co_await exchange.close_stream({}, true);
}

TEST(Tls, StreamsMoreThanARecord) {
  const Identity identity;
  RunningServer server(large_stream, with_tls(identity));
  TlsClient client(server.port());
  client.send(get("/"));
  client.until("\r\n\r\n");
  EXPECT_EQ(client.until("0\r\n\r\n").size(), 100'000U + 7 + 2 + 5);
}

struct Waiting {
  std::promise<void> started;
  std::promise<bool> left;

  asio::awaitable<void> run(Exchange& exchange) {
    Reply head;
    exchange.open_stream(std::move(head));
    co_await exchange.write({});
    asio::steady_timer timer(co_await asio::this_coro::executor, 5s);
    bool called = false;
    std::function<void()> on_gone = [&timer, &called] {
      called = true;
      timer.cancel();
    };
    exchange.on_disconnect(std::move(on_gone));
    started.set_value();
    const std::string event = "data: while watching\n\n";
    co_await exchange.write(event);
    boost::system::error_code cancelled;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    left.set_value(called);
  }
};

TEST(Tls, WritesWhileItWatchesAndNoticesThatTheClientLeft) {
  const Identity identity;
  Waiting waiting;
  RunningServer server([&waiting](Exchange& exchange) { return waiting.run(exchange); }, with_tls(identity));
  TlsClient client(server.port());
  client.send(get("/"));
  client.until("data: while watching\n\n");
  client.close();
  EXPECT_TRUE(waiting.left.get_future().get());
}

TEST(Tls, EndsAHandshakeThatNeverComes) {
  const Identity identity;
  auto options = with_tls(identity);
  options.handshake_timeout = 40ms;
  RunningServer server(echo, options);
  testing::Client client(server.port());
  EXPECT_TRUE(client.sees_close());
}

std::string complaint(const TlsFiles& files) {
  const auto context = make_tls_context(files);
  return context ? "" : context.error().message;
}

TEST(Tls, SaysWhatIsWrongWithTheFiles) {
  const Identity one;
  const Identity other;
  EXPECT_EQ(complaint({"/nowhere/cert.pem", one.files().key}),
            "the TLS certificate /nowhere/cert.pem cannot be read: No such file or directory");
  EXPECT_NE(
      complaint({one.files().certificate, other.files().key}).find("does not belong to the certificate"),
      std::string::npos);
  EXPECT_NE(complaint({one.files().key, one.files().key}).find("is not a PEM certificate"),
            std::string::npos);
  EXPECT_NE(
      complaint({one.files().certificate, one.files().certificate}).find("is not an unencrypted PEM key"),
      std::string::npos);
}

}  // namespace
}  // namespace trilogue::http
