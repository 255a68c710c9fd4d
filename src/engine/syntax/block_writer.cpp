#include "engine/syntax/block_writer.h"

#include <utility>

namespace trilogue::engine::syntax {

void BlockWriter::aim_at(std::vector<canon::Happening>& out) {
  out_ = &out;
  first_ = out.size();
}

void BlockWriter::count(int output_tokens, int reasoning_tokens) {
  for (std::size_t i = first_; i < out_->size(); ++i) {
    if (auto* delta = std::get_if<canon::Delta>(&(*out_)[i])) {
      delta->output_tokens = output_tokens;
      delta->reasoning_tokens = reasoning_tokens;
    }
  }
}

void BlockWriter::write(canon::BlockKind kind, std::string_view text) {
  if (text.empty()) return;
  if (open_ != kind) {
    close(false);
    out_->push_back(canon::BlockOpened{kind, {}, {}});
    open_ = kind;
  }
  auto* last = out_->size() > first_ ? std::get_if<canon::Delta>(&out_->back()) : nullptr;
  if (last != nullptr) {
    last->text += text;
  } else {
    canon::Delta delta;
    delta.text = text;
    out_->push_back(std::move(delta));
  }
}

void BlockWriter::open_call(std::string id, std::string name) {
  close(false);
  out_->push_back(canon::BlockOpened{canon::BlockKind::call, std::move(id), std::move(name)});
  open_ = canon::BlockKind::call;
}

void BlockWriter::close(bool cut) {
  if (!open_) return;
  out_->push_back(canon::BlockClosed{cut});
  open_.reset();
}

}  // namespace trilogue::engine::syntax
