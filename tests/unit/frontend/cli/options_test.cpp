#include "frontend/cli/options.hpp"

#include "common/text/words.hpp"
#include "frontend/cli/examples.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>

namespace onefrontend::cli {
namespace {

TEST(CommandLine, NamesTheVerb)
{
    EXPECT_EQ(parse({"version"})->verb, Verb::version);
    EXPECT_EQ(parse({"init"})->verb, Verb::init);
    EXPECT_EQ(parse({"token", "list"})->verb, Verb::token_list);
    EXPECT_EQ(parse({"node", "remove", "kvm1"})->which, "kvm1");
    EXPECT_EQ(parse({"live", "oned"})->verb, Verb::live);
    EXPECT_EQ(parse({"ready", "sshd", "oned"})->services, (std::vector<std::string>{"sshd", "oned"}));
    EXPECT_FALSE(parse({"ready"}));
}

TEST(CommandLine, TakesConfigAndJsonBeforeAndAfterTheVerb)
{
    const auto after = parse({"token", "create", "--json", "--config", "/x"});
    ASSERT_TRUE(after);
    EXPECT_TRUE(after->json);
    EXPECT_EQ(after->config_file, "/x");
    EXPECT_EQ(parse({"--config", "/x", "serve"})->config_file, "/x");
}

TEST(CommandLine, ReadsWhatATokenShallBe)
{
    const auto options = parse({"token", "create", "--uses", "3", "--life", "2h"});
    ASSERT_TRUE(options);
    EXPECT_EQ(options->token.uses, 3);
    EXPECT_EQ(options->token.life, std::chrono::hours{2});
    EXPECT_EQ(parse({"token", "create"})->token.uses, 1);
    EXPECT_EQ(parse({"token", "create"})->token.life, std::chrono::hours{1});
}

TEST(CommandLine, ReadsWhatATokenIsLimitedTo)
{
    const auto options = parse({"token", "create", "--network", "10.0.0.0/8", "--network", "fd00::/8", "--name-pattern",
                                "kvm*", "--cluster", "prod", "--type", "lxc", "--print", "cloud-init"});
    ASSERT_TRUE(options) << options.error().text;
    EXPECT_EQ(options->token.limits,
              (TokenLimits{
                  .name_pattern = "kvm*", .networks = {"10.0.0.0/8", "fd00::/8"}, .cluster = "prod", .type = "lxc"}));
    EXPECT_EQ(options->token_form, TokenForm::cloud_init);
}

TEST(CommandLine, ReplacesAHostByItsNameOrNamesANewOne)
{
    const auto options = parse({"token", "create", "--replace", "kvm1"});
    ASSERT_TRUE(options) << options.error().text;
    EXPECT_EQ(options->token.name, "kvm1");
    EXPECT_TRUE(options->token.limits.replaces);
    EXPECT_FALSE(parse({"token", "create", "--name", "kvm1"})->token.limits.replaces);
    EXPECT_FALSE(parse({"token", "create", "--name", "kvm1", "--replace", "kvm1"}));
}

TEST(CommandLine, ReadsHowLongARotationOfKeysWaitsForNodes)
{
    EXPECT_EQ(parse({"keys", "rotate"})->verb, Verb::keys_rotate);
    EXPECT_EQ(parse({"keys", "rotate"})->wait, std::chrono::seconds{60});
    EXPECT_EQ(parse({"keys", "rotate", "--wait", "5m"})->wait, std::chrono::minutes{5});
    EXPECT_FALSE(parse({"keys", "rotate", "--wait", "soon"}));
}

TEST(CommandLine, TakesTwoNodesToTest)
{
    const auto options = parse({"node", "test", "kvm1", "kvm2"});
    EXPECT_EQ(options->verb, Verb::node_test);
    EXPECT_EQ(options->which, "kvm1");
    EXPECT_EQ(options->other, "kvm2");
    EXPECT_FALSE(parse({"node", "test", "kvm1"}));
}

TEST(CommandLine, ReadsWhatConfigureShallDo)
{
    const auto options = parse({"configure", "--settings", "/s", "--root", "/r", "--from", "/f", "--check", "--diff"});
    ASSERT_TRUE(options);
    EXPECT_EQ(options->verb, Verb::configure);
    EXPECT_EQ(options->configure.settings_file, "/s");
    EXPECT_EQ(options->configure.root, "/r");
    EXPECT_EQ(options->configure.from, "/f");
    EXPECT_TRUE(options->configure.check && options->configure.diff);
}

TEST(CommandLine, ReadsWhatBootstrapShallDoAndBecome)
{
    const auto options = parse({"bootstrap", "--role", "all", "--wait", "10s", "--", "/usr/bin/oned", "-f"});
    ASSERT_TRUE(options);
    EXPECT_EQ(options->verb, Verb::bootstrap);
    EXPECT_EQ(options->bootstrap.patience, std::chrono::seconds{10});
    EXPECT_EQ(options->bootstrap.command, (std::vector<std::string>{"/usr/bin/oned", "-f"}));
    EXPECT_FALSE(parse({"bootstrap", "--role", "other"}));
}

TEST(CommandLine, ReadsWhereABackupGoesAndWhoMayReadIt)
{
    const auto options = parse({"backup", "--encrypt-to", "/c", "-"});
    ASSERT_TRUE(options);
    EXPECT_EQ(options->verb, Verb::backup);
    EXPECT_EQ(options->backup.file, "-");
    EXPECT_EQ(options->backup.certificates, "/c");
    EXPECT_FALSE(parse({"backup"}));
    EXPECT_FALSE(parse({"backup", ""}));
}

TEST(CommandLine, RestoresFromAFileOrGoesOn)
{
    const auto options = parse({"restore", "/b", "--key", "/k", "--replace"});
    ASSERT_TRUE(options);
    EXPECT_EQ(options->verb, Verb::restore);
    EXPECT_EQ(options->restore.file, "/b");
    EXPECT_EQ(options->restore.key, "/k");
    EXPECT_TRUE(options->restore.replace);
    EXPECT_TRUE(parse({"restore", "--continue"})->restore.go_on);
    EXPECT_FALSE(parse({"restore"}));
    EXPECT_FALSE(parse({"restore", "/b", "--continue"}));
}

TEST(CommandLine, ReadsWhatRefreshShallDo)
{
    const auto options = parse({"refresh", "--from", "/f", "--root", "/r", "--settings", "/s"});
    ASSERT_TRUE(options);
    EXPECT_EQ(options->verb, Verb::refresh);
    EXPECT_EQ(options->refresh.from, "/f");
    EXPECT_EQ(options->refresh.root, "/r");
    EXPECT_EQ(options->refresh.settings_file, "/s");
}

class Wrong : public testing::TestWithParam<std::vector<std::string>> {};

TEST_P(Wrong, IsAUsageErrorThatRepeatsNoWord)
{
    const auto options = parse(GetParam());
    ASSERT_FALSE(options);
    EXPECT_EQ(options.error().exit, Exit::usage);
    EXPECT_EQ(options.error().text.find("ont1."), std::string::npos) << "a pasted token would stand in a log";
    EXPECT_NE(options.error().text.find(" --help shows what there is\n"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(CommandLines, Wrong,
                         testing::Values(std::vector<std::string>{}, std::vector<std::string>{"ont1.1.secret"},
                                         std::vector<std::string>{"token"},
                                         std::vector<std::string>{"token", "create", "--life", "soon"},
                                         std::vector<std::string>{"token", "create", "--type", "vmware"},
                                         std::vector<std::string>{"token", "create", "--print", "ont1.1.secret"},
                                         std::vector<std::string>{"token", "revoke"},
                                         std::vector<std::string>{"node", "show"},
                                         std::vector<std::string>{"serve", "ont1.1.secret"},
                                         std::vector<std::string>{"serve", "--port", "1"}));

TEST(CommandLine, TellsProgramsAllThatHelpSaysButNotThatItDoes)
{
    const auto told = parse({"help-tree"});
    ASSERT_FALSE(told);
    EXPECT_EQ(told.error().exit, Exit::ok);
    for (const auto* words : {"\"name\":\"create\"", "--life", "\"positional\":\"service\",\"several\":true",
                              "\"required\":true", "Order:"})
        EXPECT_NE(told.error().text.find(words), std::string::npos) << words;
    EXPECT_EQ(told.error().text.find("help-tree"), std::string::npos);
    EXPECT_EQ(parse({"--help"}).error().text.find("help-tree"), std::string::npos);
}

TEST(CommandLine, PointsToTheHelpOfTheVerbAndToThePlaceOfAWordTooMany)
{
    EXPECT_EQ(parse({"token", "revoke", "ID", "ont1.1.secret"}).error().text,
              "onefrontend: one word too many: the 2nd after `onefrontend token revoke` that belongs to no option\n"
              "onefrontend token revoke --help shows what there is\n");
    EXPECT_EQ(parse({"token", "x"}).error().text,
              "onefrontend: unknown verb x\nonefrontend token --help shows what there is\n");
}

TEST(CommandLine, HelpsWithTheVerbThatWasAskedFor)
{
    const auto help = parse({"token", "create", "--help"});
    ASSERT_FALSE(help);
    EXPECT_EQ(help.error().exit, Exit::ok);
    EXPECT_NE(help.error().text.find("onefrontend token create"), std::string::npos);
}

TEST(CommandLine, SaysInItsHelpWhatAValueMayBeAndWhatItIsNotGivenWith)
{
    const auto help = parse({"bootstrap", "--help"}).error().text;
    EXPECT_NE(help.find("one of: oned,"), std::string::npos) << help;
    EXPECT_NE(parse({"token", "create", "--help"}).error().text.find("; not with --name"), std::string::npos);
    EXPECT_NE(parse({"node", "test", "--help"}).error().text.find("test [OPTIONS] NODE OTHER\n"), std::string::npos);
}

std::set<std::string> verbs_in(const nlohmann::json& tree, const std::string& name)
{
    if (tree.at("verbs").empty()) return {name};
    std::set<std::string> names;
    for (const auto& verb : tree.at("verbs"))
        names.merge(verbs_in(verb, (name.empty() ? "" : name + ' ') + verb.at("name").get<std::string>()));
    return names;
}

TEST(CommandLine, FitsAScreenWithItsHelp)
{
    auto verbs = verbs_in(nlohmann::json::parse(parse({"help-tree"}).error().text), "");
    for (const auto* above : {"", "token", "node", "ca", "keys"})
        verbs.insert(above);
    for (const auto& verb : verbs) {
        auto asked = one::split_words(verb);
        asked.emplace_back("--help");
        const auto help = parse(asked).error().text;
        const auto lines = one::split_lines(help);
        for (const auto& line : lines)
            EXPECT_LE(line.size(), 80U) << line;
        const bool has_many = verb.empty() || verb == "token create";  // sixteen verbs, fourteen flags
        EXPECT_LE(lines.size(), has_many ? 40U : 24U) << help;
    }
}

// What a shell would make of it is left out: the words up to its first sign.
std::vector<std::string> words_of(const std::string& line)
{
    std::vector<std::string> words;
    for (auto& word : one::split_words(line)) {
        if (word == "|" || word == "&&" || word.starts_with('>')) break;
        words.push_back(std::move(word));
    }
    return words;
}

TEST(CommandLine, HasAnExampleOfEachVerbThatIsRightAndInItsHelp)
{
    std::vector<std::string> shown;
    for (const auto& example : examples()) {
        shown.emplace_back(example.verb);
        auto asked = one::split_words(example.verb);
        asked.emplace_back("--help");
        EXPECT_NE(parse(asked).error().text.find(example.lines), std::string::npos) << example.verb;
        for (const auto& line : one::split_lines(example.lines)) {
            auto words = words_of(line);
            if (words.front() != "onefrontend") continue;
            words.erase(words.begin());
            EXPECT_TRUE(parse(words)) << line << '\n' << parse(words).error().text;
            EXPECT_TRUE(one::join(words, " ").starts_with(example.verb)) << line;
        }
    }
    const auto tree = nlohmann::json::parse(parse({"help-tree"}).error().text);
    EXPECT_EQ(std::set<std::string>(shown.begin(), shown.end()), verbs_in(tree, ""));
}

}  // namespace
}  // namespace onefrontend::cli
