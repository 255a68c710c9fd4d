// The part of template_probe that learns how calls are written.
#pragma once

#include "engine/llama/template.h"
#include "engine/llama/template_input.h"
#include "engine/syntax/output_syntax.h"

namespace trilogue::engine::llama {

// Sets has_calls and call, and in `manners` what concerns calls. A template that writes no calls, or in a way
// that cannot be read, gets the plain form that many models know, and describes_tools = false.
void learn_calls(const Template& chat, TemplateManners& manners, syntax::OutputSyntax& learned);

}  // namespace trilogue::engine::llama
