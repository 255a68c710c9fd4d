// Stands in for engine/llama in a build without the model library.
#include "engine/embedded.h"

namespace trilogue::engine {

struct EmbeddedLibrary::State {};

EmbeddedLibrary::EmbeddedLibrary(std::unique_ptr<State> state) : state_(std::move(state)) {}
EmbeddedLibrary::~EmbeddedLibrary() = default;

base::Result<std::unique_ptr<EmbeddedLibrary>> EmbeddedLibrary::open(const base::Log&) {
  return base::fail(base::FailureKind::unavailable,
                    "This build has no embedded engine: it can play stories (--model NAME=FILE.story) only");
}

base::Result<std::unique_ptr<Engine>> EmbeddedLibrary::load(const EmbeddedOptions&, base::Random&,
                                                            const base::Log&) {
  return base::fail(base::FailureKind::internal, "there is no library to load with");
}

}  // namespace trilogue::engine
