#include "store/postgres_connection.h"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <utility>

namespace trilogue::store {

using base::FailureKind;
using base::Result;

namespace {

// libpq ends its messages with a line's end, and makes several lines of some.
std::string in_one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  std::ranges::replace(text, '\t', ' ');
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

// What libpq takes for a host or a port may be a part of the password, where that was not percent-encoded;
// its messages repeat those two.
bool is_plausible(const PQconninfoOption& option) {
  const std::string_view name = option.keyword, value = option.val == nullptr ? "" : option.val;
  if (name == "port") return value.find_first_not_of("0123456789,") == std::string_view::npos;
  if (name == "host") return value.find('@') == std::string_view::npos;
  return true;
}

// A part of it that is wrong may be the password, so nothing of it is repeated.
bool is_address(const std::string& uri) {
  if (!uri.starts_with("postgresql://") && !uri.starts_with("postgres://")) return false;
  struct Free {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
  };
  char* error = nullptr;
  const std::unique_ptr<PQconninfoOption, Free> options(PQconninfoParse(uri.c_str(), &error));
  PQfreemem(error);
  if (!options) return false;
  bool fine = true;
  for (const auto* option = options.get(); option->keyword != nullptr; ++option)
    fine = fine && is_plausible(*option);
  return fine;
}

// A server that is gone without a word is noticed within seconds; what the address itself says counts more.
pg_conn* connect(const std::string& uri) {
  struct Setting {
    const char* name;
    const char* value;
  };
  const std::array<Setting, 9> settings{{{"application_name", "trilogue"},
                                         {"connect_timeout", "3"},
                                         {"gssencmode", "disable"},
                                         {"keepalives_idle", "5"},
                                         {"keepalives_interval", "2"},
                                         {"keepalives_count", "3"},
                                         {"tcp_user_timeout", "6000"},
                                         {"dbname", uri.c_str()},
                                         {"client_encoding", "UTF8"}}};
  std::vector<const char*> names, values;
  for (const Setting& setting : settings) {
    names.push_back(setting.name);
    values.push_back(setting.value);
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  constexpr int kDbnameIsAnAddress = 1;
  return PQconnectdbParams(names.data(), values.data(), kDbnameIsAnAddress);
}

}  // namespace

base::Failure database_unavailable(const std::string& why) {
  return {FailureKind::unavailable, "The database cannot be used: " + why, {}, std::chrono::seconds(1)};
}

void PostgresConnection::FreeResult::operator()(pg_result* result) const {
  PQclear(result);
}

void PostgresConnection::Close::operator()(pg_conn* connection) const {
  PQfinish(connection);
}

PostgresConnection::~PostgresConnection() = default;

Result<std::unique_ptr<PostgresConnection>> PostgresConnection::open(const base::Secret& uri,
                                                                     std::chrono::milliseconds patience) {
  const std::string address(uri.expose());
  if (!is_address(address))
    return base::fail(FailureKind::invalid_request, "`database` is no address of a PostgreSQL server");
  std::unique_ptr<PostgresConnection> made(new PostgresConnection(connect(address), patience));
  pg_conn* const connection = made->connection_.get();
  if (PQstatus(connection) != CONNECTION_OK) return base::fail(database_unavailable(made->message()));
  PQsetNoticeProcessor(connection, [](void*, const char*) {}, nullptr);
  if (PQsetnonblocking(connection, 1) != 0) return base::fail(database_unavailable(made->message()));
  return made;
}

std::string PostgresConnection::message() const {
  return in_one_line(PQerrorMessage(connection_.get()));
}

tl::unexpected<base::Failure> PostgresConnection::lose(const std::string& why) {
  lost_ = true;
  return base::fail(database_unavailable(why.empty() ? "the connection was lost" : why));
}

bool PostgresConnection::alive() {
  pollfd socket{PQsocket(connection_.get()), POLLIN, 0};
  while (!lost_ && poll(&socket, 1, 0) > 0) {
    if (PQconsumeInput(connection_.get()) == 0 || PQstatus(connection_.get()) != CONNECTION_OK) lost_ = true;
  }
  return !lost_;
}

bool PostgresConnection::in_transaction() const {
  if (lost_) return false;
  const auto status = PQtransactionStatus(connection_.get());
  return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE;
}

void PostgresConnection::count(int sent) {
  if (sent == 0) lose(message());
  ++queued_;
}

void PostgresConnection::prepare(const std::string& name, const std::string& sql,
                                 const PostgresValues& values) {
  if (PQpipelineStatus(connection_.get()) == PQ_PIPELINE_OFF) PQenterPipelineMode(connection_.get());
  count(PQsendPrepare(connection_.get(), name.c_str(), sql.c_str(), static_cast<int>(values.types.size()),
                      values.types.data()));
}

void PostgresConnection::execute(const std::string& name, const PostgresValues& values) {
  if (PQpipelineStatus(connection_.get()) == PQ_PIPELINE_OFF) PQenterPipelineMode(connection_.get());
  constexpr int kTextAnswers = 0;
  count(PQsendQueryPrepared(connection_.get(), name.c_str(), static_cast<int>(values.values.size()),
                            values.values.data(), values.lengths.data(), values.formats.data(),
                            kTextAnswers));
}

// False when the time is over.
bool PostgresConnection::wait(bool writing, base::SteadyTime until) const {
  using std::chrono::milliseconds;
  const auto left = std::chrono::ceil<milliseconds>(until - std::chrono::steady_clock::now()).count();
  if (left <= 0) return false;
  const short events = writing ? POLLIN | POLLOUT : POLLIN;
  pollfd socket{PQsocket(connection_.get()), events, 0};
  return poll(&socket, 1, static_cast<int>(left)) != 0;  // after a signal it is asked again
}

// The next result; none between two statements.
Result<PostgresConnection::Rows> PostgresConnection::next(base::SteadyTime until) {
  pg_conn* const connection = connection_.get();
  for (;;) {
    const int unsent = PQflush(connection);
    if (unsent < 0) return lose(message());
    if (unsent == 0 && PQisBusy(connection) == 0) break;
    if (!wait(unsent > 0, until)) return lose("it gave no answer in time");
    if (PQconsumeInput(connection) == 0) return lose(message());
  }
  Rows rows(PQgetResult(connection));
  if (PQstatus(connection) != CONNECTION_OK) return lose(message());
  return rows;
}

Result<PostgresConnection::Rows> PostgresConnection::finish() {
  if (std::exchange(queued_, 0) == 0) return Rows();
  if (lost_ || PQpipelineSync(connection_.get()) == 0) return lose(message());
  const auto until = std::chrono::steady_clock::now() + patience_;
  Rows last;
  std::optional<base::Failure> error;
  for (;;) {
    auto rows = next(until);
    if (!rows) return base::fail(error.value_or(rows.error()));
    if (*rows == nullptr) continue;
    const auto status = PQresultStatus(rows->get());
    if (status == PGRES_FATAL_ERROR && !error)
      error = database_unavailable(in_one_line(PQresultErrorMessage(rows->get())));
    if (status == PGRES_PIPELINE_SYNC) break;
    last = std::move(*rows);
  }
  if (error) return base::fail(std::move(*error));
  return last;
}

Result<void> PostgresConnection::run(const std::string& sql) {
  if (auto done = finish(); !done) return base::fail(std::move(done.error()));
  if (PQpipelineStatus(connection_.get()) != PQ_PIPELINE_OFF && PQexitPipelineMode(connection_.get()) == 0)
    return lose(message());
  if (PQsendQuery(connection_.get(), sql.c_str()) == 0) return lose(message());
  const auto until = std::chrono::steady_clock::now() + patience_;
  std::optional<base::Failure> error;
  for (;;) {
    auto rows = next(until);
    if (!rows) return base::fail(std::move(rows.error()));
    if (*rows == nullptr) break;
    if (PQresultStatus(rows->get()) == PGRES_FATAL_ERROR && !error)
      error = database_unavailable(in_one_line(PQresultErrorMessage(rows->get())));
  }
  if (error) return base::fail(std::move(*error));
  return {};
}

Result<std::vector<std::string>> PostgresConnection::notifications(std::chrono::milliseconds wait_for) {
  struct FreeNotify {
    void operator()(PGnotify* notify) const { PQfreemem(notify); }
  };
  std::vector<std::string> found;
  const auto take = [&] {
    for (std::unique_ptr<PGnotify, FreeNotify> told; told.reset(PQnotifies(connection_.get())), told;)
      found.emplace_back(told->extra);
  };
  take();  // that came with the answer to something else
  if (!found.empty() || !wait(false, std::chrono::steady_clock::now() + wait_for)) return found;
  if (PQconsumeInput(connection_.get()) == 0) return lose(message());
  take();
  return found;
}

}  // namespace trilogue::store
