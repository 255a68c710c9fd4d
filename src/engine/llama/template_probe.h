// Learns a model's manners from its template, by rendering small conversations with words that occur nowhere
// else and looking where they come out. Done once per model; pure functions of the template.
#pragma once

#include <optional>
#include <string>

#include "engine/llama/template.h"
#include "engine/llama/template_input.h"
#include "engine/syntax/output_syntax.h"

namespace trilogue::engine::llama {

struct ProbedTemplate {
  TemplateManners manners;
  syntax::OutputSyntax syntax;  // without atoms and noise, which depend on the vocabulary
};

// Failure: internal, when the template renders not even a user's turn.
base::Result<ProbedTemplate> probe_template(const Template& chat);

}  // namespace trilogue::engine::llama
