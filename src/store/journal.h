// The files of the ledger's journal. Each is a segment of a fixed size whose room is taken from the disk when
// it is made, and which is then written through a mapping: appending is a copy in memory, survives the
// process, and cannot fail for lack of space. Owned by the ledger, guarded by its lock except where it says
// otherwise. Knows records by their bytes only.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace trilogue::store {

class JournalSegment final {
 public:
  struct Settings {
    std::string run;
    std::size_t bytes = 0;
    bool durable = false;
  };
  // A new file that begins with the record of its run, locked against other processes. Failure: unavailable,
  // in words for the operator; then there is no such file.
  static base::Result<std::shared_ptr<JournalSegment>> make(std::string file, const Settings& settings);
  ~JournalSegment();  // the file stays
  JournalSegment(const JournalSegment&) = delete;
  JournalSegment& operator=(const JournalSegment&) = delete;

  std::size_t remaining() const { return size_ - used_; }
  void append(std::string_view record);  // that fits

  // Waits until the disk has what was appended before. Any thread.
  base::Result<void> sync();

  // The file goes. Any thread.
  void remove();

  // Entries whose admission stands here and that are not yet in the database. Any thread.
  std::atomic<int> pins = 0;

 private:
  JournalSegment(std::string file, int descriptor) : file_(std::move(file)), descriptor_(descriptor) {}
  base::Result<void> take_room(const Settings& settings);

  std::string file_;
  int descriptor_;
  char* mapped_ = nullptr;
  std::size_t size_ = 0;
  std::size_t used_ = 0;
};

class Journal final {
 public:
  // `first`: the number of the first file, `PATH.NNNNNN`.
  Journal(std::string path, JournalSegment::Settings settings, std::uint64_t first)
      : path_(std::move(path)), settings_(std::move(settings)), next_(first) {}

  // A segment for add(). Takes its time; needs no lock.
  base::Result<std::shared_ptr<JournalSegment>> make();
  void add(std::shared_ptr<JournalSegment> segment) { segments_.push_back(std::move(segment)); }

  // Bytes that can be appended without another segment, whatever the sizes of the records.
  std::size_t room() const { return room_from(current_); }
  // Needs the room. The segment in which the record stands.
  JournalSegment* append(std::string_view record);

  // Goes on in the next segment, if that leaves so much room.
  void turn_over(std::size_t needed);

  // Segments that were written to since the last call.
  std::vector<std::shared_ptr<JournalSegment>> unsynced();

  // Takes the oldest segments out that tell of nothing any more; later ones stay behind an earlier one that
  // does, since an admission without its settlement would be told as interrupted.
  std::vector<std::shared_ptr<JournalSegment>> take_done();
  std::vector<std::shared_ptr<JournalSegment>> take_all();

  // The one that was added last; null when there is none.
  const JournalSegment* newest() const { return segments_.empty() ? nullptr : segments_.back().get(); }

  // Segments behind the one that is written to.
  std::size_t old() const { return current_; }
  // Whether it is among the oldest `count` of them.
  bool is_among_oldest(const JournalSegment* segment, std::size_t count) const;

 private:
  std::size_t room_from(std::size_t segment) const;

  std::string path_;
  JournalSegment::Settings settings_;
  std::atomic<std::uint64_t> next_;
  std::deque<std::shared_ptr<JournalSegment>> segments_;  // written, the current one, spare ones
  std::size_t current_ = 0;
  std::size_t synced_ = 0;  // the first that was written to since
};

// The files of a journal, oldest first, and the number that the next one gets. Failure: unavailable.
struct JournalFiles {
  std::vector<std::string> files;
  std::uint64_t next = 1;
};
base::Result<JournalFiles> find_journal_files(const std::string& path);

}  // namespace trilogue::store
