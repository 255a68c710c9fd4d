// Reads a call from its first tag to the end of its name, lenient about whitespace. One per attempt: what was
// read is kept until it is certain that this is a call, for it may turn out to be text.
#pragma once

#include <string>
#include <string_view>

namespace trilogue::engine::syntax {

class CallHead final {
 public:
  enum class Progress { reading, named, failed };

  // `seen`: the tag that has been read; `begin`: what must still come before the name; `name_end`: what must
  // follow it. All in the scanner's inner spelling.
  CallHead(std::string seen, std::string_view begin, std::string_view name_end);

  Progress step(char byte);

  // What a reader shall see of it when it turned out to be no call: all but the tags.
  std::string remains() const;
  const std::string& name() const { return name_; }
  // All before the name has been read: this is a call, if only its name is a tool's.
  bool is_certain() const { return stage_ != Stage::begin; }
  bool is_tagged() const { return tagged_; }

 private:
  enum class Stage { begin, name, after_name };
  static constexpr std::size_t kMaxName = 128;
  static constexpr std::size_t kMaxGap = 80;  // between a name and the tag that ends it

  Progress expect(std::string_view literal, char byte);
  Progress step_name(char byte);
  Progress search_end(char byte);

  std::string raw_;
  std::size_t visible_from_ = 0;
  bool tagged_ = false;
  std::string begin_;
  std::string name_end_;
  std::string name_;
  std::string gap_;
  std::size_t matched_ = 0;  // of the literal of this stage
  Stage stage_ = Stage::begin;
};

}  // namespace trilogue::engine::syntax
