#include "nodeagent/checks/remembering_view.hpp"

#include "common/shortage.hpp"
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <system_error>

namespace onenode::checks {
namespace {

constinit const Check content{"content", "all is well",
                              [](const Facts&, const HostView&, const CheckContext&) { return Findings{}; }};
constinit const Check broken{"broken-thing", "the thing works", [](const Facts&, const HostView&, const CheckContext&) {
                                 return Findings{error("no", "mend", "left"), error("no", "mend", "right")};
                             }};
constinit const Check dangerous{
    "dangerous", "no data is lost",
    [](const Facts&, const HostView&, const CheckContext&) { return Findings{error("no", "stop")}; }, true};
constinit const Check asking{"asking", "the answer comes", [](const Facts&, const HostView& host, const CheckContext&) {
                                 return host.look({.argv = {"sshd", "-T"}}) ? Findings{} : not_checked("no answer");
                             }};

TEST(RunChecks, ReportsEveryFindingWithItsObjectInTheId)
{
    constexpr std::array list{&content, &broken};
    const auto reports = run_checks(list, {}, FakeHost{}, {});
    ASSERT_TRUE(reports);
    ASSERT_EQ(reports->size(), 3U);
    EXPECT_EQ(reports->at(0).id, "content");
    EXPECT_EQ(reports->at(0).finding.message, "all is well");
    EXPECT_EQ(reports->at(1).id, "broken-thing-left");
    EXPECT_EQ(reports->at(2).id, "broken-thing-right");
    EXPECT_EQ(worst(*reports), Severity::error);
}

TEST(RunChecks, LowersWhatIsIgnoredByObjectByCheckOrAltogether)
{
    constexpr std::array list{&broken};
    EXPECT_EQ(run_checks(list, {}, FakeHost{}, {}, {"Broken-Thing-Left"})->at(0).finding.severity, Severity::warning);
    EXPECT_EQ(run_checks(list, {}, FakeHost{}, {}, {"Broken-Thing-Left"})->at(1).finding.severity, Severity::error);
    EXPECT_EQ(worst(*run_checks(list, {}, FakeHost{}, {}, {"broken-thing"})), Severity::warning);
    EXPECT_EQ(worst(*run_checks(list, {}, FakeHost{}, {}, {"all"})), Severity::warning);
}

TEST(RunChecks, NeverLowersWhatCouldLoseData)
{
    constexpr std::array list{&dangerous};
    EXPECT_EQ(worst(*run_checks(list, {}, FakeHost{}, {}, {"all", "dangerous"})), Severity::error);
}

TEST(RunChecks, RefusesAnIdThatNoCheckHasAndNamesTheNearest)
{
    constexpr std::array list{&broken};
    const auto reports = run_checks(list, {}, FakeHost{}, {}, {"sshd-dwn"});
    ASSERT_FALSE(reports);
    EXPECT_EQ(reports.error().next, "did you mean sshd-down?");
}

TEST(RunChecks, KnowsTheIdsOfOtherMoments)
{
    constexpr std::array list{&content};
    EXPECT_TRUE(run_checks(list, {}, FakeHost{}, {}, {"libvirt-socket", "probe-command-lspci"}));
}

TEST(RunChecks, AsksAProgramOnceForAllChecks)
{
    FakeHost host;
    host.answering({"sshd", "-T"}, said("port 22\n"));
    constexpr std::array list{&asking, &asking, &asking};
    ASSERT_TRUE(run_checks(list, {}, host, {}));
    EXPECT_EQ(host.looked().size(), 1U);
}

/// Every look ends with this number, every question that has no room for an error with an exception.
class Exhausted : public FakeHost {
public:
    explicit Exhausted(int number) : number_(number) {}
    Result<FileInfo> stat(std::string_view path) const override
    {
        return one::fail(one::error_from_errno(number_, std::string{path}));
    }
    std::optional<std::string> find_program(std::string_view name, Login) const override
    {
        throw one::Shortage{one::error_from_errno(number_, std::string{name})};
    }

private:
    int number_;
};

constinit const Check opens{"opens", "it is there", [](const Facts&, const HostView& host, const CheckContext&) {
                                return host.stat("/bin/bash") ? Findings{} : Findings{error("absent", "install it")};
                            }};
constinit const Check searches{"searches", "it is there", [](const Facts&, const HostView& host, const CheckContext&) {
                                   return host.find_program("awk") ? Findings{} : Findings{error("absent", "install")};
                               }};

TEST(RunChecks, CallsNothingAbsentThatCouldNotBeLookedAt)
{
    constexpr std::array list{&opens, &searches};
    for (const int number : {EMFILE, ENFILE, ENOMEM}) {
        const auto reports = run_checks(list, {}, Exhausted{number}, {});
        ASSERT_TRUE(reports);
        for (const auto& report : *reports) {
            EXPECT_EQ(report.finding.severity, Severity::not_checked) << report.id;
            EXPECT_TRUE(report.finding.message.ends_with(std::generic_category().message(number)));
            EXPECT_NE(report.finding.fix, "");
        }
    }
    constexpr std::array files{&opens};
    EXPECT_EQ(run_checks(files, {}, Exhausted{EIO}, {})->at(0).finding.severity, Severity::not_checked);
    for (const int number : {ENOENT, ENOTDIR})
        EXPECT_EQ(run_checks(files, {}, Exhausted{number}, {})->at(0).finding.message, "absent");
}

TEST(RunChecks, TakesNoComplaintOfAProgramThatLackedSomethingForTheMachines)
{
    FakeHost host;
    host.answering({"sshd", "-T"}, {.exit_code = 127, .err = "sshd: failed to map segment from shared object"});
    constexpr std::array list{&asking};
    const auto finding = run_checks(list, {}, host, {})->at(0).finding;
    EXPECT_EQ(finding.severity, Severity::not_checked);
    EXPECT_EQ(finding.message, "cannot run sshd: failed to map segment from shared object");
}

/// A machine whose programs end when this many of them run.
class SlowPrograms : public FakeHost {
public:
    explicit SlowPrograms(std::size_t number) : number_(number) {}

    Result<CommandOutput> look(const Command&) const override
    {
        std::unique_lock lock{mutex_};
        ++started_;
        met_.notify_all();
        const bool met = met_.wait_for(lock, std::chrono::seconds{20}, [&] { return started_ >= number_; });
        return CommandOutput{.exit_code = met ? 0 : 1};
    }
    [[nodiscard]] std::size_t started() const { return started_; }

private:
    std::size_t number_;
    mutable std::mutex mutex_{};
    mutable std::condition_variable met_{};
    mutable std::size_t started_ = 0;
};

template <char Name>
constinit const Check asking_for{"asking", "the program ends",
                                 [](const Facts&, const HostView& host, const CheckContext&) {
                                     const auto answer = host.look({.argv = {std::string{Name}}});
                                     return answer && answer->ok() ? Findings{} : Findings{error("alone", "wait")};
                                 }};

TEST(RunChecks, WaitsForProgramsSideBySide)
{
    constexpr std::array list{&asking_for<'a'>, &asking_for<'b'>, &asking_for<'c'>, &asking_for<'d'>};
    EXPECT_EQ(worst(*run_checks(list, {}, SlowPrograms{list.size()}, {})), Severity::ok);
}

TEST(RunChecks, AsksAProgramOnceAlsoWhereChecksAskAtTheSameTime)
{
    constexpr std::array list{&asking_for<'a'>, &asking_for<'b'>, &asking_for<'a'>, &asking_for<'a'>};
    const SlowPrograms host{2};
    EXPECT_EQ(worst(*run_checks(list, {}, host, {})), Severity::ok);
    EXPECT_EQ(host.started(), 2U);
}

TEST(RunChecks, KeepsTheOrderOfTheListAndSeesTheSameAsOneByOne)
{
    const FakeHost host = healthy_node();
    const auto reports = *run_checks(all(), {}, host, {});
    Reports alone;
    for (const Check* check : all())
        std::ranges::move(*run_checks(std::array{check}, {}, host, {}), std::back_inserter(alone));
    EXPECT_EQ(reports, alone);
}

TEST(RunChecks, TellsOfACheckThatThrows)
{
    static constinit const Check mistaken{
        "mistaken", "nothing is wrong with us",
        [](const Facts&, const HostView&, const CheckContext&) -> Findings { throw std::logic_error{"ours"}; }};
    const std::vector<const Check*> list(20, &mistaken);
    EXPECT_THROW(static_cast<void>(run_checks(list, {}, FakeHost{}, {})), std::logic_error);
}

class HangingProgram : public testing::Test {
protected:
    HangingProgram() { host.answering({"sshd"}, hang); }

    Finding found_by(const Check& check)
    {
        const std::array list{&check};
        const auto reports = run_checks(list, {}, host, {});
        EXPECT_EQ(reports->size(), 1U);
        return reports->at(0).finding;
    }

    const Error hang{
        .kind = ErrorKind::timeout, .thing = "sshd", .reason = "it did not end within 5 s", .doing = "run"};
    FakeHost host{};
};

TEST_F(HangingProgram, LeavesACheckUnansweredWhateverItMakesOfThat)
{
    static constinit const Check trusting{"trusting", "all is well",
                                          [](const Facts&, const HostView& view, const CheckContext&) {
                                              (void)view.look({.argv = {"sshd", "-T"}});
                                              return Findings{};
                                          }};
    for (const Check* check : {&trusting, &asking}) {
        const auto finding = found_by(*check);
        EXPECT_EQ(finding.severity, Severity::not_checked) << check->id;
        EXPECT_EQ(finding.message, "cannot run sshd: it did not end within 5 s") << check->id;
        EXPECT_TRUE(finding.unanswered) << check->id;
    }
}

TEST_F(HangingProgram, HidesNothingThatACheckFoundAllTheSame)
{
    static constinit const Check finding{"finding", "all is well",
                                         [](const Facts&, const HostView& view, const CheckContext&) {
                                             (void)view.look({.argv = {"sshd", "-T"}});
                                             return Findings{warning("odd", "mend")};
                                         }};
    EXPECT_EQ(found_by(finding).message, "odd");
}

TEST_F(HangingProgram, IsNoMatterOfTheCheckBesideIt)
{
    constexpr std::array list{&asking, &content};
    const auto reports = run_checks(list, {}, host, {});
    EXPECT_TRUE(reports->at(0).finding.unanswered);
    EXPECT_EQ(reports->at(1).finding.severity, Severity::ok);
}

TEST(RunChecks, TellsAProgramThatIsNotThereFromOneThatHangs)
{
    const auto missing = not_checked(Error{.kind = ErrorKind::not_found, .thing = "sudo"});
    EXPECT_FALSE(missing.front().unanswered) << "sudo-missing says so";
    EXPECT_TRUE(not_checked(Error{.kind = ErrorKind::denied, .thing = "sudo"}).front().unanswered);
    EXPECT_FALSE(not_checked("there is nothing to look at").front().unanswered);
}

TEST(RememberingView, RemembersARefusalToo)
{
    const FakeHost host;
    Answers answers;
    const RememberingView view{host, answers};
    EXPECT_FALSE(view.look({.argv = {"hangs"}}));
    EXPECT_FALSE(view.look({.argv = {"hangs"}}));
    EXPECT_EQ(host.looked().size(), 1U);
}

TEST(RememberingView, TellsCommandsOfDifferentUsersApart)
{
    FakeHost host;
    host.answering({"id"}, said("0"));
    Answers answers;
    const RememberingView view{host, answers};
    EXPECT_TRUE(view.look({.argv = {"id"}}));
    EXPECT_TRUE(view.look({.argv = {"id"}, .user = "oneadmin"}));
    EXPECT_EQ(host.looked().size(), 2U);
}

}  // namespace
}  // namespace onenode::checks
