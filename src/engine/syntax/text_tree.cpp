#include "engine/syntax/text_tree.h"

#include <utility>

namespace trilogue::engine::syntax {
namespace {

// A literal must not end within a character.
std::size_t character_size(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) ++size;
  return size;
}

}  // namespace

void TextTree::clear() {
  root_.reset();
}

std::size_t TextTree::changeable(std::size_t node) {
  if (nodes_[node].rule.empty()) return node;
  Node copy = nodes_[node];
  copy.rule.clear();
  nodes_.push_back(std::move(copy));
  return nodes_.size() - 1;
}

void TextTree::add(std::string_view text, std::string tail) {
  if (too_wide_) return;
  if (!root_) nodes_.emplace_back();
  root_ = root_ ? changeable(*root_) : nodes_.size() - 1;
  std::size_t at = *root_;
  while (!text.empty()) {
    const std::string_view letter = text.substr(0, character_size(text));
    text.remove_prefix(letter.size());
    const auto known = nodes_[at].children.find(letter);
    std::size_t next = nodes_.size();
    if (known != nodes_[at].children.end()) {
      next = changeable(known->second);
    } else {
      nodes_.emplace_back();
    }
    nodes_[at].children[std::string(letter)] = next;
    too_wide_ = too_wide_ || nodes_[at].children.size() > kMaxWidth;
    at = next;
  }
  if (!nodes_[at].tail) nodes_[at].tail = std::move(tail);
}

std::string TextTree::rule() {
  return root_ && !too_wide_ ? rule_of(*root_) : std::string();
}

// Nodes with one way on are written as one literal. As deep as there are branches on one path.
const std::string& TextTree::rule_of(std::size_t node) {
  if (!nodes_[node].rule.empty()) return nodes_[node].rule;
  std::vector<std::string> ways;
  if (nodes_[node].tail) ways.push_back(*nodes_[node].tail);
  for (const auto& [letter, child] : nodes_[node].children) {
    std::string literal = letter;
    std::size_t at = child;
    while (!nodes_[at].tail && nodes_[at].children.size() == 1) {
      const auto& [further, next] = *nodes_[at].children.begin();
      literal += further;
      at = next;
    }
    const bool ends = nodes_[at].children.empty();
    ways.push_back(sequence({quoted(literal), ends ? *nodes_[at].tail : rule_of(at)}));
  }
  return nodes_[node].rule = rules_->add(alternatives(ways));
}

}  // namespace trilogue::engine::syntax
