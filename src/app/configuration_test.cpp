#include "app/configuration.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <set>

namespace trilogue::app {
namespace {

// A name of this process alone: ctest runs every case in its own, many at a time.
std::string write_file(const std::string& text) {
  std::string name = testing::TempDir() + "configuration_test_" + std::to_string(getpid()) + ".toml";
  std::ofstream(name) << text;
  return name;
}

TEST(Configuration, ReadsEverySettingOfAFile) {
  const std::string file = write_file(R"(
listen = "[::1]:9000"
api_keys = ["sk-longenough", "sk-another-one"]
[engine]
slots = 3
[server]
deadline = "2m"
heartbeat = "250ms"
drain = 5
[aliases]
"claude-*" = "step-3.7-flash"
[prices."step-*"]
input = 0.1
output = 2
[[models]]
name = "qwen"
file = "/models/qwen.gguf"
efforts = ["low", "high"]
default_effort = "low"
)");
  Configuration configuration;
  const auto done = read_file(configuration, file);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(configuration.address, "::1");
  EXPECT_EQ(configuration.port, 9000);
  EXPECT_EQ(configuration.api_keys.size(), 2U);
  EXPECT_EQ(configuration.slots, 3);
  EXPECT_EQ(configuration.deadline, std::chrono::minutes(2));
  EXPECT_EQ(configuration.heartbeat, std::chrono::milliseconds(250));
  EXPECT_EQ(configuration.drain, std::chrono::seconds(5));
  EXPECT_EQ(configuration.aliases, (std::vector<AliasSpec>{{"claude-*", "step-3.7-flash"}}));
  EXPECT_EQ(configuration.prices, (std::vector<PriceSpec>{{"step-*", 0.1, 0, 2}}));
  ASSERT_EQ(configuration.models.size(), 1U);
  EXPECT_EQ(configuration.models[0].efforts, (std::vector{canon::Effort::low, canon::Effort::high}));
}

TEST(Configuration, KeepsPatternsInTheOrderOfTheFile) {
  Configuration configuration;
  ASSERT_TRUE(read_file(configuration, write_file(R"(
[aliases]
"claude-haiku-*" = "small"
"claude-*" = "big"
[prices."step-3.7-flash"]
input = 1
[prices."*"]
input = 2
)")));
  EXPECT_EQ(configuration.aliases,
            (std::vector<AliasSpec>{{"claude-haiku-*", "small"}, {"claude-*", "big"}}));
  EXPECT_EQ(configuration.prices, (std::vector<PriceSpec>{{"step-3.7-flash", 1, 0, 0}, {"*", 2, 0, 0}}));
}

struct BadFile {
  const char* text;
  const char* says;
};

void PrintTo(const BadFile& file, std::ostream* out) {
  *out << testing::PrintToString(file.says);
}

class ConfigurationRefuses : public testing::TestWithParam<BadFile> {};

TEST_P(ConfigurationRefuses, WithTheLineAndTheKey) {
  Configuration configuration;
  const auto done = read_file(configuration, write_file(GetParam().text));
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().message.find(GetParam().says), std::string::npos) << done.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    BadFiles, ConfigurationRefuses,
    testing::Values(
        BadFile{"[engine]\nslots = 0", ":2: engine.slots: expected a whole number from 1 to 256"},
        BadFile{"[engine]\nslots = \"many\"", ":2: engine.slots"},
        BadFile{"[engine]\nslot = 3", ":2: engine.slot: there is no such setting"},
        BadFile{"listen = ", ":1: "}, BadFile{"listen = \"localhost\"", "expected ADDRESS:PORT"},
        BadFile{"listen = \"127.0.0.1:70000\"", "expected ADDRESS:PORT"},
        BadFile{"\n[[models]]\nname = \"x\"", "models.models: expected a name and a file"},
        BadFile{"[[models]]\nname=\"x\"\nfile=\"y\"\nslots=1", "models.slots: there is no such setting"},
        BadFile{"[aliases]\na = 1", ":2: expected a model's name"},
        BadFile{"api_keys = [\"short\"]", "at least 8 characters"},
        BadFile{"chat_chunks = \"other\"", "expected documented or openai"},
        BadFile{"[server]\ndeadline = \"soon\"", "expected a duration"},
        BadFile{"[deadlines]\n\"a*\" = \"soon\"", ":2: deadlines.a*: expected a duration"},
        BadFile{"deadlines = 3", ":1: expected a table"},
        BadFile{"[server]\nheartbeat = 0", "expected a duration from 100ms to 30 days"},
        BadFile{"[server]\ndeadline = \"1000000000m\"", "expected a duration from"},
        BadFile{"[[models]]\nname=\"x\"\nfile=\"y\"\nefforts=\"low\"", "models.efforts: expected a list"},
        BadFile{"[[models]]\nname=\"x\"\nfile=\"y\"\nresponses=\"false\"",
                "models.responses: expected true or"},
        BadFile{"[[models]]\nname=\"x\"\nfile=\"y\"\nefforts=[\"low\"]\ndefault_effort=\"high\"",
                "models.default_effort: expected one of its efforts"}));

TEST(Configuration, KnowsWhatAContainerPlatformSaysOfAServiceOfThatName) {
  Configuration configuration;
  const char* links[] = {"TRILOGUE_PORT=tcp://10.0.0.7:8080",
                         "TRILOGUE_SERVICE_HOST=10.0.0.7",
                         "TRILOGUE_SERVICE_PORT=8080",
                         "TRILOGUE_SERVICE_PORT_HTTP=8080",
                         "TRILOGUE_PORT_8080_TCP=tcp://10.0.0.7:8080",
                         "TRILOGUE_PORT_8080_TCP_ADDR=10.0.0.7",
                         "TRILOGUE_REDIS_PORT_6379_TCP_PROTO=tcp",
                         nullptr};
  EXPECT_TRUE(read_environment(configuration, links));
  for (const char* mistaken :
       {"TRILOGUE_PORT=8080", "TRILOGUE_SERVER_PORT=8080", "TRILOGUE_SERVER_PORTS=x://"}) {
    const char* environment[] = {mistaken, nullptr};
    EXPECT_FALSE(read_environment(configuration, environment)) << mistaken;
  }
}

TEST(Configuration, LetsTheEnvironmentOverrideTheFile) {
  Configuration configuration;
  const char* environment[] = {"HOME=/root", "TRILOGUE_ENGINE_SLOTS=5",
                               "TRILOGUE_API_KEYS=sk-longenough, sk-longer-too",
                               "TRILOGUE_KEY=sk-of-the-chat-command", nullptr};
  ASSERT_TRUE(read_environment(configuration, environment));
  EXPECT_EQ(configuration.slots, 5);
  EXPECT_EQ(configuration.api_keys.size(), 2U);
}

TEST(Configuration, RefusesAnUnknownVariable) {
  Configuration configuration;
  const char* environment[] = {"TRILOGUE_ENGINE_SLOT=5", nullptr};
  const auto done = read_environment(configuration, environment);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().path, "TRILOGUE_ENGINE_SLOT");
}

TEST(Configuration, NamesAModelAfterItsFileWhereNoNameStands) {
  EXPECT_EQ(parse_model("/m/Qwen3-8B.Q4_K_M.gguf")->name, "Qwen3-8B.Q4_K_M");
  EXPECT_EQ(parse_model("q=/m/x.gguf"), (ModelSpec{.name = "q", .file = "/m/x.gguf"}));
  EXPECT_FALSE(parse_model("q="));
}

TEST(Configuration, GivesEverySettingItsOwnVariable) {
  std::set<std::string> names;
  for (const auto& setting : settings()) {
    EXPECT_TRUE(names.insert(environment_name(setting.key)).second) << setting.key;
  }
}

// Lines that start with '#' and no blank are settings in the example file: this takes their '#' away.
std::string uncommented(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    if (line.size() > 1 && line[0] == '#' && line[1] != ' ') line.erase(0, 1);
    out += line + "\n";
    at = end + 1;
  }
  return out;
}

TEST(Configuration, IsDocumentedWithItsDefaultsByTheExampleFile) {
  std::ifstream example("trilogue.example.toml");
  ASSERT_TRUE(example) << "run from the root of the repository";
  const std::string text((std::istreambuf_iterator<char>(example)), {});
  Configuration configuration;
  const auto done = read_file(configuration, write_file(uncommented(text)));
  ASSERT_TRUE(done) << done.error().message;
  const Configuration defaults;
  EXPECT_EQ(configuration.address, defaults.address);
  EXPECT_EQ(configuration.port, defaults.port);
  EXPECT_EQ(configuration.slots, defaults.slots);
  EXPECT_EQ(configuration.context, defaults.context);
  EXPECT_EQ(configuration.batch, defaults.batch);
  EXPECT_EQ(configuration.thinking, defaults.thinking);
  EXPECT_EQ(configuration.deadline, defaults.deadline);
  EXPECT_EQ(configuration.heartbeat, defaults.heartbeat);
  EXPECT_EQ(configuration.drain, defaults.drain);
  EXPECT_EQ(configuration.write_timeout, defaults.write_timeout);
  EXPECT_EQ(configuration.queue, defaults.queue);
  EXPECT_EQ(configuration.max_body_mb, defaults.max_body_mb);
  EXPECT_EQ(configuration.max_running, defaults.max_running);
  for (const auto& setting : settings()) {
    const std::string name(setting.key.substr(setting.key.rfind('.') + 1));
    EXPECT_NE(text.find("\n#" + name + " = "), std::string::npos) << setting.key << " is not documented";
  }
}

}  // namespace
}  // namespace trilogue::app
