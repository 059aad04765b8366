// onenode doctor on a machine in memory: what it says, what it mends, and what leave takes back.
#include "tests/unit/nodeagent/cli/stage.hpp"
#include "tests/unit/support/golden.hpp"

#include "nodeagent/core/journal.hpp"
#include "nodeagent/link/membership.hpp"
#include "nodeagent/link/places.hpp"

#include "common/text/words.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace onenode::cli {
namespace {

using one::test::expect_golden;

std::vector<Finding> find_loose(const Facts&, const HostView& host, const CheckContext&)
{
    const auto info = host.stat("/etc/loose");
    if (!info || info->mode == 0600) return {};
    return {{Severity::error, "/etc/loose is mode 0666", "chmod 600 /etc/loose", {}}};
}

Changes fix_loose(const Facts&, const HostView& host, const CheckContext&)
{
    if (!host.stat("/etc/loose")) return {};
    return {
        SetAttributes{.path = "/etc/loose", .mode = 0600, .owner = "root", .group = "root", .why = "others read it"}};
}

std::vector<Finding> find_strict(const Facts&, const HostView& host, const CheckContext&)
{
    if (!host.stat("/etc/strict") || host.stat("/etc/ssh/sshd_config.d/00-onenode-test.conf")) return {};
    return {{Severity::warning, "sshd is strict", "edit it", "logins"}};
}

Changes fix_strict(const Facts&, const HostView&, const CheckContext&)
{
    return {WriteFile{.path = "/etc/ssh/sshd_config.d/00-onenode-test.conf",
                      .text = "Match User oneadmin\n",
                      .why = "for oneadmin only"}};
}

std::vector<Finding> find_unknown(const Facts&, const HostView&, const CheckContext& context)
{
    return {{Severity::not_checked, "nobody knows of " + context.type + " and " + context.name, {}, {}}};
}

std::vector<Finding> find_after(const Facts&, const HostView&, const CheckContext& context)
{
    if (context.name.empty()) return {{Severity::error, "this machine has no name", "join", {}}};
    return {};
}

constexpr Check loose{.id = "loose",
                      .title = "nothing is loose",
                      .run = find_loose,
                      .fix = fix_loose,
                      .explain = "Whether a file is loose.",
                      .without_it = "`Permission denied`.",
                      .mend = "`chmod`."};
constexpr Check strict{.id = "strict",
                       .title = "sshd is not strict",
                       .run = find_strict,
                       .fix = fix_strict,
                       .severity = Severity::warning,
                       .object = "<logins>",
                       .explain = "Whether sshd is strict.",
                       .mend = "a line."};
constexpr Check unknown{.id = "unknown", .title = "all is known", .run = find_unknown};
constexpr Check after{.id = "after", .title = "this machine has its name", .run = find_after};
constexpr std::array before_join{&loose, &strict, &unknown};
constexpr std::array after_join{&after, &loose};

std::vector<Finding> find_datastores(const Facts& facts, const HostView&, const CheckContext&)
{
    return {{Severity::warning, "disks are in " + facts.datastores, {}, {}}};
}
constexpr Check datastores{.id = "datastores", .title = "disks are nowhere", .run = find_datastores};
constexpr std::array about_datastores{&datastores};

class Doctor : public testing::Test {
protected:
    Doctor()
    {
        stage.preflight = before_join;
        stage.after_apply = after_join;
        stage.host.answering({"sshd", "-t"}, CommandOutput{});
    }

    void break_both()
    {
        stage.host.with_file("/etc/loose", "", 0666).with_file("/etc/strict", "").with_directory(drop_ins);
    }

    [[nodiscard]] bool has_run(const std::string& command) const
    {
        return std::ranges::find(stage.host.touched(), "run " + command) != stage.host.touched().end();
    }

    static constexpr const char* drop_ins = "/etc/ssh/sshd_config.d";
    Stage stage{};
};

TEST_F(Doctor, IsContentWithAFitMachine)
{
    const auto played = stage.doctor();
    EXPECT_EQ(played.exit, Exit::ok);
    EXPECT_NE(played.out.find("2 ok, 0 warnings, 0 errors, 1 not checked"), std::string::npos) << played.out;
    EXPECT_TRUE(stage.host.touched().empty()) << "not even a lock";
}

TEST_F(Doctor, ShowsEverythingAtOnceWithWhatComesOfIt)
{
    break_both();
    const auto played = stage.doctor();
    EXPECT_EQ(played.exit, Exit::failed);
    expect_golden("doctor.txt", played.out);
}

TEST_F(Doctor, TellsAProgramTheSame)
{
    break_both();
    stage.output.json = true;
    auto out = stage.doctor().out;
    std::vector<nlohmann::json> events;
    for (const auto& line : one::split_lines(out))
        events.push_back(nlohmann::json::parse(line));
    ASSERT_EQ(events.size(), 8U) << out;
    EXPECT_EQ(events[2].at("id"), "loose");
    EXPECT_EQ(events[2].at("without_it"), "`Permission denied`.");
    EXPECT_EQ(events[2].at("fixable"), true);
    EXPECT_EQ(events[3].at("id"), "strict-logins");
    EXPECT_EQ(events[3].at("check"), "strict");
    EXPECT_EQ(events[6].at("mends"), (std::vector<std::string>{"loose", "strict"}));
    EXPECT_EQ(events[7].at("errors"), 1);
    EXPECT_EQ(events[7].at("not_checked"), 1);
    EXPECT_EQ(events[7].at("exit"), 2);
}

TEST_F(Doctor, EndsWithOneWhereThereAreOnlyWarnings)
{
    break_both();
    EXPECT_EQ(stage.doctor({.ignore = {"loose"}}).exit, Exit::warnings);
    EXPECT_EQ(stage.doctor({.ids = {"strict"}}).exit, Exit::warnings);
    EXPECT_EQ(stage.doctor({.ids = {"unknown"}}).exit, Exit::ok);
}

TEST_F(Doctor, CallsItAWarningAsTheAgentDoesWhereTheJoinAcceptedIt)
{
    ASSERT_EQ(stage.join().exit, Exit::ok);
    break_both();
    EXPECT_EQ(stage.doctor().exit, Exit::failed);
    auto member = **load_membership(stage.host);
    member.ignored = {"loose", "a-check-of-an-older-version"};
    ASSERT_TRUE(save_membership(stage.host, member));
    const auto played = stage.doctor();
    EXPECT_EQ(played.exit, Exit::warnings);
    EXPECT_NE(played.out.find("[WARNING loose]"), std::string::npos) << played.out;
}

TEST_F(Doctor, LooksForDatastoresWhereTheFrontendWantsThem)
{
    stage.preflight = about_datastores;
    EXPECT_NE(stage.doctor().out.find("disks are in /var/lib/one/datastores"), std::string::npos);
    ASSERT_EQ(stage.join().exit, Exit::warnings);
    auto member = **load_membership(stage.host);
    member.desired.datastore_location = "/srv/one";
    ASSERT_TRUE(save_membership(stage.host, member));
    const auto out = stage.doctor().out;
    EXPECT_NE(out.find("disks are in /srv/one"), std::string::npos) << out;
}

TEST_F(Doctor, KnowsWhatThisMachineJoined)
{
    EXPECT_NE(stage.doctor().out.find("nobody knows of kvm and \n"), std::string::npos);
    EXPECT_NE(stage.doctor({.type = "lxc"}).out.find("nobody knows of lxc"), std::string::npos);
    ASSERT_EQ(stage.doctor({.ids = {"after"}}).exit, Exit::failed) << "named, it is run in any case";
    ASSERT_EQ(stage.join().exit, Exit::ok);
    const auto played = stage.doctor({});
    EXPECT_EQ(played.exit, Exit::ok) << played.out;
    EXPECT_NE(played.out.find("nobody knows of kvm and node1"), std::string::npos) << played.out;
    EXPECT_NE(played.out.find("3 ok"), std::string::npos) << played.out;
}

TEST_F(Doctor, IsForRoot)
{
    stage.host.as_user(1000);
    const auto played = stage.doctor();
    EXPECT_EQ(played.exit, Exit::cannot_run);
    EXPECT_NE(played.err.find("sudo onenode doctor"), std::string::npos);
    EXPECT_EQ(stage.doctor({.list = true}).exit, Exit::ok);
    EXPECT_EQ(stage.doctor({.explain = "loose"}).exit, Exit::ok);
}

TEST_F(Doctor, NamesTheNearestOfAMistypedId)
{
    for (const auto& options : {DoctorOptions{.ids = {"lose"}}, DoctorOptions{.explain = "lose"}}) {
        const auto played = stage.doctor(options);
        EXPECT_EQ(played.exit, Exit::cannot_run);
        EXPECT_NE(played.err.find("did you mean loose?"), std::string::npos) << played.err;
    }
    EXPECT_EQ(stage.doctor({.ignore = {"lose"}}).exit, Exit::cannot_run);
    const auto guarded = stage.doctor({.ignore = {"foreign-vms"}});
    EXPECT_EQ(guarded.exit, Exit::cannot_run);
    EXPECT_NE(guarded.err.find("could lose data, and no flag opens it"), std::string::npos) << guarded.err;
}

TEST_F(Doctor, ExplainsACheckByTheIdOfAFindingToo)
{
    const auto played = stage.doctor({.explain = "strict-logins"});
    EXPECT_EQ(played.out,
              "strict-<logins>: sshd is not strict\n\nWhether sshd is strict. Fix: a line.\n\n(a warning; ; "
              "mended by --fix)\n");
}

TEST_F(Doctor, ListsWhatThereIs)
{
    const auto text = stage.doctor({.list = true}).out;
    EXPECT_EQ(text, "loose            error    --fix  nothing is loose\n"
                    "strict-<logins>  warning  --fix  sshd is not strict\n"
                    "unknown          error           all is known\n"
                    "after            error           this machine has its name\n");
    stage.output.json = true;
    const auto first = nlohmann::json::parse(one::split_lines(stage.doctor({.list = true}).out).front());
    EXPECT_EQ(first.at("event"), "check");
    EXPECT_EQ(first.at("applies_to"), (std::vector<std::string>{"kvm", "qemu", "lxc"}));
    EXPECT_EQ(first.at("severity"), "error");
    EXPECT_EQ(first.at("fixable"), true);
}

TEST_F(Doctor, MendsWhatItCanAndLooksAgain)
{
    break_both();
    const auto played = stage.doctor({.fix = true, .yes = true});
    EXPECT_EQ(played.exit, Exit::ok) << played.out << played.err;
    expect_golden("doctor-fix.txt", played.out);
    EXPECT_EQ(stage.host.stat("/etc/loose")->mode, 0600U);
    EXPECT_TRUE(has_run("sshd -t"));
    EXPECT_TRUE(has_run("systemctl try-reload-or-restart ssh.service"));
}

TEST_F(Doctor, MendsOnlyWhatWasNamed)
{
    break_both();
    EXPECT_EQ(stage.doctor({.ids = {"loose"}, .fix = true, .yes = true}).exit, Exit::ok);
    EXPECT_FALSE(stage.host.stat("/etc/ssh/sshd_config.d/00-onenode-test.conf"));
}

TEST_F(Doctor, AsksNobodyWhereThereIsNobody)
{
    break_both();
    const auto played = stage.doctor({.fix = true});
    EXPECT_EQ(played.exit, Exit::cannot_run);
    EXPECT_NE(played.err.find("onenode doctor --fix --yes"), std::string::npos) << played.err;
    EXPECT_EQ(stage.host.stat("/etc/loose")->mode, 0666U);
}

TEST_F(Doctor, SaysWhatDoesNotCountYet)
{
    break_both();
    stage.host.answering({"sshd", "-t"}, CommandOutput{.exit_code = 255, .out = {}, .err = "line 3: bad\n"});
    const auto played = stage.doctor({.fix = true, .yes = true});
    EXPECT_NE(played.out.find("does not count yet: sshd -t: line 3: bad"), std::string::npos) << played.out;
    EXPECT_NE(played.out.find("fix: sshd -t && systemctl"), std::string::npos) << played.out;
    EXPECT_FALSE(has_run("systemctl try-reload-or-restart ssh.service"));
    EXPECT_EQ(played.exit, Exit::warnings) << "sshd does not know it";

    EXPECT_EQ(stage.doctor().exit, Exit::warnings);
    stage.host.answering({"sshd", "-t"}, CommandOutput{});
    EXPECT_EQ(stage.doctor({.fix = true, .yes = true}).exit, Exit::ok);
    EXPECT_TRUE(has_run("systemctl try-reload-or-restart ssh.service"));
    EXPECT_EQ(stage.doctor().exit, Exit::ok);
}

TEST_F(Doctor, IsTakenBackByLeaveAlsoWhereNobodyEverJoined)
{
    break_both();
    const auto before = stage.machine();
    ASSERT_EQ(stage.doctor({.fix = true, .yes = true}).exit, Exit::ok);
    const auto entries = Journal::read(stage.host, places::state_dir);
    ASSERT_TRUE(entries && entries->size() == 2);
    EXPECT_EQ(entries->front().step, "doctor/loose");
    EXPECT_EQ(stage.leave().exit, Exit::ok);
    EXPECT_EQ(stage.machine(), before);
    EXPECT_EQ(std::ranges::count(stage.host.touched(), "run systemctl try-reload-or-restart ssh.service"), 2)
        << "sshd forgets it, too";
}

TEST_F(Doctor, TellsOfProgramsThatHaveNotReadAllYet)
{
    stage.host.with_directory("/var/lib/onenode").with_file("/var/lib/onenode/untold", "/etc/ssh/sshd_config\n", 0600);
    const auto played = stage.doctor();
    EXPECT_EQ(played.exit, Exit::warnings);
    EXPECT_NE(played.out.find("fix-unfinished"), std::string::npos) << played.out;
}

TEST_F(Doctor, LeavesThemToWhoeverIsAtWork)
{
    stage.host.with_directory("/var/lib/onenode").with_file("/var/lib/onenode/untold", "/etc/ssh/sshd_config\n", 0600);
    stage.host.locked_by(42);
    const auto played = stage.doctor();
    EXPECT_EQ(played.exit, Exit::ok) << played.out;
    EXPECT_EQ(played.out.find("fix-unfinished"), std::string::npos) << played.out;
}

TEST_F(Doctor, GoesOnAfterItWasKilledAnywhere)
{
    for (std::size_t at = 1; at < 40; ++at) {
        Stage killed;
        killed.preflight = before_join;
        killed.after_apply = after_join;
        killed.host.with_file("/etc/loose", "", 0666).with_file("/etc/strict", "").with_directory(drop_ins);
        killed.host.answering({"sshd", "-t"}, CommandOutput{});
        const auto before = killed.machine();
        killed.host.die_within(at);
        try {
            (void)killed.doctor({.fix = true, .yes = true});
            if (at > killed.host.changes()) return;  // it ended before
        } catch (const Died&) {
            killed.host.recover();
        }
        EXPECT_EQ(killed.doctor({.fix = true, .yes = true}).exit, Exit::ok) << "killed within change " << at;
        const auto& done = killed.host.touched();
        EXPECT_NE(std::ranges::find(done, "run systemctl try-reload-or-restart ssh.service"), done.end())
            << "killed within change " << at;
        EXPECT_EQ(killed.leave().exit, Exit::ok);
        EXPECT_EQ(killed.machine(), before) << "killed within change " << at;
    }
}

}  // namespace
}  // namespace onenode::cli
