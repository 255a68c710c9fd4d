#include "app/operator_token.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace trilogue::app {

namespace {

constexpr std::size_t kCharacters = 43;  // 258 bits
constexpr std::size_t kShortest = 16;    // of one that an operator wrote there himself

tl::unexpected<base::Failure> unusable(const std::string& file, const std::string& reason) {
  return base::fail(base::FailureKind::unavailable, "Cannot use " + file + ": " + reason);
}

std::string token_file(const std::string& folder) {
  return folder + "/" + kOperatorTokenFile;
}

// Whole or not at all: a start that was killed in between leaves none.
bool write_private(const std::string& file, const std::string& text) {
  const std::string fresh = file + ".new";
  ::unlink(fresh.c_str());
  const int out = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (out < 0) return false;
  const bool written = ::write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const bool kept = written && ::fsync(out) == 0;
  ::close(out);
  return kept && ::rename(fresh.c_str(), file.c_str()) == 0;
}

}  // namespace

base::Result<OperatorToken> open_operator_token(const std::string& folder, base::Random& random) {
  base::Secret fresh("admin-" + random.text(base::kUrlSafe, kCharacters));
  if (folder.empty()) return OperatorToken{std::move(fresh), true};
  const std::string file = token_file(folder);
  if (std::ifstream in(file); in) {
    std::string text;
    std::getline(in, text);
    if (text.size() < kShortest) return unusable(file, "it holds no token; remove it to get a new one");
    return OperatorToken{base::Secret(std::move(text)), false};
  }
  if (errno != ENOENT) return unusable(file, std::strerror(errno));
  if (!write_private(file, std::string(fresh.expose()) + "\n")) return unusable(file, std::strerror(errno));
  return OperatorToken{std::move(fresh), true};
}

void forget_unseen(const OperatorToken& token, const std::string& folder) {
  if (token.is_new && !folder.empty()) ::unlink(token_file(folder).c_str());
}

}  // namespace trilogue::app
