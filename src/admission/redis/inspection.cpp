#include "admission/redis/inspection.h"

#include <boost/asio/io_context.hpp>

#include "admission/redis/link.h"

namespace trilogue::admission::redis {
namespace {

// The value of a line `name:value`, "" when there is none.
std::string line_of(const std::string& info, const std::string& name) {
  const auto at = ("\n" + info).find("\n" + name + ":");
  if (at == std::string::npos) return "";
  const auto begin = at + name.size() + 1;
  return info.substr(begin, info.find_first_of("\r\n", begin) - begin);
}

}  // namespace

Inspection read_info(const std::string& info) {
  Inspection found;
  const std::string valkey = line_of(info, "valkey_version");
  found.program = valkey.empty() ? "Redis " + line_of(info, "redis_version") : "Valkey " + valkey;
  found.is_cluster = line_of(info, "redis_mode") == "cluster";
  const std::string most = line_of(info, "maxmemory");
  const bool is_bounded = !most.empty() && most != "0";
  found.may_forget = is_bounded && line_of(info, "maxmemory_policy") != "noeviction";
  return found;
}

base::Result<Inspection> inspect(const Address& address) {
  boost::asio::io_context loop;
  std::string in_the_way = "it does not answer";
  base::Result<Inspection> found;
  Link link(loop, address, {{}, [&in_the_way](const std::string& reason) { in_the_way = reason; }});
  const auto read = [&](const base::Result<wire::RespValue>& said) {
    const auto* const text = said ? std::get_if<std::string>(&said->what) : nullptr;
    if (text != nullptr) {
      found = read_info(*text);
    } else {
      const bool answered = !said && !said.error().path.empty();
      found = base::fail(base::FailureKind::unavailable, answered ? said.error().message : in_the_way);
    }
  };
  const auto read_script = [&](const base::Result<wire::RespValue>& said) {
    if (found) found->takes_scripts = said.has_value();
    link.close();
  };
  link.ask({"INFO"}, read);
  link.ask({"EVAL", "return redis.call('TIME')", "0"}, read_script);
  link.start();
  loop.run();
  return found;
}

}  // namespace trilogue::admission::redis
