// Writes a GGUF with random weights, to measure the engine on a model of a given size: `random_model FROM OUT
// [width layers vocabulary]`. Tokenizer and template are those of FROM; the vocabulary is filled up to the
// wanted size with words that no text contains. The same arguments always write the same file.
#include <ggml.h>
#include <gguf.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace {

struct Shape {
  int width = 256;
  int layers = 12;
  int vocabulary = 151936;
  int heads() const { return width / 64; }
  int hidden() const { return width * 8 / 3 / 64 * 64; }
};

struct FreeGguf {
  void operator()(gguf_context* context) const { gguf_free(context); }
};
struct FreeGgml {
  void operator()(ggml_context* context) const { ggml_free(context); }
};
using Gguf = std::unique_ptr<gguf_context, FreeGguf>;
using Ggml = std::unique_ptr<ggml_context, FreeGgml>;

// The words of FROM, then fillers.
void write_vocabulary(const gguf_context* from, gguf_context* out, int size) {
  const auto tokens = gguf_find_key(from, "tokenizer.ggml.tokens");
  const auto types = gguf_find_key(from, "tokenizer.ggml.token_type");
  std::vector<std::string> words;
  for (std::size_t i = 0; i < gguf_get_arr_n(from, tokens); ++i)
    words.emplace_back(gguf_get_arr_str(from, tokens, i));
  const auto* known = static_cast<const std::int32_t*>(gguf_get_arr_data(from, types));
  std::vector<std::int32_t> kinds(known, known + words.size());
  while (static_cast<int>(words.size()) < size) {
    words.push_back("filler" + std::to_string(words.size()));
    kinds.push_back(1);  // a normal word
  }
  std::vector<const char*> pointers;
  for (const auto& word : words) pointers.push_back(word.c_str());
  gguf_set_arr_str(out, "tokenizer.ggml.tokens", pointers.data(), pointers.size());
  gguf_set_arr_data(out, "tokenizer.ggml.token_type", GGUF_TYPE_INT32, kinds.data(), kinds.size());
}

void write_shape(gguf_context* out, const Shape& shape) {
  const auto number = [&](const char* key, int value) {
    gguf_set_val_u32(out, key, static_cast<std::uint32_t>(value));
  };
  gguf_set_val_str(out, "general.name", "random");
  number("llama.embedding_length", shape.width);
  number("llama.block_count", shape.layers);
  number("llama.feed_forward_length", shape.hidden());
  number("llama.attention.head_count", shape.heads());
  number("llama.attention.head_count_kv", 1);
  number("llama.vocab_size", shape.vocabulary);
  for (const char* key :
       {"llama.attention.key_length", "llama.attention.value_length", "llama.rope.dimension_count"}) {
    number(key, 64);
  }
}

class Weights final {
 public:
  explicit Weights(std::size_t bytes) { context_.reset(ggml_init({bytes, nullptr, false})); }

  void matrix(gguf_context* out, const std::string& name, int columns, int rows) {
    auto* tensor = ggml_new_tensor_2d(context_.get(), GGML_TYPE_F16, columns, rows);
    auto* data = static_cast<ggml_fp16_t*>(tensor->data);
    std::normal_distribution<float> normal(0, 1 / std::sqrt(static_cast<float>(columns)));
    for (std::int64_t i = 0; i < ggml_nelements(tensor); ++i) data[i] = ggml_fp32_to_fp16(normal(chance_));
    add(out, tensor, name);
  }

  void ones(gguf_context* out, const std::string& name, int size) {
    auto* tensor = ggml_new_tensor_1d(context_.get(), GGML_TYPE_F32, size);
    for (int i = 0; i < size; ++i) static_cast<float*>(tensor->data)[i] = 1;
    add(out, tensor, name);
  }

 private:
  static void add(gguf_context* out, ggml_tensor* tensor, const std::string& name) {
    ggml_set_name(tensor, name.c_str());
    gguf_add_tensor(out, tensor);
  }

  Ggml context_;
  std::mt19937 chance_{20260101};
};

void write_layer(gguf_context* out, Weights& weights, const Shape& shape, int layer) {
  const std::string at = "blk." + std::to_string(layer) + ".";
  weights.ones(out, at + "attn_norm.weight", shape.width);
  weights.matrix(out, at + "attn_q.weight", shape.width, shape.width);
  weights.matrix(out, at + "attn_k.weight", shape.width, 64);
  weights.matrix(out, at + "attn_v.weight", shape.width, 64);
  weights.matrix(out, at + "attn_output.weight", shape.width, shape.width);
  weights.ones(out, at + "ffn_norm.weight", shape.width);
  weights.matrix(out, at + "ffn_gate.weight", shape.width, shape.hidden());
  weights.matrix(out, at + "ffn_up.weight", shape.width, shape.hidden());
  weights.matrix(out, at + "ffn_down.weight", shape.hidden(), shape.width);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 6) {
    std::fprintf(stderr, "usage: random_model FROM.gguf OUT.gguf [WIDTH LAYERS VOCABULARY]\n");
    return 2;
  }
  Shape shape;
  if (argc == 6) shape = {std::atoi(argv[3]), std::atoi(argv[4]), std::atoi(argv[5])};
  const Gguf from(gguf_init_from_file(argv[1], {true, nullptr}));
  if (!from) {
    std::fprintf(stderr, "%s is not a GGUF file\n", argv[1]);
    return 1;
  }
  const Gguf out(gguf_init_empty());
  gguf_set_kv(out.get(), from.get());
  write_vocabulary(from.get(), out.get(), shape.vocabulary);
  write_shape(out.get(), shape);
  const auto parameters = static_cast<std::size_t>(shape.vocabulary) * static_cast<std::size_t>(shape.width) +
                          static_cast<std::size_t>(shape.layers) * static_cast<std::size_t>(shape.width) *
                              static_cast<std::size_t>(2 * shape.width + 128 + 3 * shape.hidden());
  Weights weights(parameters * 2 + (static_cast<std::size_t>(shape.layers) * 16 + 16) * 4096);
  weights.matrix(out.get(), "token_embd.weight", shape.width, shape.vocabulary);
  weights.ones(out.get(), "output_norm.weight", shape.width);
  for (int layer = 0; layer < shape.layers; ++layer) write_layer(out.get(), weights, shape, layer);
  if (!gguf_write_to_file(out.get(), argv[2], false)) return 1;
  std::printf("%s: %.1f M parameters\n", argv[2], static_cast<double>(parameters) / 1e6);
  return 0;
}
