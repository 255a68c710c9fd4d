#include "store/database.h"

#include <utility>

namespace trilogue::store {

Statement::~Statement() {
  if (!query_) return;
  query_->clear();
  home_->push_back(std::move(query_));
}

Statement& Statement::bind(std::int64_t number) {
  if (query_) query_->bind(++bound_, number);
  return *this;
}

Statement& Statement::bind(std::optional<std::int64_t> number) {
  if (number) return bind(*number);
  if (query_) query_->bind_null(++bound_);
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  if (query_) query_->bind_text(++bound_, text);
  return *this;
}

Statement& Statement::bind_blob(std::string_view bytes) {
  if (query_) query_->bind_blob(++bound_, bytes);
  return *this;
}

Statement& Statement::again() {
  if (query_) query_->reset();
  bound_ = 0;
  return *this;
}

bool Statement::step() {
  return query_ && !database_->failed() && query_->step();
}

void Statement::run() {
  if (query_ && !database_->failed()) query_->run();
}

std::optional<std::int64_t> Statement::optional_integer(int column) const {
  if (query_->is_null(column)) return std::nullopt;
  return integer(column);
}

Statement Database::prepare(std::string_view sql) {
  if (failed()) return {*this, nullptr, nullptr};
  auto known = idle_.find(sql);
  if (known == idle_.end()) known = idle_.emplace(sql, Statement::Idle()).first;
  auto& [text, home] = *known;
  if (home.empty()) return {*this, &home, compile(text)};
  auto query = std::move(home.back());
  home.pop_back();
  return {*this, &home, std::move(query)};
}

void Database::refuse(base::Failure failure) {
  if (!error_) error_ = std::move(failure);
}

std::optional<base::Failure> Database::take_error() {
  finish();
  return std::exchange(error_, std::nullopt);
}

}  // namespace trilogue::store
