#include "serve/response_record.h"

#include <utility>

#include "wire/json.h"

namespace trilogue::serve {

namespace {

// Of frames that share a row: few rows for a long stream, and little to read for a place in its middle.
constexpr std::size_t kRowBytes = 64 * 1024;

// A killed server loses no more of what readers have seen.
constexpr std::chrono::milliseconds kSaveEvery{250};

// The dialect writes an item's id first; one that holds an escape is left to the parser.
std::string id_in(const std::string& item) {
  constexpr std::string_view kHead = R"({"id":")";
  const auto end = item.starts_with(kHead) ? item.find_first_of("\"\\", kHead.size()) : std::string::npos;
  if (end != std::string::npos && item[end] == '"') return item.substr(kHead.size(), end - kHead.size());
  const auto document = wire::Document::parse(item);
  const auto id = document ? document->root().find("id") : std::nullopt;
  return std::string(id ? id->text().value_or("") : "");
}

void warn_of(const base::Log& log, const std::string& id, const base::Result<void>& done) {
  if (done) return;
  log.write(base::LogLevel::warning, "a response was not stored",
            {{"id", id}, {"reason", done.error().message}});
}

}  // namespace

std::vector<store::Item> as_items(std::vector<std::string> texts) {
  std::vector<store::Item> items;
  items.reserve(texts.size());
  for (std::string& text : texts) {
    std::string id = id_in(text);
    items.push_back({std::move(id), std::move(text)});
  }
  return items;
}

ResponseRecord::ResponseRecord(store::Responses& store, const base::Log& log, Origin origin,
                               dialect::responses::StreamEncoder encoder)
    : store_(store), log_(log), origin_(std::move(origin)), encoder_(std::move(encoder)) {}

// Records what `what` appends. The last event is in the store's queue before anybody sees it, so that a
// client that asks for the response at once finds it.
template <class Write>
void ResponseRecord::write(std::string& out, Write what) {
  const std::size_t size = out.size();
  what();
  const bool is_comment = out.size() > size && encoder_.event_ends().empty();
  if (is_comment) return recording_->beat();
  recording_->append(std::string_view(out).substr(size), encoder_.event_ends(), size);
  unsaved_bytes_ += out.size() - size;
  if (complete() && !saved_) {
    save();
  } else if (opened_ && (unsaved_bytes_ >= kRowBytes || std::chrono::steady_clock::now() >= save_at_)) {
    save_frames();
  }
}

void ResponseRecord::begin(std::string& out) {
  write(out, [&] { encoder_.begin(out); });
}

void ResponseRecord::on(const canon::Event& event, std::string& out) {
  write(out, [&] { encoder_.on(event, out); });
}

void ResponseRecord::on(const canon::Event& event) {
  unseen_.clear();
  on(event, unseen_);
}

void ResponseRecord::heartbeat(std::string& out) {
  write(out, [&] { encoder_.heartbeat(out); });
}

void ResponseRecord::fail(const base::Failure& failure, std::string& out) {
  write(out, [&] { encoder_.fail(failure, out); });
}

void ResponseRecord::cancel() {
  std::string unseen;
  write(unseen, [&] { encoder_.cancel(unseen); });
}

base::Result<std::string> ResponseRecord::finish() const {
  if (encoder_.builder().failure()) return base::fail(*encoder_.builder().failure());
  return reply();
}

std::string ResponseRecord::reply() const {
  return reply_.empty() ? encoder_.reply() : reply_;
}

void ResponseRecord::open(store::Responses::Answer<void> answer) {
  opened_ = true;
  store_.add({id(),
              origin_.key_id,
              origin_.previous,
              reply(),
              std::move(origin_.input),
              false,
              {},
              unsaved_frames()},
             std::move(answer));
}

std::vector<store::Frames> ResponseRecord::unsaved_frames() {
  unsaved_bytes_ = 0;
  std::vector<store::Frames> rows;
  for (;;) {
    store::Frames frames = recording_->read(saved_frames_, kRowBytes);
    if (frames.count == 0) return rows;
    saved_frames_ += frames.count;
    rows.push_back(std::move(frames));
  }
}

void ResponseRecord::save_frames() {
  save_at_ = std::chrono::steady_clock::now() + kSaveEvery;
  for (store::Frames& frames : unsaved_frames()) store_frames(std::move(frames));
}

void ResponseRecord::store_frames(store::Frames frames) {
  auto keep = [refused = refused_, kept = frames](const base::Result<void>& done) mutable {
    if (done) return;
    const std::lock_guard lock(refused->mutex);
    refused->frames.push_back(std::move(kept));
  };
  store_.add_frames(id(), std::move(frames), std::move(keep));
}

std::vector<store::Item> ResponseRecord::output() const {
  std::vector<std::string> texts = encoder_.builder().stored_items();
  std::vector<store::Item> items;
  items.reserve(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i)
    items.push_back({encoder_.builder().items()[i].id, std::move(texts[i])});
  return items;
}

void ResponseRecord::save() {
  saved_ = true;
  reply_ = reply();
  if (opened_) {
    save_frames();
    store_end();
  } else {
    store_.add({id(), origin_.key_id, origin_.previous, reply_, std::move(origin_.input), true, output(),
                unsaved_frames()},
               [&log = log_, id = id()](const base::Result<void>& done) { warn_of(log, id, done); });
  }
  recording_->end();
}

void ResponseRecord::store_end() {
  auto box = std::make_shared<AnswerBox<void>>();
  auto last = [&log = log_, id = id(), refused = refused_, box](base::Result<void> done) {
    {
      const std::lock_guard lock(refused->mutex);
      if (done && !refused->frames.empty())
        done = base::fail(base::FailureKind::unavailable, "some of its events are missing");
    }
    warn_of(log, id, done);
    box->put(std::move(done));
  };
  store_.finish(id(), reply_, output(), std::move(last));
  last_answer_ = std::move(box);
}

void ResponseRecord::store_again() {
  std::vector<store::Frames> missing;
  {
    const std::lock_guard lock(refused_->mutex);
    missing.swap(refused_->frames);
  }
  for (store::Frames& frames : missing) store_frames(std::move(frames));
  store_end();
}

}  // namespace trilogue::serve
