// argv to values; no word that could be a secret is ever repeated.
#include "nodeagent/cli/parse.hpp"

#include "nodeagent/cli/secret_input.hpp"
#include "nodeagent/cli/verbs.hpp"
#include "tests/unit/support/file_with.hpp"
#include "tests/unit/support/golden.hpp"

#include "common/text/words.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>

namespace onenode::cli {
namespace {

using one::test::file_with;
using namespace std::chrono_literals;

std::string refusal(const std::vector<std::string>& arguments)
{
    const auto line = parse(arguments);
    return line ? "understood" : line.error().text;
}

TEST(CommandLine, UnderstandsEveryFlagOfJoin)
{
    const std::string pin(43, 'A');
    const auto line = parse({"join",
                             "one:99",
                             "--token-file",
                             "-",
                             "--name=kvm12",
                             "--address",
                             "10.0.0.2",
                             "--type",
                             "lxc",
                             "--cluster",
                             "prod",
                             "--fingerprint",
                             pin,
                             "--ca-file",
                             "ca.pem",
                             "--ignore",
                             "a,b",
                             "--ignore=c",
                             "--accept-risk",
                             "firewall,restart-libvirt",
                             "--accept-risk=reload-sshd",
                             "--wait",
                             "1m30s",
                             "--unattended",
                             "--dry-run",
                             "--install-packages",
                             "--json",
                             "-q",
                             "-v",
                             "--no-color",
                             "--root",
                             "/mnt"});
    ASSERT_TRUE(line) << line.error().text;
    EXPECT_EQ(*line, (CommandLine{.verb = Verb::join,
                                  .output = {.json = true, .quiet = true, .verbose = true, .no_color = true},
                                  .root = "/mnt",
                                  .join = {.frontend = "one:99",
                                           .token_file = "-",
                                           .name = "kvm12",
                                           .address = "10.0.0.2",
                                           .type = "lxc",
                                           .cluster = "prod",
                                           .fingerprint = pin,
                                           .ca_file = "ca.pem",
                                           .ignore = {"a", "b", "c"},
                                           .accepted_risks = {"firewall", "restart-libvirt", "reload-sshd"},
                                           .wait = 90s,
                                           .install_packages = true,
                                           .unattended = true,
                                           .dry_run = true}}));
}

TEST(CommandLine, UnderstandsEveryFlagOfDoctor)
{
    const auto line = parse({"doctor", "sshd-down", "--fix", "--yes", "--ignore", "a,b", "--type", "lxc", "limits"});
    ASSERT_TRUE(line) << line.error().text;
    EXPECT_EQ(*line,
              (CommandLine{
                  .verb = Verb::doctor,
                  .doctor = {
                      .ids = {"sshd-down", "limits"}, .ignore = {"a", "b"}, .type = "lxc", .fix = true, .yes = true}}));
    EXPECT_TRUE(parse({"doctor", "--list", "--json"})->doctor.list);
    EXPECT_EQ(parse({"doctor", "--explain", "limits"})->doctor.explain, "limits");
    EXPECT_EQ(parse({"doctor", "--fix", "--accept-risk=restart-libvirt"})->doctor.accepted_risks,
              (std::vector<std::string>{"restart-libvirt"}));
    EXPECT_NE(refusal({"doctor", "--accept-risk=firewall"}), "understood");
    EXPECT_NE(refusal({"doctor", "--yes"}), "understood");
    EXPECT_NE(refusal({"doctor", "--list", "--fix"}), "understood");
    EXPECT_NE(refusal({"doctor", "--type", "xen"}), "understood");
}

TEST(CommandLine, TakesTheFrontEndAlsoAfterTheIgnoredChecks)
{
    const auto line = parse({"join", "--ignore", "a,b", "one"});
    ASSERT_TRUE(line) << line.error().text;
    EXPECT_EQ(line->join.frontend, "one");
}

TEST(CommandLine, KnowsEveryVerb)
{
    EXPECT_EQ(parse({"status"})->verb, Verb::status);
    EXPECT_EQ(parse({"status", "--watch", "--exit-code"})->status, (StatusOptions{.watch = true, .exit_code = true}));
    EXPECT_EQ(parse({"history"})->verb, Verb::history);
    EXPECT_EQ(parse({"history", "-n", "5"})->history.last, 5);
    EXPECT_EQ(parse({"leave", "--offline", "--accept-risk=abandon-vms"})->leave.accepted_risks,
              (std::vector<std::string>{"abandon-vms", "forget-frontend"}));
    EXPECT_EQ(parse({"agent"})->verb, Verb::agent);
    EXPECT_EQ(parse({"version"})->verb, Verb::version);
    EXPECT_EQ(parse({"--version"})->verb, Verb::version);
    EXPECT_EQ(parse({"leave", "--accept-risk=abandon-vms,forget-frontend"})->leave.accepted_risks,
              (std::vector<std::string>{"abandon-vms", "forget-frontend"}));
}

TEST(CommandLine, HelpsOnEveryVerb)
{
    for (const auto* verb : {"join", "status", "history", "leave", "agent", "version"}) {
        const auto line = parse({verb, "--help"});
        ASSERT_FALSE(line);
        EXPECT_EQ(line.error().exit, Exit::ok);
        EXPECT_NE(line.error().text.find(std::string{"onenode "} + verb), std::string::npos) << line.error().text;
    }
    EXPECT_EQ(parse({"--help"}).error().exit, Exit::ok);
}

TEST(CommandLine, ShowsInTheHelpOfEachVerbWhatIsTyped)
{
    std::string all;
    for (const auto* verb : {"join", "status", "doctor", "history", "leave", "agent", "prepare", "version"}) {
        const auto help = refusal({verb, "--help"});
        const auto examples = help.find("\nExamples:\n  ");
        EXPECT_NE(examples, std::string::npos) << verb;
        EXPECT_NE(help.find("\nExit codes"), std::string::npos) << verb;
        EXPECT_EQ(help.find("... ..."), std::string::npos) << help;
        all += help + '\n';
    }
    one::test::expect_golden("help.txt", all);
}

TEST(CommandLine, FitsAScreenWithItsHelp)
{
    for (const auto* verb : {"", "join", "status", "doctor", "history", "leave", "agent", "prepare", "version"}) {
        const auto help = *verb != '\0' ? refusal({verb, "--help"}) : refusal({"--help"});
        const auto lines = one::split_lines(help);
        for (const auto& line : lines)
            EXPECT_LE(line.size(), 80U) << line;
        const bool has_many = std::string_view{verb} == "join";  // sixteen flags, and what each risk may do
        EXPECT_LE(lines.size(), has_many ? 40U : 24U) << help;
    }
}

TEST(CommandLine, HasExamplesThatItUnderstands)
{
    for (const auto* verb : {"join", "status", "doctor", "history", "leave", "prepare", "version"}) {
        const auto help = refusal({verb, "--help"});
        const auto begin = help.find("\nExamples:\n") + 11;
        for (const auto& line : one::split_lines(help.substr(begin, help.find("\n\n", begin) - begin))) {
            auto words = one::split_words(line.substr(0, line.find(" &&")));
            ASSERT_FALSE(words.empty()) << verb;
            words.erase(words.begin());
            EXPECT_TRUE(parse(words)) << line;
        }
    }
}

TEST(CommandLine, PointsToTheHelpOfTheVerb)
{
    EXPECT_EQ(refusal({"join", "--frobnicate=x", "one"}),
              "onenode: unknown option --frobnicate\nonenode join --help shows what there is\n");
    EXPECT_EQ(refusal({"frobnicate"}), "onenode: unknown verb frobnicate\nonenode --help shows what there is\n");
    EXPECT_EQ(refusal({}), "onenode: a verb is missing\nonenode --help shows what there is\n");
}

TEST(CommandLine, NamesTheNearestVerbAndOptionOfWhatWasMistyped)
{
    EXPECT_EQ(refusal({"jion"}),
              "onenode: unknown verb jion; did you mean join?\nonenode --help shows what there is\n");
    EXPECT_EQ(refusal({"status", "--jsno"}),
              "onenode: unknown option --jsno; did you mean --json?\nonenode status --help shows what there is\n");
    EXPECT_EQ(refusal({"join", "--dryrun"}),
              "onenode: unknown option --dryrun; did you mean --dry-run?\nonenode join --help shows what there is\n");
    EXPECT_EQ(refusal({"help-tre"}).find("did you mean help-tree"), std::string::npos) << "that one is for our build";
}

TEST(CommandLine, WantsAnAddressWhereItAsksForOne)
{
    for (const auto* wrong : {"1.2.3", "10.0.0.11/24", "kvm1", "[::1]", "fe80::1%eth0", ""})
        EXPECT_NE(refusal({"join", "one", "--address", wrong}), "understood") << wrong;
    EXPECT_NE(refusal({"join", "one", "--address", "1.2.3"}).find("--address: it is no IP address"), std::string::npos);
    for (const auto* right : {"10.0.0.11", "fd77::b"})
        EXPECT_EQ(refusal({"join", "one", "--address", right}), "understood") << right;
}

TEST(CommandLine, TellsThePlaceOfAWordTooManyAndNotTheWord)
{
    EXPECT_EQ(refusal({"join", "--name", "HUNTER2", "one", "HUNTER2"}),
              "onenode: one word too many: the 2nd after `onenode join` that belongs to no option\n"
              "onenode join --help shows what there is\n");
    EXPECT_NE(refusal({"status", "HUNTER2"}).find("the 1st after `onenode status`"), std::string::npos);
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{"history", "-n", "HUNTER2"},
                                                      {"--root", "/HUNTER2", "status"},
                                                      {"join", "--HUNTER2"},
                                                      {"join", "--type", "HUNTER2"},
                                                      {"join", "--wait", "HUNTER2"},
                                                      {"join", "--fingerprint", "HUNTER2"}})
        EXPECT_EQ(refusal(arguments).find("HUNTER2"), std::string::npos) << refusal(arguments);
}

TEST(CommandLine, TakesAtEachVerbTheRisksOfThatVerb)
{
    EXPECT_EQ(refusal({"join", "one", "--accept-risk=firewall,abandon-vms"}),
              "onenode: --accept-risk: it is none of firewall, reload-sshd, restart-libvirt\n"
              "onenode join --help shows what there is\n");
    EXPECT_EQ(refusal({"leave", "--accept-risk=firewall"}),
              "onenode: --accept-risk: it is none of abandon-vms, forget-frontend\n"
              "onenode leave --help shows what there is\n");
    EXPECT_EQ(refusal({"doctor", "--fix", "--accept-risk=reload-sshd"}),
              "onenode: --accept-risk: it is none of restart-libvirt\nonenode doctor --help shows what there is\n");
    const auto file = file_with("join.conf", "accept-risk = [\"abandon-vms\"]\n");
    EXPECT_NE(refusal({"join", "one", "--config", file}).find("a list of firewall, reload-sshd, restart-libvirt"),
              std::string::npos);
}

TEST(Version, TellsProgramsOfWhatCommitAndTypeOfBuildItIs)
{
    char* text = nullptr;
    std::size_t size = 0;
    std::FILE* const out = ::open_memstream(&text, &size);
    Terminal terminal{{.json = true}, Color::no, out, out};
    EXPECT_EQ(version(terminal), Exit::ok);
    std::fclose(out);
    const auto told = nlohmann::json::parse(std::string_view{text, size}, nullptr, false);
    std::free(text);
    ASSERT_TRUE(told.is_object());
    EXPECT_FALSE(told.value("version", "").empty());
    EXPECT_FALSE(told.value("build_type", "").empty());
    if (told.contains("commit")) {  // sources without a repository do not know theirs
        EXPECT_GE(told.value("commit", "").size(), 40U) << told;
    }
}

TEST(CommandLine, NamesWhatItDoesNotUnderstand)
{
    EXPECT_EQ(parse({}).error().exit, Exit::usage);
    EXPECT_EQ(parse({"jion"}).error().exit, Exit::usage);
    EXPECT_NE(refusal({"join", "--frobnicate=x", "one"}).find("unknown option --frobnicate\n"), std::string::npos);
    EXPECT_NE(refusal({"join", "--type", "xen"}).find("it is none of kvm, qemu, lxc"), std::string::npos);
    EXPECT_NE(refusal({"leave", "--accept-risk", "everything"}).find("it is none of abandon-vms, forget-frontend"),
              std::string::npos);
    EXPECT_FALSE(parse({"history", "-n", "none"}));
    EXPECT_FALSE(parse({"history", "-n", "-1"}));
    EXPECT_NE(refusal({"join", "--wait", "10"}).find("a unit is missing"), std::string::npos);
}

TEST(CommandLine, NeverTakesOrRepeatsAToken)
{
    const std::string token = "ont1.7.SECRETSECRETSECRETSECRET.PIN.CHECK";
    for (const auto& arguments : {std::vector<std::string>{"join", "one", "--token", token},
                                  {"join", "one", "--token=" + token},
                                  {"join", "one", token},
                                  {"join", "--x=" + token},
                                  {"join", "one", "--token-fle", token},
                                  {"status", token},
                                  {token}}) {
        const auto line = parse(arguments);
        ASSERT_FALSE(line);
        EXPECT_EQ(line.error().exit, Exit::usage);
        EXPECT_EQ(line.error().text.find("SECRET"), std::string::npos) << line.error().text;
        EXPECT_NE(line.error().text.find("never an argument"), std::string::npos) << line.error().text;
    }
}

TEST(CommandLine, TellsProgramsAllThatHelpSaysButNotThatItDoes)
{
    const auto told = parse({"help-tree"});
    ASSERT_FALSE(told);
    EXPECT_EQ(told.error().exit, Exit::ok);
    for (const auto* words : {"\"name\":\"join\"", "--install-packages", "\"FILE\"", "\"positional\":\"frontend\"",
                              "\"-q\",\"--quiet\"", "Exit codes"})
        EXPECT_NE(told.error().text.find(words), std::string::npos) << words;
    EXPECT_EQ(told.error().text.find("help-tree"), std::string::npos);
    EXPECT_EQ(refusal({"--help"}).find("help-tree"), std::string::npos);
}

TEST(Settings, ComeFromAFileAndFlagsWin)
{
    const auto file = file_with("join.conf", "frontend = \"one\"\nname = \"kvm1\"\nwait = \"2m\"\nignore = [\"a\", "
                                             "\"b\"]\nunattended = true\n# a comment\n");
    const auto line = parse({"join", "--config", file, "--name", "kvm2"});
    ASSERT_TRUE(line) << line.error().text;
    EXPECT_EQ(line->join,
              (JoinOptions{.frontend = "one", .name = "kvm2", .ignore = {"a", "b"}, .wait = 120s, .unattended = true}));
}

TEST(Settings, NameTheNearestKeyForAnUnknownOne)
{
    JoinOptions options;
    EXPECT_EQ(one::to_text(read_config("clutser = \"x\"\n", options).error()),
              "cannot read setting clutser: there is no such setting\ndid you mean cluster?");
    EXPECT_EQ(one::to_text(read_config("name = true\n", options).error()),
              "cannot read setting name: one text in quotes was expected\n"
              "onenode join --print-config shows how the settings are written");
    EXPECT_FALSE(read_config("[section]\nname = \"x\"\n", options));
    EXPECT_FALSE(read_config("unattended = \"maybe\"\n", options));
    EXPECT_FALSE(read_config("unattended = \"true\"\n", options));
    EXPECT_FALSE(read_config("name = true\n", options));
    EXPECT_FALSE(read_config("ignore = false\n", options));
    EXPECT_FALSE(read_config("accept-risk = [\"everything\"]\n", options));
    EXPECT_FALSE(read_config("fingerprint = \"short\"\n", options));
    EXPECT_FALSE(read_config("type = \"xen\"\n", options));
    EXPECT_FALSE(read_config("address = \"1.2.3\"\n", options));
    EXPECT_FALSE(read_config("name = [\"a\", \"b\"]\n", options));
    EXPECT_FALSE(read_config("wait = \"soon\"\n", options));
    EXPECT_NE(refusal({"join", "--config", "/no/such/file"}).find("/no/such/file"), std::string::npos);
}

TEST(Settings, ArePrintedAsTheyAreRead)
{
    JoinOptions read;
    ASSERT_TRUE(read_config(to_config({}), read));
    EXPECT_EQ(read, JoinOptions{});
    const JoinOptions plain{.frontend = "one", .name = "kvm", .ignore = {"x", "y"}, .wait = 90s, .unattended = true};
    ASSERT_TRUE(read_config(to_config(plain), read));
    EXPECT_EQ(read, plain);
}

TEST(SecretInput, TakesTheTokenOutOfTheEnvironment)
{
    ::setenv("ONENODE_TOKEN", "secret", 1);
    EXPECT_EQ(take_token_from_environment().reveal(), "secret");
    EXPECT_EQ(std::getenv("ONENODE_TOKEN"), nullptr);
    EXPECT_TRUE(take_token_from_environment().empty());
}

TEST(SecretInput, ReadsFilesOfASaneSize)
{
    EXPECT_EQ(*read_input_file(file_with("token", "abc\n")), "abc\n");
    EXPECT_EQ(read_input_file("/no/such/file").error().kind, one::ErrorKind::not_found);
    EXPECT_EQ(read_input_file("/dev/zero").error().kind, one::ErrorKind::invalid);
    EXPECT_FALSE(read_input_file("/"));
    EXPECT_NE(read_input_file("/no/such/file").error().next.find("namei -l /no/such/file"), std::string::npos);
    EXPECT_EQ(one::to_text(read_input_file("/dev/zero").error()),
              "cannot read /dev/zero: it is larger than 64 KiB, and so not what is wanted here\n"
              "give the file with the token or the settings itself");
}

TEST(CommandLine, ThatIsWrongIsAnErrorForProgramsToo)
{
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"doctor", "--json", "--bogus"}, {"history", "-n", "99999999999999999999"}, {"jion"}, {}}) {
        const auto line = parse(words);
        ASSERT_FALSE(line);
        const auto& error = line.error().error;
        EXPECT_EQ(error.kind, one::ErrorKind::invalid);
        EXPECT_EQ(error.thing, "the command line");
        EXPECT_NE(error.next.find("--help"), std::string::npos);
        EXPECT_NE(line.error().text.find(error.reason), std::string::npos);
        EXPECT_LT(error.reason.size(), 80U) << error.reason;
    }
    EXPECT_EQ(parse({"join", "--config", "/no/such/file"}).error().error.thing, "/no/such/file");
    EXPECT_TRUE(asks_for_json({"doctor", "--json"}));
    EXPECT_FALSE(asks_for_json({"doctor"}));
    EXPECT_EQ(verb_in({"--json", "doctor", "--bogus"}), "doctor");
    EXPECT_EQ(verb_in({"jion", "--json"}), "");
}

TEST(SecretInput, WaitsForAPipesWriterAndSaysSo)
{
    const auto path = testing::TempDir() + "onenode-pipe-" + std::to_string(::getpid());
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    testing::internal::CaptureStderr();
    auto reader = std::async(std::launch::async, [&path] { return read_input_file(path); });
    EXPECT_EQ(reader.wait_for(1500ms), std::future_status::timeout);
    const auto said = testing::internal::GetCapturedStderr();
    std::ofstream{path} << "abc\n";
    EXPECT_EQ(reader.get().value_or("nothing"), "abc\n");
    EXPECT_EQ(said, "onenode: waiting for somebody to write into " + path + '\n');
    std::filesystem::remove(path);
}

}  // namespace
}  // namespace onenode::cli
