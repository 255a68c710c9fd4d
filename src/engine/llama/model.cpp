#include "engine/llama/model.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

namespace trilogue::engine::llama {
namespace {

base::Result<void> refuse(const std::string& path, const std::string& why) {
  return base::fail(base::FailureKind::invalid_request, "the model file " + path + " " + why);
}

// llama.cpp would say these less clearly, or only in its log.
base::Result<void> look_at(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    if (errno == ENOENT) return refuse(path, "does not exist");
    if (errno == EACCES) return refuse(path, "may not be read by this user (permission denied)");
    return refuse(path, std::string("cannot be opened: ") + std::strerror(errno));
  }
  std::array<char, 4> magic{};
  file.read(magic.data(), magic.size());
  if (file.gcount() == 0) return refuse(path, "is empty, or not a file");
  if (file.gcount() < 4 || std::string_view(magic.data(), 4) != "GGUF") {
    return refuse(path, "is not a GGUF file");
  }
  return {};
}

bool report(float progress, void* options) {
  const auto& on_progress = static_cast<const ModelOptions*>(options)->on_progress;
  return !on_progress || on_progress(static_cast<double>(progress));
}

std::string told_by(Library& library, const char* otherwise) {
  const auto said = library.take_error();
  return said.empty() ? otherwise : said;
}

}  // namespace

Model::Model(Handle model) : model_(std::move(model)), vocabulary_(llama_model_get_vocab(model_.get())) {}

base::Result<std::unique_ptr<Model>> Model::load(Library& library, const ModelOptions& options) {
  if (auto looked = look_at(options.path); !looked) return tl::unexpected(std::move(looked.error()));
  library.take_error();
  auto params = llama_model_default_params();
  params.n_gpu_layers = options.gpu_layers;
  params.progress_callback = report;
  params.progress_callback_user_data = const_cast<ModelOptions*>(&options);
  Handle handle;
  std::string problem;
  try {
    handle.reset(llama_model_load_from_file(options.path.c_str(), params));
  } catch (const std::exception& error) {  // a library's exception ends here
    problem = error.what();
  }
  auto refused = [&](const std::string& why) {
    return tl::unexpected(std::move(refuse(options.path, why).error()));
  };
  if (!handle) {
    if (problem.empty()) problem = told_by(library, "it may be cut off or damaged");
    return refused("cannot be loaded: " + problem);
  }
  if (!llama_model_has_decoder(handle.get()) || llama_model_has_encoder(handle.get())) {
    return refused("is not a model that chats: it has an encoder");
  }
  if (llama_model_chat_template(handle.get(), nullptr) == nullptr) {
    return refused("has no chat template (tokenizer.chat_template): only chat models can be served");
  }
  return std::unique_ptr<Model>(new Model(std::move(handle)));
}

bool Model::can_truncate() const {
  return !llama_model_is_recurrent(model_.get()) && !llama_model_is_hybrid(model_.get());
}

}  // namespace trilogue::engine::llama
