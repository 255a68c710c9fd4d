// Ends a chat template that would not end by itself: the library sets no limit to the steps one may take. The
// program gets a check in each loop and macro; a rendering is bounded while a TemplateBounds lives on its
// thread. Templates come with model files, which operators take from strangers.
#pragma once

#include <chat.h>

#include <chrono>

namespace trilogue::engine::llama {

// Once, before the program runs on any thread.
void put_checks_into(jinja::program& program);

// The program throws when it is at a check after so long, or 2 MiB of stack further down.
class TemplateBounds final {
 public:
  explicit TemplateBounds(std::chrono::milliseconds patience);
  ~TemplateBounds();
  TemplateBounds(const TemplateBounds&) = delete;
  TemplateBounds& operator=(const TemplateBounds&) = delete;
};

}  // namespace trilogue::engine::llama
