// The laws of join and leave, with all real steps: killed or refused at any change, left alone by the front-end at any
// request, the same command again ends where an undisturbed one ends, and no host is ever forgotten in OpenNebula.
#include "tests/unit/nodeagent/cli/fake_apt.hpp"
#include "tests/unit/nodeagent/cli/stage.hpp"
#include "tests/unit/nodeagent/steps/worlds.hpp"
#include "tests/unit/support/signing_key.hpp"

#include "nodeagent/core/effects.hpp"
#include "nodeagent/link/membership.hpp"
#include "nodeagent/link/places.hpp"
#include "nodeagent/watch/follow.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>

namespace onenode::cli {
namespace {

class Laws : public testing::TestWithParam<const char*> {
protected:
    static FakeHost fresh()
    {
        const std::string which = GetParam();
        auto host = which == "UsedByPeople"        ? used_by_people()
                    : which == "StrictAboutLogins" ? strict_about_logins()
                                                   : bare_debian();
        host.answering({"systemctl"}, CommandOutput{});
        return host;
    }
    struct Scene : Stage {
        Scene() : Stage(fresh())
        {
            steps = steps::all();
            preflight = {};
            auto desired = desired_state();
            desired.version = one::wire::version_of(desired);
            front_end.with([&desired](FakeCloud& cloud) { cloud.desired = desired; });
        }
        [[nodiscard]] std::size_t hosts()
        {
            return front_end.with([](const FakeCloud& cloud) { return cloud.hosts.size(); });
        }
    };

    static constexpr std::chrono::seconds a_year{std::chrono::hours{24 * 365}};

    using Arm = void (FakeHost::*)(std::size_t);
    static constexpr std::array<Arm, 3> deaths{&FakeHost::die_before, &FakeHost::die_within, &FakeHost::die_after};

    using Failing = void (FakeHost::*)(std::size_t, int);
    static constexpr std::array<Failing, 2> failures{&FakeHost::fail_at, &FakeHost::fail_from};

    // A full disk stays full; of what happens once, every kind in turn.
    static int error_at(std::size_t change, Failing how)
    {
        static constexpr std::array errors{ENOSPC, EIO, EROFS, EINTR};
        return how == &FakeHost::fail_from ? ENOSPC : errors.at(change % errors.size());
    }

    // True where it was killed before its end.
    template <class Verb>
    static bool killed(Stage& stage, std::size_t change, Verb verb)
    {
        (stage.host.*deaths.at(change % deaths.size()))(change / deaths.size() + 1);
        try {
            verb();
        } catch (const Died&) {
            stage.host.recover();
            return true;
        }
        stage.host.recover();
        return false;
    }
};

TEST_P(Laws, JoinKilledAtAnyChangeEndsAsAnUndisturbedOne)
{
    Scene undisturbed;
    ASSERT_EQ(undisturbed.join().exit, Exit::ok);
    for (std::size_t change = 0;; ++change) {
        SCOPED_TRACE(testing::Message() << "killed at change " << change / 3 + 1 << ", moment " << change % 3);
        Scene scene;
        const bool died = killed(scene, change, [&] { scene.join(); });
        if (!died && change % 3 == 0) break;
        const auto played = scene.join();
        ASSERT_EQ(played.exit, Exit::ok) << played.err;
        ASSERT_EQ(scene.machine(), undisturbed.machine());
        ASSERT_EQ(scene.hosts(), 1U);
        ASSERT_EQ((*load_membership(scene.host))->phase, MemberPhase::joined);
        ASSERT_EQ(scene.leave().exit, Exit::ok);
        ASSERT_EQ(scene.hosts(), 0U);
    }
}

TEST_P(Laws, JoinThatInstallsPackagesKilledAtAnyChangeEndsAsAnUndisturbedOne)
{
    struct WithPackages : Scene {
        WithPackages() { preflight = checks_of_packages(); }
        FakeApt apt{host};
    };
    WithPackages undisturbed;
    ASSERT_EQ(undisturbed.join({.install_packages = true}).exit, Exit::ok);
    ASSERT_FALSE(undisturbed.apt.installed.empty());
    for (std::size_t change = 0;; ++change) {
        SCOPED_TRACE(testing::Message() << "killed at change " << change / 3 + 1 << ", moment " << change % 3);
        WithPackages scene;
        const bool died = killed(scene, change, [&] { scene.join({.install_packages = true}); });
        if (!died && change % 3 == 0) break;
        const auto played = scene.join({.install_packages = true});
        ASSERT_EQ(played.exit, Exit::ok) << played.err;
        ASSERT_EQ(scene.machine(), undisturbed.machine());
        const auto left = scene.leave();
        ASSERT_EQ(left.exit, Exit::ok) << left.err;
        ASSERT_NE(left.out.find("opennebula-node-kvm"), std::string::npos) << left.out;
        ASSERT_FALSE(scene.host.stat("/var/lib/onenode"));
    }
}

TEST_P(Laws, JoinThatAddsARepositoryKilledAtAnyChangeAddsItOnceAndLeaveTakesItAway)
{
    constexpr const char* sources = "/etc/apt/sources.list.d/onenode-opennebula.sources";
    struct WithRepository : Scene {
        WithRepository()
        {
            preflight = checks_of_packages();
            std::swap(apt.named, apt.offers);
            for (const auto* directory : {"/etc/apt", "/etc/apt/sources.list.d"})
                host.with_directory(directory);
            front_end.with([](FakeCloud& cloud) {
                cloud.desired.repository = {.apt = "https://mirror.example.com/",
                                            .suite = "stable",
                                            .component = "opennebula",
                                            .key = std::string{one::test::signing_key}};
            });
        }
        FakeApt apt{host};
    };
    WithRepository undisturbed;
    ASSERT_EQ(undisturbed.join({.install_packages = true}).exit, Exit::ok);
    ASSERT_TRUE(undisturbed.host.stat(sources));
    for (std::size_t change = 0;; ++change) {
        SCOPED_TRACE(testing::Message() << "killed at change " << change / 3 + 1 << ", moment " << change % 3);
        WithRepository scene;
        const bool died = killed(scene, change, [&] { scene.join({.install_packages = true}); });
        const bool has_key = scene.host.stat("/etc/apt/keyrings/onenode-opennebula.asc").has_value();
        ASSERT_TRUE(has_key || !scene.host.stat(sources));
        if (!died && change % 3 == 0) break;
        ASSERT_EQ(scene.join({.install_packages = true}).exit, Exit::ok);
        ASSERT_EQ(scene.machine(), undisturbed.machine());
        ASSERT_EQ(scene.leave().exit, Exit::ok);
        ASSERT_FALSE(scene.host.stat(sources));
        ASSERT_FALSE(scene.host.stat("/etc/apt/keyrings"));
    }
}

TEST_P(Laws, JoinKilledAtAnyChangeIsUndoneByLeave)
{
    for (std::size_t change = 0;; ++change) {
        SCOPED_TRACE(testing::Message() << "killed at change " << change / 3 + 1 << ", moment " << change % 3);
        Scene scene;
        const auto before = scene.machine();
        const bool died = killed(scene, change, [&] { scene.join(); });
        if (!died && change % 3 == 0) break;
        const bool has_certificate = scene.host.stat(places::certificate).has_value();
        const auto played = scene.leave();
        ASSERT_EQ(scene.machine(), before);
        ASSERT_FALSE(scene.host.stat("/var/lib/onenode"));
        if (scene.front_end.with([](const FakeCloud& cloud) { return cloud.node.has_value(); })) {
            ASSERT_FALSE(has_certificate);  // it could have told the front-end
            ASSERT_EQ(played.exit, Exit::warnings);
            ASSERT_NE(played.out.find("onefrontend node remove"), std::string::npos) << played.out;
        }
    }
}

TEST_P(Laws, LeaveKilledAtAnyChangeEndsAsAnUndisturbedOne)
{
    for (std::size_t change = 0;; ++change) {
        SCOPED_TRACE(testing::Message() << "killed at change " << change / 3 + 1 << ", moment " << change % 3);
        Scene scene;
        const auto before = scene.machine();
        ASSERT_EQ(scene.join().exit, Exit::ok);
        const bool died = killed(scene, change, [&] { scene.leave(); });
        if (!died && change % 3 == 0) break;
        const auto played = scene.leave();
        ASSERT_EQ(played.exit, Exit::ok) << played.err;
        ASSERT_EQ(scene.machine(), before);
        ASSERT_EQ(scene.hosts(), 0U);
        ASSERT_FALSE(scene.host.stat("/var/lib/onenode"));
        ASSERT_FALSE(scene.front_end.with([](const FakeCloud& cloud) { return cloud.node.has_value(); }));
    }
}

TEST_P(Laws, JoinFailingAtAnyChangeEndsAsAnUndisturbedOne)
{
    Scene undisturbed;
    ASSERT_EQ(undisturbed.join().exit, Exit::ok);
    for (std::size_t change = 1; change <= undisturbed.host.changes(); ++change) {
        for (const auto arm : failures) {
            SCOPED_TRACE(testing::Message() << error_at(change, arm) << " at change " << change);
            Scene scene;
            const auto before = scene.machine();
            (scene.host.*arm)(change, error_at(change, arm));
            const auto failed = scene.join();
            scene.host.recover();
            ASSERT_TRUE(failed.exit != Exit::ok || scene.machine() == undisturbed.machine()) << failed.out;
            const auto again = scene.join();
            ASSERT_EQ(again.exit, Exit::ok) << failed.err << again.err;
            if (is_untold(scene.host, places::state_dir)) {  // the agent sees to it when it starts
                ASSERT_NE(failed.exit, Exit::ok);
                ASSERT_TRUE(mend(scene.host, scene.steps));
            }
            ASSERT_EQ(scene.machine(), undisturbed.machine());
            ASSERT_EQ(scene.hosts(), 1U);
            ASSERT_EQ(scene.leave().exit, Exit::ok);
            ASSERT_EQ(scene.machine(), before);
            ASSERT_EQ(scene.hosts(), 0U);
        }
    }
}

TEST_P(Laws, LeaveFailingAtAnyChangeEndsAsAnUndisturbedOne)
{
    Scene joined;
    const auto before = joined.machine();
    ASSERT_EQ(joined.join().exit, Exit::ok);
    joined.host.recover();  // changes are counted from here
    ASSERT_EQ(joined.leave().exit, Exit::ok);
    for (std::size_t change = 1; change <= joined.host.changes(); ++change) {
        for (const auto arm : failures) {
            SCOPED_TRACE(testing::Message() << error_at(change, arm) << " at change " << change);
            Scene scene;
            ASSERT_EQ(scene.join().exit, Exit::ok);
            (scene.host.*arm)(change, error_at(change, arm));
            const auto failed = scene.leave();
            scene.host.recover();
            const auto again = scene.leave();
            ASSERT_EQ(again.exit, Exit::ok) << failed.err << again.err;
            if (failed.exit == Exit::warnings && failed.out.find("a program goes on") != std::string::npos) {
                // The journal is gone, and the person was told the command.
                ASSERT_TRUE(scene.host.run({.argv = {"systemctl", "try-reload-or-restart", "ssh.service"}}));
            }
            ASSERT_EQ(scene.machine(), before) << failed.out << failed.err;
            ASSERT_EQ(scene.hosts(), 0U);
            ASSERT_FALSE(scene.host.stat("/var/lib/onenode")) << failed.out << failed.err;
            ASSERT_FALSE(scene.front_end.with([](const FakeCloud& cloud) { return cloud.node.has_value(); }));
        }
    }
}

TEST_P(Laws, JoinAndLeaveSurviveAClockThatJumpsAtAnyChange)
{
    Scene undisturbed;
    ASSERT_EQ(undisturbed.join().exit, Exit::ok);
    for (const auto jump : {-a_year, a_year}) {
        for (const auto& change : undisturbed.host.touched()) {
            SCOPED_TRACE(change);
            Scene scene;
            const auto before = scene.machine();
            scene.host.meanwhile(change, [&scene, jump] { scene.host.advance(jump); });
            if (scene.join().exit != Exit::ok) {  // its clock was a year off when it met the front-end
                scene.host.advance(-jump);
                ASSERT_EQ(scene.join().exit, Exit::ok);
            }
            ASSERT_EQ(scene.machine(), undisturbed.machine());
            scene.host.advance(-2 * jump);
            ASSERT_EQ(scene.leave().exit, Exit::ok);
            ASSERT_EQ(scene.machine(), before);
            ASSERT_EQ(scene.hosts(), 0U);
        }
    }
}

TEST_P(Laws, JoinSurvivesAFrontEndThatBreaksAtAnyRequest)
{
    Scene undisturbed;
    ASSERT_EQ(undisturbed.join().exit, Exit::ok);
    const auto requests = undisturbed.front_end.asked().size();
    for (std::size_t request = 1; request <= requests; ++request) {
        for (const auto moment : {Break::before, Break::after}) {
            SCOPED_TRACE(testing::Message() << "request " << request
                                            << (moment == Break::before ? " not done" : " done, the answer lost"));
            Scene scene;
            const auto before = scene.machine();
            scene.front_end.break_at(request, moment);
            const auto broken = scene.join();
            ASSERT_EQ(scene.hosts(), broken.exit == Exit::ok ? 1U : 0U) << broken.err;  // nothing unfinished stays
            ASSERT_EQ(scene.join().exit, Exit::ok);
            ASSERT_EQ(scene.machine(), undisturbed.machine());
            ASSERT_EQ(scene.hosts(), 1U);
            ASSERT_EQ(scene.leave().exit, Exit::ok);
            ASSERT_EQ(scene.machine(), before);
        }
    }
}

TEST_P(Laws, LeaveSurvivesAFrontEndThatBreaksAtAnyRequest)
{
    for (std::size_t request = 1; request <= 2; ++request) {
        for (const auto moment : {Break::before, Break::after}) {
            Scene scene;
            const auto before = scene.machine();
            ASSERT_EQ(scene.join().exit, Exit::ok);
            scene.front_end.break_at(request, moment);
            ASSERT_EQ(scene.leave().exit, Exit::failed);
            const auto played = scene.leave();
            ASSERT_EQ(played.exit, Exit::ok) << played.err;
            ASSERT_EQ(scene.machine(), before);
            ASSERT_EQ(scene.hosts(), 0U);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(OnEveryMachine, Laws, testing::Values("BareDebian", "UsedByPeople", "StrictAboutLogins"),
                         [](const auto& which) { return std::string{which.param}; });

}  // namespace
}  // namespace onenode::cli
