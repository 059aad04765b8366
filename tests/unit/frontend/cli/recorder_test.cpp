// What an admin elsewhere gets is what the verb says here.
#include "frontend/cli/recorder.hpp"

#include "frontend/cli/terminal.hpp"

#include <gtest/gtest.h>

#include <yaml-cpp/yaml.h>

#include <sstream>

namespace onefrontend::cli {
namespace {

void tell(Teller& teller)
{
    teller.say("Node 7 (kvm1) is banned.", "node-banned", {{"id", 7}});
    teller.table({"ID", "NAME"}, {{"7", "kvm1"}, {"8", "a longer name"}}, "node", {{{"id", 7}}, {{"id", 8}}});
    teller.warn({.kind = one::ErrorKind::conflict,
                 .thing = "host 3",
                 .reason = "VMs are on it",
                 .next = "migrate them",
                 .doing = "remove"});
}

struct Said {
    std::ostringstream out{};
    std::ostringstream errors{};
};

void say_here(Said& said, bool json)
{
    Terminal terminal{said.out, said.errors, json};
    tell(terminal);
}

void say_there(Said& said, bool json)
{
    Recorder recorder;
    tell(recorder);
    EXPECT_TRUE(recorder.warned());
    const auto recorded = *read_recorded(recorder.answer(Exit::warnings));
    EXPECT_EQ(recorded.exit, Exit::warnings);
    Terminal terminal{said.out, said.errors, json};
    for (const auto& warning : recorded.warnings)
        terminal.warn(warning);
    terminal.pass_on(recorded.text, recorded.objects);
    EXPECT_TRUE(terminal.warned());
}

TEST(RecorderTest, SaysElsewhereWhatATerminalWouldSayHere)
{
    Said here;
    Said there;
    say_here(here, false);
    say_there(there, false);
    EXPECT_EQ(there.out.str(), here.out.str());
    EXPECT_NE(here.out.str().find("8   a longer name\n"), std::string::npos);
    EXPECT_NE(there.errors.str().find("next: migrate them"), std::string::npos);
}

TEST(RecorderTest, SaysTheSameToPrograms)
{
    Said here;
    Said there;
    say_here(here, true);
    say_there(there, true);
    const auto objects = here.out.str().substr(0, here.out.str().rfind("{\"schema\""));  // before the warning
    EXPECT_NE(there.out.str().find(objects), std::string::npos) << there.out.str();
    EXPECT_NE(there.out.str().find("\"event\":\"warning\""), std::string::npos);
}

TEST(RecorderTest, PassesOnATextThatIsForAFile)
{
    Recorder recorder;
    recorder.print("#cloud-config\nruncmd: []\n");
    const auto recorded = *read_recorded(recorder.answer(Exit::ok));
    Said said;
    Terminal terminal{said.out, said.errors, true};
    terminal.pass_on(recorded.text, recorded.objects);
    EXPECT_EQ(said.out.str(), "#cloud-config\nruncmd: []\n");
}

TEST(RecorderTest, LetsNobodySteerTheTerminal)
{
    Said said;
    Terminal terminal{said.out, said.errors, false};
    terminal.pass_on("kvm1\x1b[2J\n", {});
    EXPECT_EQ(said.out.str().find('\x1b'), std::string::npos);
}

TEST(RecorderTest, ReadsNoAnswerThatIsNone)
{
    EXPECT_FALSE(read_recorded("no JSON"));
    EXPECT_FALSE(read_recorded("{}"));
    EXPECT_EQ(read_recorded(R"({"outcome":"of tomorrow","text":""})")->exit, Exit::failed);
    EXPECT_TRUE(read_recorded(R"({"outcome":"ok","text":"","objects":7,"warnings":[7]})")->warnings.empty());
}

TEST(RecorderTest, WritesTheFieldsOfTheDescription)
{
    const auto described = YAML::LoadFile(OPENAPI)["components"]["schemas"]["AdminAnswer"]["properties"];
    std::vector<std::string> fields;
    for (const auto& property : described)
        fields.push_back(property.first.as<std::string>());
    std::vector<std::string> written;
    const auto answer = *parse_json(Recorder{}.answer(Exit::ok));
    for (const auto& [name, value] : answer.items())
        written.push_back(name);
    EXPECT_EQ(written, fields);
}

}  // namespace
}  // namespace onefrontend::cli
