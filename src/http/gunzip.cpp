#include "http/gunzip.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <new>

namespace trilogue::http {

using base::fail;
using base::FailureKind;

struct Gunzip::Stream {
  z_stream z{};
  // 16 + 15: gzip format only, largest window.
  Stream() {
    if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK) throw std::bad_alloc();
  }
  ~Stream() { inflateEnd(&z); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
};

Gunzip::Gunzip(std::size_t max_bytes) : stream_(std::make_unique<Stream>()), max_bytes_(max_bytes) {}
Gunzip::~Gunzip() = default;

base::Result<void> Gunzip::add(std::string_view piece, std::string& out) {
  constexpr std::size_t kMostGrowth = 100, kUnasked = 1024 * 1024;
  auto& z = stream_->z;
  received_ += piece.size();
  const std::size_t most = std::min(max_bytes_, kUnasked + received_ * kMostGrowth);
  std::array<char, 16 * 1024> space;
  // zlib's interface predates const; it does not write to its input.
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
  z.avail_in = static_cast<uInt>(piece.size());
  do {
    if (at_border_ && z.avail_in == 0) break;
    if (at_border_) inflateReset(&z);
    at_border_ = false;
    z.next_out = reinterpret_cast<Bytef*>(space.data());
    z.avail_out = static_cast<uInt>(space.size());
    const int code = inflate(&z, Z_NO_FLUSH);
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
      return fail(FailureKind::invalid_request, "the body is not valid gzip");
    }
    const auto inflated = space.size() - z.avail_out;
    if (out.size() + inflated > most) {
      return fail(FailureKind::too_large,
                  most == max_bytes_
                      ? "the inflated body is larger than " + std::to_string(max_bytes_) + " bytes"
                      : "the body grows more than a hundredfold when it is inflated");
    }
    out.append(space.data(), inflated);
    at_border_ = code == Z_STREAM_END;
  } while (z.avail_in > 0 || z.avail_out == 0);
  return {};
}

base::Result<void> Gunzip::finish() const {
  if (!at_border_) return fail(FailureKind::invalid_request, "the gzip body ends too early");
  return {};
}

}  // namespace trilogue::http
