// A stored response with its reasoning in `encrypted_content`, for who asks for that afterwards. Pure; any
// thread.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace trilogue::dialect::responses {

// The reasoning items of a response object that do not carry what they say.
std::vector<std::string> ids_of_silent_reasoning(const std::string& reply);

// `stored`: items as they were stored, by their ids. Those that are not among them stay as they are.
std::string with_carried_reasoning(std::string reply, const std::map<std::string, std::string>& stored);

}  // namespace trilogue::dialect::responses
