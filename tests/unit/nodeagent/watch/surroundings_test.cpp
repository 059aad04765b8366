// Addresses that change and a libvirt that stops are told, once each.
#include "nodeagent/watch/surroundings.hpp"

#include "tests/unit/fake/fake_host.hpp"
#include "tests/unit/nodeagent/watch/fake_eye.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <memory>

namespace onenode {
namespace {

class SurroundingsTest : public testing::Test {
protected:
    /// Each act at the next moment that somebody waits for the eye; after the last one it ends.
    void run(Async<> watching, std::vector<std::function<void()>> acts)
    {
        std::size_t next = 0;
        eye.when_waiting = [&] {
            if (next == acts.size()) return loop.stop();
            acts[next++]();
            eye.saw_something();
        };
        one::Tasks tasks{loop.get_executor()};
        tasks.spawn("surroundings", std::move(watching));
        loop.run();
        tasks.cancel();
        loop.restart();
        loop.run();
    }

    FakeHost host{};
    Standing standing{host, {}};
    one::asio::io_context loop{1};
    one::asio::thread_pool worker{1};
    FakeEye eye{};
    static constexpr std::chrono::milliseconds quiet{1};
};

TEST_F(SurroundingsTest, TellOfAnAddressThatCame)
{
    host.with_address("10.0.0.1");
    std::vector<AddressChange> changes;
    run(follow_addresses(host, eye, standing, quiet, [&](const AddressChange& change) { changes.push_back(change); }),
        {[] {}, [&] { host.with_address("10.0.0.2"); }});
    ASSERT_EQ(changes.size(), 1U) << "a link that went up without an address is no news";
    EXPECT_EQ(changes[0].before, (std::vector<std::string>{"10.0.0.1"}));
    EXPECT_EQ(changes[0].now, (std::vector<std::string>{"10.0.0.1", "10.0.0.2"}));
    EXPECT_EQ(standing.status().addresses, changes[0].now);
}

TEST_F(SurroundingsTest, TellOfAHostNameThatChanged)
{
    int changes = 0;
    run(follow_host_name(host, eye, quiet, [&] { ++changes; }),
        {[] {}, [&] { host.with_host_name("kvm9"); }, [&] { host.with_host_name("kvm9"); }});
    EXPECT_EQ(changes, 1) << "the same name again is no news";
}

TEST_F(SurroundingsTest, TellOfALibvirtThatStoppedAndCameBack)
{
    constexpr const char* socket = "/run/libvirt/libvirt-sock";
    std::vector<std::string> sentences;
    host.with_directory("/run/libvirt").with_socket(socket, 0660, 0, 0);
    standing.well("joined");
    int changes = 0;
    run(follow_libvirt(host, eye, standing, quiet, [&] { ++changes; }),
        {[&] { host.without(socket); },
         [&] {
             sentences.push_back(standing.status().sentence);
             host.with_socket(socket, 0660, 0, 0);
         },
         [&] { sentences.push_back(standing.status().sentence); }});
    ASSERT_EQ(sentences.size(), 2U);
    EXPECT_TRUE(sentences[0].starts_with("degraded: libvirt does not listen in /run/libvirt")) << sentences[0];
    EXPECT_EQ(sentences[1], "joined");
    EXPECT_EQ(changes, 3) << "also where it only came back";
    EXPECT_EQ(eye.paths, (std::vector<std::string>{"/run/libvirt/libvirt-sock", "/run/libvirt/virtqemud-sock"}));
}

TEST_F(SurroundingsTest, AreContentWithTheModularDaemon)
{
    host.with_directory("/run/libvirt").with_socket("/run/libvirt/virtqemud-sock", 0660, 0, 0);
    standing.well("joined");
    run(follow_libvirt(host, eye, standing, quiet, [] {}), {});
    EXPECT_EQ(standing.status().sentence, "joined");
}

TEST_F(SurroundingsTest, AreOneChangeOfTheWayInHoweverManyFilesItHas)
{
    int changes = 0;
    run(follow_way_in(eye, worker, quiet, [&] { ++changes; }), {[] {}, [] {}});
    EXPECT_EQ(changes, 2);
    for (const auto* path : {"/var/lib/one", "/var/lib/one/.ssh", "/etc/sudoers.d/", "/etc/ssh/sshd_config",
                             "/etc/passwd", "/etc/shadow", "/etc/group"})
        EXPECT_NE(std::ranges::find(eye.paths, path), eye.paths.end()) << path;
}

// Of a home on a file system whose server is dead: whoever looks up a path there waits, until the loop turns at least.
class SlowEye : public FakeEye {
public:
    explicit SlowEye(one::asio::io_context& loop) : loop_(&loop) {}

    Result<> watch(const std::vector<std::string>& wanted) override
    {
        const auto turned = std::make_shared<std::promise<void>>();
        one::asio::post(*loop_, [turned] { turned->set_value(); });
        held_the_loop = turned->get_future().wait_for(std::chrono::seconds{5}) != std::future_status::ready;
        return FakeEye::watch(wanted);
    }
    bool held_the_loop = true;

private:
    one::asio::io_context* loop_;
};

TEST_F(SurroundingsTest, HoldNothingUpWhereTheWayInIsSlowToBeLookedUp)
{
    SlowEye slow{loop};
    slow.when_waiting = [&] { loop.stop(); };
    one::Tasks tasks{loop.get_executor()};
    tasks.spawn("way in", follow_way_in(slow, worker, quiet, [] {}));
    loop.run();
    EXPECT_FALSE(slow.held_the_loop);
    tasks.cancel();
    loop.restart();
    loop.run();
}

}  // namespace
}  // namespace onenode
