#include "store/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "store/journal_format.h"

namespace trilogue::store {

using base::FailureKind;
using base::Result;

namespace {

tl::unexpected<base::Failure> cannot(const char* what, const std::string& file, int error) {
  return base::fail(FailureKind::unavailable,
                    std::string("Cannot ") + what + " " + file + ": " + std::strerror(error));
}

// The length comes last: until it stands, a reader sees the end of the journal there.
void publish(char* to, std::string_view record) {
  constexpr std::size_t kLength = 4;
  std::memcpy(to + kLength, record.data() + kLength, record.size() - kLength);
  std::atomic_signal_fence(std::memory_order_release);  // a kill falls between two instructions
  std::memcpy(to, record.data(), kLength);
}

// Overwriting blocks that are there needs no change of the file's own data, so a sync is one write.
int write_zeros(int descriptor, std::size_t size) {
  static constexpr std::array<char, 65536> kZeros{};
  for (std::size_t at = 0; at < size;) {
    const std::size_t piece = std::min(size - at, kZeros.size());
    const ssize_t written = pwrite(descriptor, kZeros.data(), piece, static_cast<off_t>(at));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written < 0 ? errno : ENOSPC;
    at += static_cast<std::size_t>(written);
  }
  return fdatasync(descriptor) == 0 ? 0 : errno;
}

int sync_folder_of(const std::string& file) {
  const auto folder = std::filesystem::path(file).parent_path();
  const int descriptor = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return errno;
  const int error = fsync(descriptor) == 0 ? 0 : errno;
  close(descriptor);
  return error;
}

// Pages that can be written to from now on; says so here if the disk has no room for them after all, where a
// later write would end the process. Older kernels do not know it.
int touch(void* mapped, std::size_t size) {
#ifdef MADV_POPULATE_WRITE
  if (madvise(mapped, size, MADV_POPULATE_WRITE) != 0 && errno != EINVAL) return errno;
#endif
  return 0;
}

}  // namespace

Result<std::shared_ptr<JournalSegment>> JournalSegment::make(std::string file, const Settings& settings) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return cannot("write", file, errno);
  std::shared_ptr<JournalSegment> segment(new JournalSegment(std::move(file), descriptor));
  if (auto taken = segment->take_room(settings); !taken) {
    segment->remove();
    return base::fail(std::move(taken.error()));
  }
  JournalRecordWriter writer;
  segment->append(writer.started(settings.run));
  return segment;
}

Result<void> JournalSegment::take_room(const Settings& settings) {
  if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0) return cannot("lock", file_, errno);
  if (const int error = posix_fallocate(descriptor_, 0, static_cast<off_t>(settings.bytes)))
    return cannot("write", file_, error);
  if (settings.durable) {
    if (const int error = write_zeros(descriptor_, settings.bytes)) return cannot("write", file_, error);
    if (const int error = sync_folder_of(file_)) return cannot("write", file_, error);
  }
  void* mapped = mmap(nullptr, settings.bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0);
  if (mapped == MAP_FAILED) return cannot("map", file_, errno);
  mapped_ = static_cast<char*>(mapped);
  size_ = settings.bytes;
  if (const int error = touch(mapped, size_)) return cannot("write", file_, error);
  return {};
}

JournalSegment::~JournalSegment() {
  if (mapped_ != nullptr) munmap(mapped_, size_);
  close(descriptor_);
}

void JournalSegment::append(std::string_view record) {
  publish(mapped_ + used_, record);
  used_ += record.size();
}

Result<void> JournalSegment::sync() {
  if (fdatasync(descriptor_) != 0) return cannot("write", file_, errno);
  return {};
}

void JournalSegment::remove() {
  unlink(file_.c_str());
}

Result<std::shared_ptr<JournalSegment>> Journal::make() {
  std::array<char, 32> number;
  std::snprintf(number.data(), number.size(), ".%06llu", static_cast<unsigned long long>(next_++));
  return JournalSegment::make(path_ + number.data(), settings_);
}

std::size_t Journal::room_from(std::size_t segment) const {
  std::size_t room = 0;
  for (std::size_t i = segment; i < segments_.size(); ++i) {
    const std::size_t remaining = segments_[i]->remaining();
    room += remaining - std::min(remaining, kMaxJournalRecord);  // a record that no longer fits goes on
  }
  return room;
}

JournalSegment* Journal::append(std::string_view record) {
  while (segments_[current_]->remaining() < record.size()) ++current_;
  segments_[current_]->append(record);
  return segments_[current_].get();
}

void Journal::turn_over(std::size_t needed) {
  if (current_ + 1 < segments_.size() && room_from(current_ + 1) >= needed) ++current_;
}

std::vector<std::shared_ptr<JournalSegment>> Journal::unsynced() {
  using Offset = std::deque<std::shared_ptr<JournalSegment>>::difference_type;
  const auto first = segments_.begin();
  std::vector<std::shared_ptr<JournalSegment>> written(first + static_cast<Offset>(synced_),
                                                       first + static_cast<Offset>(current_ + 1));
  synced_ = current_;
  return written;
}

std::vector<std::shared_ptr<JournalSegment>> Journal::take_done() {
  std::vector<std::shared_ptr<JournalSegment>> done;
  while (current_ > 0 && segments_.front()->pins.load(std::memory_order_acquire) == 0) {
    done.push_back(std::move(segments_.front()));
    segments_.pop_front();
    --current_;
    synced_ -= std::min<std::size_t>(synced_, 1);
  }
  return done;
}

std::vector<std::shared_ptr<JournalSegment>> Journal::take_all() {
  std::vector<std::shared_ptr<JournalSegment>> all(segments_.begin(), segments_.end());
  segments_.clear();
  current_ = synced_ = 0;
  return all;
}

bool Journal::is_among_oldest(const JournalSegment* segment, std::size_t count) const {
  const std::size_t end = std::min(count, current_);
  for (std::size_t i = 0; i < end; ++i) {
    if (segments_[i].get() == segment) return true;
  }
  return false;
}

Result<JournalFiles> find_journal_files(const std::string& path) {
  const std::filesystem::path journal(path);
  const auto folder = journal.has_parent_path() ? journal.parent_path() : std::filesystem::path(".");
  const std::string beginning = journal.filename().string() + ".";
  std::error_code error;
  std::vector<std::pair<std::uint64_t, std::string>> found;
  std::filesystem::directory_iterator files(folder, error);
  for (; !error && files != std::filesystem::directory_iterator(); files.increment(error)) {
    const std::string name = files->path().filename().string();
    if (!name.starts_with(beginning)) continue;
    std::uint64_t number = 0;
    const char* end = name.data() + name.size();
    const auto read = std::from_chars(name.data() + beginning.size(), end, number);
    if (read.ec == std::errc() && read.ptr == end) found.emplace_back(number, files->path().string());
  }
  if (error)
    return base::fail(FailureKind::unavailable, "Cannot read " + folder.string() + ": " + error.message());
  std::sort(found.begin(), found.end());
  JournalFiles result;
  for (auto& [number, file] : found) result.files.push_back(std::move(file));
  if (!found.empty()) result.next = found.back().first + 1;
  return result;
}

}  // namespace trilogue::store
