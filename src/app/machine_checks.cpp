#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>
#include <tuple>

#include "admission/redis/inspection.h"
#include "app/model_list.h"
#include "app/setup_checks.h"
#include "http/certificate_times.h"
#include "http/listener.h"

namespace trilogue::app {

namespace {

using State = Check::State;

bool is_loopback(const std::string& address) {
  return address == "::1" || address.starts_with("127.");
}

// Others than the owner and his group.
bool open_to_others(const std::string& file) {
  struct stat info{};
  return ::stat(file.c_str(), &info) == 0 && (info.st_mode & S_IROTH) != 0;
}

bool holds_password(const base::Secret& address) {
  const std::string_view text = address.expose();
  const auto at = text.rfind('@');
  const auto colon = text.find(':', text.find("//"));
  return (at != std::string_view::npos && colon < at) || text.find("password=") != std::string_view::npos;
}

std::string place_of(const Configuration& configuration) {
  const bool ipv6 = configuration.address.find(':') != std::string::npos;
  return (ipv6 ? "[" + configuration.address + "]" : configuration.address) + ":" +
         std::to_string(configuration.port);
}

Check check_port(const Configuration& configuration, bool server) {
  if (configuration.port == 0) return {State::ok, "port", "any free one"};
  const std::string place = place_of(configuration);
  boost::asio::io_context io;
  const auto listener = http::bind_listener(io, configuration.address, configuration.port);
  if (listener && server) {
    return {State::warning, "port", "the running server does not listen on " + place,
            "it was started with another address: give doctor the same configuration, or restart the server"};
  }
  if (listener) return {State::ok, "port", place + " is free"};
  if (server && listener.error().kind == base::FailureKind::unavailable)
    return {State::ok, "port", place + " is taken, as it should be while the server runs"};
  return {State::wrong, "port", listener.error().message,
          "stop what listens there, or choose another address with `listen`"};
}

constexpr const char* kKeyAdvice = "make a key with `trilogue keys create`, or listen on 127.0.0.1";

Check check_exposure(const Configuration& configuration, bool server, bool requires_key) {
  if (is_loopback(configuration.address)) return {State::ok, "exposure", "reached from this machine only"};
  const std::string reach = "reached from other machines on " + configuration.address;
  if (!requires_key) {
    return {State::wrong, "exposure",
            reach + (server ? " without a key" : " without a key: the server will refuse to start"),
            kKeyAdvice};
  }
  if (configuration.tls_certificate.empty()) {
    return {State::warning, "exposure", reach + " without TLS: keys and conversations can be read on the way",
            "set tls.certificate and tls.key, or put a proxy with TLS in front and listen on 127.0.0.1"};
  }
  return {State::ok, "exposure", reach + ", with a key and TLS"};
}

std::string in_days(std::chrono::seconds time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::hours>(time).count() / 24) + " days";
}

Check check_times(const http::CertificateTimes& times) {
  constexpr auto kSoon = std::chrono::hours(24 * 14);
  const std::chrono::seconds none{0};
  if (times.begins > none)
    return {State::wrong, "TLS", "the certificate is not valid yet", "check this machine's clock"};
  if (times.ends <= none)
    return {State::wrong, "TLS", "the certificate has expired", "renew it and restart the server"};
  if (times.ends < kSoon) {
    return {State::warning, "TLS", "the certificate expires in " + in_days(times.ends),
            "renew it and restart the server"};
  }
  return {State::ok, "TLS", "certificate and key fit, good for " + in_days(times.ends)};
}

Check check_model(const std::string& name, const std::string& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error))
    return {State::wrong, "model " + name, "its file does not exist: " + file,
            "correct the path, or put it there"};
  std::ifstream in(file, std::ios::binary);
  char magic[4] = {};
  if (std::filesystem::is_directory(file, error) || !in.is_open()) {
    return {State::wrong, "model " + name, "its file cannot be read: " + file,
            "name a file, and give the server's user the right to read it"};
  }
  if (file.ends_with(".story")) return {State::ok, "model " + name, file + " (scripted)"};
  if (!in.read(magic, sizeof magic) || std::string_view(magic, sizeof magic) != "GGUF") {
    return {State::wrong, "model " + name, "its file is not a GGUF: " + file,
            "fetch it again: a download may have been cut off, or be a page that says so"};
  }
  return {State::ok, "model " + name, file};
}

}  // namespace

Checks check_configuration_file(const Configuration& configuration, const std::string& file) {
  if (file.empty()) return {{State::ok, "configuration", "no file; defaults, environment and flags"}};
  const bool has_secrets = !configuration.api_keys.empty() || holds_password(configuration.database);
  if (has_secrets && open_to_others(file)) {
    return {{State::warning, "configuration", file + " holds keys and everybody on this machine can read it",
             "chmod o-r " + file}};
  }
  return {{State::ok, "configuration", file}};
}

Checks check_listening(const Configuration& configuration, bool server, bool requires_key) {
  return {check_port(configuration, server), check_exposure(configuration, server, requires_key)};
}

Checks check_tls(const Configuration& configuration) {
  const auto& [certificate, key] = std::tie(configuration.tls_certificate, configuration.tls_key);
  if (certificate.empty() && key.empty()) return {};
  if (certificate.empty() || key.empty()) {
    return {{State::wrong, "TLS",
             std::string(certificate.empty() ? "tls.certificate" : "tls.key") + " is not set",
             "set both tls.certificate and tls.key, or none"}};
  }
  const auto times = http::certificate_times({certificate, key});
  if (!times)
    return {
        {State::wrong, "TLS", times.error().message, "name PEM files that belong together and can be read"}};
  Checks checks{check_times(*times)};
  if (open_to_others(key)) {
    checks.push_back(
        {State::warning, "TLS", "everybody on this machine can read the key " + key, "chmod o-r " + key});
  }
  return checks;
}

Checks check_limits_store(const Configuration& configuration) {
  if (!configuration.limits_store) return {};
  const std::string place = configuration.limits_store->place.text();
  const auto found = admission::redis::inspect(*configuration.limits_store);
  if (!found) {
    return {{State::wrong, "limits store", place + ": " + found.error().message,
             "start it, or correct limits.store; until then requests of keys with limits get 503"}};
  }
  if (found->is_cluster || !found->takes_scripts) {
    return {
        {State::wrong, "limits store",
         place + (found->is_cluster ? " is a cluster" : " does not let this user run scripts"),
         found->is_cluster ? "name a single server of its own" : "allow it EVAL, EVALSHA and SCRIPT LOAD"}};
  }
  if (found->may_forget) {
    return {{State::warning, "limits store", place + " forgets what it counts when its memory is full",
             "set maxmemory-policy noeviction there"}};
  }
  return {{State::ok, "limits store", found->program + " answers at " + place}};
}

Checks check_models(const Configuration& configuration) {
  Checks checks;
  if (configuration.bundled_model) {
    const auto file = find_bundled_model();
    checks.push_back(file ? check_model("(bundled)", *file)
                          : Check{State::wrong, "model (bundled)", file.error().message,
                                  "install it beside the program, or set bundled_model = false"});
  }
  for (const auto& model : configuration.models) checks.push_back(check_model(model.name, model.file));
  const bool files_fine =
      std::ranges::all_of(checks, [](const Check& check) { return check.state == State::ok; });
  if (!files_fine) return checks;
  if (const auto models = list_models(configuration); !models)
    checks.push_back({State::wrong, "models", models.error().message, "correct it in the configuration"});
  return checks;
}

Checks check_open_files(const Configuration& configuration) {
  rlimit limit{};
  const auto wanted = static_cast<rlim_t>(configuration.max_connections) + 256;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max >= wanted) {
    return {{State::ok, "open files",
             "enough for " + std::to_string(configuration.max_connections) +
                 " connections (as seen from this shell)"}};
  }
  return {{State::warning, "open files",
           "at most " + std::to_string(limit.rlim_max) + " here, and server.max_connections wants " +
               std::to_string(wanted),
           "raise it (`ulimit -Hn`, LimitNOFILE= of a systemd unit), or lower server.max_connections"}};
}

}  // namespace trilogue::app
