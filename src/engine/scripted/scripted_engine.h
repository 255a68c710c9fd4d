// Plays written stories instead of running a model: for tests, and for measuring everything but the model.
// Does its work on the reader's executor and owns no thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/engine.h"
#include "engine/scripted/story.h"

namespace trilogue::engine::scripted {

class ScriptedEngine final : public Engine {
 public:
  // Scene i answers a conversation that already holds i assistant turns with calls; the last one answers all
  // further rounds. At least one scene.
  explicit ScriptedEngine(std::vector<Story> scenes);

  // A file of stories, set apart by lines that hold `---` alone. Failures say the file and the line.
  static base::Result<std::unique_ptr<ScriptedEngine>> load(const std::string& file);

  boost::asio::awaitable<base::Result<std::unique_ptr<EventStream>>> start(canon::Request request,
                                                                           Patience patience) override;
  boost::asio::awaitable<base::Result<TokenCount>> count(canon::Request request, Patience patience) override;
  int context_window() const override { return 32768; }
  std::string_view kind() const override { return "scripted"; }
  EngineStats stats() const override { return {}; }

 private:
  // Takes the time that the story says.
  static boost::asio::awaitable<base::Result<void>> prepare(std::chrono::milliseconds time,
                                                            Patience patience);
  const std::shared_ptr<const Story>& scene_for(const canon::Request& request) const;
  std::vector<std::shared_ptr<const Story>> scenes_;
};

}  // namespace trilogue::engine::scripted
