// The response object, built from canonical events. What a stream shows and what a whole reply says are both
// written from here, so the two cannot disagree. Belongs to one request; fed by one coroutine. Does no I/O.
// Allocates nothing per token but the growth of the text it keeps.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/enum_table.h"
#include "base/failure.h"
#include "canon/event.h"
#include "dialect/responses/custom_input.h"
#include "dialect/responses/output_item.h"
#include "dialect/responses/request.h"

namespace trilogue::dialect::responses {

enum class Status { queued, in_progress, completed, incomplete, failed, cancelled };

inline constexpr base::EnumTable<Status, 6> kStatusNames{{{Status::queued, "queued"},
                                                          {Status::in_progress, "in_progress"},
                                                          {Status::completed, "completed"},
                                                          {Status::incomplete, "incomplete"},
                                                          {Status::failed, "failed"},
                                                          {Status::cancelled, "cancelled"}}};
static_assert(base::is_complete(kStatusNames));

class ResponseBuilder final {
 public:
  // Takes what it needs of the request, which may be moved from afterwards.
  ResponseBuilder(ReplyContext context, const ResponsesRequest& request);

  // Nothing changes any more once it is over.
  void on(const canon::Event& event);
  void fail(const base::Failure& failure);  // one that the engine does not know of
  void cancel();

  Status status() const { return status_; }  // a background response begins as queued
  bool over() const { return status_ != Status::queued && status_ != Status::in_progress; }
  const std::optional<base::Failure>& failure() const { return failure_; }
  const canon::Usage& usage() const { return usage_; }  // so far
  const std::string& id() const { return context_.id; }

  // The whole official object as it stands.
  void append_response(std::string& out, Form form = Form::whole) const;

  // The output items for later requests (Memory), reasoning in encrypted_content. Once it is over.
  std::vector<std::string> stored_items() const;

  // For the stream.
  const std::vector<OutputItem>& items() const { return items_; }
  bool has_open_item() const { return open_; }
  ItemStyle style(Form form) const;

 private:
  void take(const canon::Started& started);
  void take(const canon::BlockOpened& opened);
  void take(const canon::Delta& delta);
  void take(const canon::BlockClosed& closed);
  void take(const canon::Finished& finished);
  void take(const canon::Failed& failed);
  void name_call(OutputItem& item, const canon::BlockOpened& opened);
  void end(Status status);

  ReplyContext context_;
  Options options_;
  std::string echo_;  // JSON fields
  std::vector<OfferedTool> tools_;
  Status status_;
  std::vector<OutputItem> items_;
  bool open_ = false;         // the last of them
  CustomInput custom_input_;  // of the open item
  canon::Usage usage_;
  std::string_view incomplete_reason_;
  std::optional<long long> completed_at_;
  std::optional<base::Failure> failure_;
};

}  // namespace trilogue::dialect::responses
