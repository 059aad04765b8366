// What a child gets, what it cannot get, and what happens when it does not end.
#include "common/command.hpp"
#include "common/patient_command.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using one::complaint_of;
using one::ErrorKind;
using one::run_command;
using one::run_patiently;

namespace {

one::Command shell(std::string script)
{
    return {.argv = {"sh", "-c", std::move(script)}};
}

TEST(Command, KeepsBothStreamsAndTheExitCode)
{
    const auto done = run_command(shell("echo out; echo err >&2; exit 3"));
    ASSERT_TRUE(done) << one::to_text(done.error());
    EXPECT_EQ(*done, (one::CommandOutput{3, "out\n", "err\n"}));
}

TEST(Command, TellsAProgramThatIsNotThereFromOneThatMayNotRun)
{
    EXPECT_EQ(run_command({.argv = {"no-such-program-here"}}).error().kind, ErrorKind::not_found);
    EXPECT_EQ(run_command({.argv = {"/no/such/program"}}).error().kind, ErrorKind::not_found);
    EXPECT_EQ(run_command({.argv = {"/etc/passwd"}}).error().kind, ErrorKind::denied);
    EXPECT_EQ(run_command({}).error().kind, ErrorKind::invalid);
}

TEST(Command, NamesAnAccountThatDoesNotExist)
{
    const auto done = run_command({.argv = {"true"}, .user = "nobody-of-this-name"});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::not_found);
    EXPECT_EQ(done.error().thing, "user nobody-of-this-name");
}

TEST(Command, NamesADirectoryThatDoesNotExist)
{
    const auto done = run_command({.argv = {"true"}, .directory = "/no/such/directory"});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().thing, "true in /no/such/directory");
}

TEST(Command, HandsOverAnyAmountOfInputWhileTheChildWrites)
{
    const std::string much(3 * 1024 * 1024, 'x');
    const auto done = run_command({.argv = {"cat"}, .input = much, .output_limit = much.size()});
    ASSERT_TRUE(done);
    EXPECT_EQ(done->out, much);
}

TEST(Command, DoesNotMindAChildThatNeverReadsItsInput)
{
    const auto done = run_command({.argv = {"true"}, .input = std::string(1024 * 1024, 'x')});
    ASSERT_TRUE(done);
    EXPECT_TRUE(done->ok());
}

TEST(Command, ReadsNothingWhereNoInputWasGiven)
{
    EXPECT_EQ(run_command({.argv = {"cat"}})->out, "");
}

TEST(Command, DropsWhatIsBeyondTheOutputLimitWithoutStallingTheChild)
{
    auto command = shell("head -c 1000000 /dev/zero | tr '\\0' a; head -c 1000000 /dev/zero >&2; exit 5");
    command.output_limit = 100;
    const auto done = run_command(command);
    ASSERT_TRUE(done);
    EXPECT_EQ(done->out, std::string(100, 'a'));
    EXPECT_EQ(done->err.size(), 100U);
    EXPECT_EQ(done->exit_code, 5);
}

TEST(Command, LooksAtTheTimeAlsoWhileTheChildNeverPauses)
{
    auto command = shell("while :; do head -c 100000000 /dev/zero; done");
    command.limit = 200ms;
    command.output_limit = 100;
    const auto start = std::chrono::steady_clock::now();
    const auto done = run_command(command);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::timeout);
    EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
}

TEST(Command, KillsTheWholeGroupWhenTimeIsUp)
{
    auto command = shell("");
    command.limit = 200ms;
    const auto file = std::string{testing::TempDir()} + "command-test-pid";
    command.argv.back() = "sleep 600 & echo $! > " + file + "; trap '' TERM; while :; do sleep 600; done";
    const auto start = std::chrono::steady_clock::now();
    const auto done = run_command(command);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::timeout);
    EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
    pid_t grandchild = 0;
    std::ifstream{file} >> grandchild;
    ASSERT_GT(grandchild, 1);
    // A killed orphan may be a zombie until init reaps it; alive it is not.
    std::string state;
    std::ifstream stat{"/proc/" + std::to_string(grandchild) + "/stat"};
    stat >> state >> state >> state;
    EXPECT_TRUE(state.empty() || state == "Z" || state == "X") << state;
}

TEST(Command, ReportsTheSignalAChildDiedOf)
{
    EXPECT_EQ(run_command(shell("kill -9 $$"))->exit_code, 128 + SIGKILL);
}

TEST(Command, ReturnsThoughADaemonHoldsItsStreamsOpen)
{
    auto command = shell("setsid sleep 20 & echo started");
    command.limit = 10s;
    const auto start = std::chrono::steady_clock::now();
    const auto done = run_command(command);
    ASSERT_TRUE(done);
    EXPECT_EQ(done->out, "started\n");
    EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
}

TEST(Command, GivesTheChildACleanEnvironmentAndNothingOfOurs)
{
    ::setenv("ONENODE_TOKEN", "a secret", 1);
    auto command = one::Command{.argv = {"env"}, .environment = {{"MINE", "yes"}, {"PATH", "/usr/bin:/bin"}}};
    const auto done = run_command(command);
    ::unsetenv("ONENODE_TOKEN");
    ASSERT_TRUE(done);
    EXPECT_EQ(done->out.find("ONENODE_TOKEN"), std::string::npos);
    EXPECT_NE(done->out.find("LANG=C\n"), std::string::npos);
    EXPECT_NE(done->out.find("MINE=yes\n"), std::string::npos);
    EXPECT_NE(done->out.find("PATH=/usr/bin:/bin\n"), std::string::npos);
    EXPECT_NE(done->out.find("HOME="), std::string::npos);
}

TEST(Command, LeavesNoDescriptorOfOursToTheChild)
{
    const int leaked = ::open("/dev/null", O_RDONLY);  // without O_CLOEXEC
    const auto done = run_command({.argv = {"ls", "/proc/self/fd"}});
    ::close(leaked);
    ASSERT_TRUE(done);
    EXPECT_EQ(done->out, "0\n1\n2\n3\n");  // 3 is the directory that ls reads
}

TEST(Command, StartsTheChildWithSignalsAsTheSystemHasThem)
{
    ::signal(SIGPIPE, SIG_IGN);
    const auto done = run_command({.argv = {"grep", "-E", "SigBlk|SigIgn", "/proc/self/status"}});
    ::signal(SIGPIPE, SIG_DFL);
    EXPECT_EQ(done->out, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST(Command, RunsAsAnotherAccountWithItsGroupsAndHome)
{
    if (::geteuid() != 0) GTEST_SKIP() << "only root becomes somebody else";
    const auto done = run_command({.argv = {"sh", "-c", "id -un; id -gn; echo $HOME $USER; pwd"}, .user = "daemon"});
    ASSERT_TRUE(done) << one::to_text(done.error());
    EXPECT_EQ(done->out, "daemon\ndaemon\n/usr/sbin daemon\n/\n");
}

TEST(Command, MayBeUsedFromManyThreadsAtOnce)
{
    std::vector<std::thread> threads;
    std::vector<std::string> answers(8);
    for (std::size_t i = 0; i < answers.size(); ++i)
        threads.emplace_back([&answers, i] {
            for (int round = 0; round < 5; ++round)
                answers[i] += run_command({.argv = {"cat"}, .input = std::to_string(i)})->out;
        });
    for (auto& thread : threads)
        thread.join();
    for (std::size_t i = 0; i < answers.size(); ++i)
        EXPECT_EQ(answers[i], std::string(5, static_cast<char>('0' + i)));
}

TEST(PatientCommand, KeepsBothStreamsAndTheExitCode)
{
    const auto done = run_patiently(shell("echo out; echo err >&2; exit 3"), 1s);
    ASSERT_TRUE(done) << one::to_text(done.error());
    EXPECT_EQ(*done, (one::CommandOutput{3, "out\n", "err\n"}));
    auto much = shell("head -c 1000000 /dev/zero");
    much.output_limit = 100;
    EXPECT_EQ(run_patiently(much, 1s)->out.size(), 100U);
}

TEST(PatientCommand, ReadsFromAPipeWhomSelinuxLetsWriteToNothingElse)
{
    const auto said = shell("readlink /proc/self/fd/1; readlink /proc/self/fd/2 >&2; exit 3");
    const auto done = run_patiently(said, 1s, one::Streams::pipes);
    ASSERT_TRUE(done) << one::to_text(done.error());
    EXPECT_EQ(done->exit_code, 3);
    EXPECT_TRUE(done->out.starts_with("pipe:")) << done->out;
    EXPECT_TRUE(done->err.starts_with("pipe:")) << done->err;
    EXPECT_TRUE(run_patiently(said, 1s)->out.starts_with("/memfd:"));
}

std::string scratch_file(std::string_view name)
{
    auto path = "/tmp/onenode-" + std::string{name} + '-' + std::to_string(::getpid());
    ::unlink(path.c_str());
    return path;
}

bool comes(const std::string& path)
{
    for (int tries = 0; tries < 500 && ::access(path.c_str(), F_OK) != 0; ++tries)
        std::this_thread::sleep_for(10ms);
    return ::access(path.c_str(), F_OK) == 0;
}

// dpkg, under an apt-get that ends at once.
TEST(PatientCommand, LetsWhatTheProgramStartedFinishWhenTimeIsUp)
{
    const auto mark = scratch_file("patient-limit");
    auto command = shell("(trap 'exit 1' TERM; sleep 1 & wait; echo written; touch " + mark + ") & wait");
    command.limit = 100ms;
    const auto done = run_patiently(command, 30s);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::timeout);
    EXPECT_EQ(::access(mark.c_str(), F_OK), 0) << "it was cut in the middle";
    ::unlink(mark.c_str());
}

TEST(PatientCommand, KillsWhoeverDoesNotEndInTheEnd)
{
    auto command = shell("trap '' TERM; sleep 60");
    command.limit = 100ms;
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(run_patiently(command, 200ms).error().kind, ErrorKind::timeout);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 20s);
}

// As the loop that a verb waits on does: whoever presses Ctrl-C is not held up by a download of half an hour.
TEST(PatientCommand, EndsAtASignalThatIsHandledHereAndLeavesItToTheHandler)
{
    static volatile std::sig_atomic_t handled = 0;
    handled = 0;
    const auto before = std::signal(SIGINT, [](int) { handled = 1; });
    auto command = shell("kill -INT $PPID; exec sleep 60");
    command.limit = 60s;
    const auto begin = std::chrono::steady_clock::now();
    const auto done = run_patiently(command, 30s);
    std::signal(SIGINT, before);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::interrupted);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 20s);
    EXPECT_EQ(handled, 1);
}

TEST(PatientCommand, LetsWhatTheProgramStartedFinishAfterASignal)
{
    const auto before = std::signal(SIGTERM, [](int) {});
    const auto mark = scratch_file("patient-signal");
    const auto done =
        run_patiently(shell("(trap 'exit 1' TERM; sleep 1; touch " + mark + ") & kill -TERM $PPID; wait"), 30s);
    std::signal(SIGTERM, before);
    EXPECT_FALSE(done);
    EXPECT_EQ(::access(mark.c_str(), F_OK), 0) << "it was cut in the middle";
    ::unlink(mark.c_str());
}

TEST(PatientCommand, GoesOnWhereWeAreKilled)
{
    const auto begun = scratch_file("patient-begun");
    const auto ended = scratch_file("patient-ended");
    const pid_t parent = ::fork();
    if (parent == 0) {
        (void)run_patiently(shell("touch " + begun + "; sleep 1; echo out && echo err >&2 && touch " + ended), 1s);
        ::_exit(0);
    }
    ASSERT_TRUE(comes(begun));
    ::kill(parent, SIGKILL);
    ::waitpid(parent, nullptr, 0);
    EXPECT_TRUE(comes(ended)) << "and finds somebody to write to";
    ::unlink(begun.c_str());
    ::unlink(ended.c_str());
}

TEST(Command, ComplainsInOneLine)
{
    EXPECT_EQ(complaint_of({.exit_code = 1, .out = "usage: ...", .err = "\n tool: no such file\nmore\n"}),
              "tool: no such file");
    EXPECT_EQ(complaint_of({.exit_code = 1, .out = "it goes on\nhere", .err = " \n"}), "it goes on");
    EXPECT_EQ(complaint_of({.exit_code = 3}), "it ended with 3");
}

TEST(Command, IsShownAsAShellWouldTakeIt)
{
    EXPECT_EQ(one::to_shell({"echo", "", "a b", "it's", "$HOME", "plain-1.2"}),
              "echo '' 'a b' 'it'\\''s' '$HOME' plain-1.2");
}

}  // namespace
