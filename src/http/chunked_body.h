// Takes the chunk borders out of a request body that arrives in pieces. One object reads one body; it keeps
// nothing but its place. Trailers are read over. Strict about CR LF, so that no proxy can disagree with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace trilogue::http {

class ChunkedBody final {
 public:
  enum class State { more, done, broken };

  struct Step {
    std::size_t taken = 0;     // of the bytes given; the rest comes again
    std::string_view payload;  // part of the body among them
    State state = State::more;
  };

  // Call again with what was not taken until nothing is left or the state is not `more`.
  Step next(std::string_view bytes);

 private:
  enum class Place { size, extension, size_lf, data, data_cr, data_lf, trailer, trailer_lf, done, broken };

  Place after(char c);
  Place after_size(char c);
  Place after_extension(char c);
  Place after_size_line(char c);
  Place after_trailer(char c);
  Place after_trailer_line(char c);

  Place place_ = Place::size;
  std::uint64_t left_ = 0;          // of this chunk
  std::size_t digits_ = 0;          // of this chunk's size
  std::size_t overhead_ = 0;        // bytes of extensions and trailers
  std::size_t trailer_length_ = 0;  // of this trailer line
};

}  // namespace trilogue::http
