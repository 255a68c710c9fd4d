// Asks a database thread for more than a "done". The answer is given after the transaction, so that it is of
// committed rows.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "base/result.h"
#include "store/database_thread.h"

namespace trilogue::store {

template <class T>
void ask(DatabaseThread& thread, std::function<T(Database&)> question,
         std::function<void(base::Result<T>)> answer) {
  auto found = std::make_shared<T>();
  thread.post([question = std::move(question), found](Database& database) { *found = question(database); },
              [answer = std::move(answer), found](base::Result<void> done) {
                done ? answer(std::move(*found)) : answer(base::fail(std::move(done.error())));
              });
}

}  // namespace trilogue::store
