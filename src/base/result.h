// A value or the Failure that took its place. Expected failures travel this way; exceptions are for bugs.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "base/failure.h"

namespace trilogue::base {

template <class T>
using Result = tl::expected<T, Failure>;

inline tl::unexpected<Failure> fail(Failure failure) {
  return tl::unexpected<Failure>(std::move(failure));
}

inline tl::unexpected<Failure> fail(FailureKind kind, std::string message, std::string path = {}) {
  return fail(Failure{kind, std::move(message), std::move(path), std::nullopt});
}

// The caller's mistake at a JSON path; an empty path is the document itself.
inline tl::unexpected<Failure> invalid(std::string path, std::string message) {
  return fail(FailureKind::invalid_request, std::move(message), std::move(path));
}

}  // namespace trilogue::base
