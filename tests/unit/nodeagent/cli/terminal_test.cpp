// What a verb says may reach nobody; then main has to know.
#include "nodeagent/cli/run.hpp"
#include "nodeagent/cli/terminal.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>

namespace onenode {
namespace {

struct Closed {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Closed>;

int lost_into(const char* path, const OutputOptions& options, const std::string& text)
{
    const File out{std::fopen(path, "w")};
    Terminal terminal{options, Color::no, out.get(), stderr};
    terminal.tell("check", text, {{"text", text}});
    terminal.headline("all of it");
    return terminal.lost();
}

TEST(Terminal, RemembersThatADiskWasFull)
{
    for (const bool json : {false, true})
        for (const auto* text : {"short", ""})
            EXPECT_EQ(lost_into("/dev/full", {.json = json}, text), ENOSPC) << json << text;
    EXPECT_EQ(lost_into("/dev/full", {}, std::string(100'000, 'x')), ENOSPC);
    EXPECT_EQ(lost_into("/dev/null", {}, "short"), 0);
}

TEST(Terminal, TellsAReaderThatLeftFromADiskThatIsFull)
{
    std::signal(SIGPIPE, SIG_IGN);
    const File out{::popen("true", "w")};
    Terminal terminal{{}, Color::no, out.get(), stderr};
    for (int line = 0; line < 100'000 && terminal.lost() == 0; ++line)
        terminal.headline("a line");
    EXPECT_EQ(terminal.lost(), EPIPE);
}

TEST(Terminal, EndsTheLineOfAPhaseBeforeAnErrorWhereBothStreamsAreOne)
{
    const File out{std::tmpfile()};
    const File error{::fdopen(::dup(::fileno(out.get())), "w")};
    Terminal terminal{{}, Color::no, out.get(), error.get()};
    terminal.begin("trust");
    terminal.fail("join", {.thing = "one", .reason = "no", .doing = "reach"}, {}, Exit::failed);
    ASSERT_EQ(terminal.lost(), 0);
    std::string text(100, '\0');
    std::rewind(out.get());
    text.resize(std::fread(text.data(), 1, text.size(), out.get()));
    EXPECT_EQ(text, "trust       \nerror: cannot reach one: no\n");
}

std::string text_of(std::FILE* file)
{
    std::string text(10'000, '\0');
    std::rewind(file);
    text.resize(std::fread(text.data(), 1, text.size(), file));
    return text;
}

Reports three_reports()
{
    const auto report = [](std::string id, std::string_view check, Severity severity) {
        return Report{std::move(id), check, {.severity = severity, .message = "wrong", .fix = "mend"}};
    };
    return {report("probe-command-lspci", "probe-command", Severity::error),
            report("probe-command-df", "probe-command", Severity::error),
            report("sshd-port", "sshd-port", Severity::not_checked)};
}

TEST(Terminal, SaysOnceWhatOpennebulaWouldShowForFindingsOfAJoin)
{
    const File out{std::tmpfile()};
    Terminal terminal{{}, Color::no, out.get(), stderr};
    terminal.show(three_reports());
    ASSERT_EQ(terminal.lost(), 0);
    EXPECT_EQ(terminal.errors(), 2);
    EXPECT_EQ(text_of(out.get()), "[ERROR probe-command-lspci] wrong\n    left alone: " +
                                      std::string{checks::find("probe-command")->without_it} +
                                      "\n    fix: mend\n[ERROR probe-command-df] wrong\n    fix: mend\n");
}

TEST(Terminal, TellsProgramsOfEachFindingWhatComesOfIt)
{
    const File out{std::tmpfile()};
    Terminal terminal{{.json = true}, Color::no, out.get(), stderr};
    terminal.show(three_reports());
    ASSERT_EQ(terminal.lost(), 0);
    const auto text = text_of(out.get());
    const auto first = text.find("\"without_it\":");
    EXPECT_NE(first, std::string::npos) << text;
    EXPECT_NE(text.find("\"without_it\":", first + 1), std::string::npos) << text;
}

TEST(OnlyTells, IsWhatChangesNothingAndIsNotAskedForItsExitCode)
{
    using cli::only_tells;
    for (const auto verb : {Verb::history, Verb::version, Verb::status, Verb::doctor})
        EXPECT_TRUE(only_tells({.verb = verb}));
    EXPECT_TRUE(only_tells({.verb = Verb::join, .print_config = true}));
    EXPECT_TRUE(only_tells({.verb = Verb::join, .join = {.dry_run = true}}));
    EXPECT_TRUE(only_tells({.verb = Verb::prepare, .prepare = {.dry_run = true}}));
    for (const auto verb : {Verb::join, Verb::leave, Verb::agent, Verb::prepare})
        EXPECT_FALSE(only_tells({.verb = verb}));
    EXPECT_FALSE(only_tells({.verb = Verb::doctor, .doctor = {.fix = true}}));
    EXPECT_FALSE(only_tells({.verb = Verb::status, .status = {.exit_code = true}}));
}

}  // namespace
}  // namespace onenode
