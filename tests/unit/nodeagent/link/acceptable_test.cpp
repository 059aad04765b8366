// Where the front-end may want datastores to be: root gives such a directory to oneadmin, unattended.
#include "nodeagent/link/acceptable.hpp"

#include <gtest/gtest.h>

namespace onenode {
namespace {

Result<> with_datastores_at(std::string path)
{
    one::wire::DesiredState desired{.type = "kvm"};
    desired.datastore_location = std::move(path);
    return must_be_acceptable(desired);
}

TEST(Acceptable, AreDatastoresWhereMachinesKeepData)
{
    EXPECT_TRUE(must_be_acceptable({.type = "kvm"})) << "OpenNebula's default";
    for (const auto* path : {"/var/lib/one/datastores", "/srv/one", "/mnt/nfs/one-7.4/datastores", "/data/a_b",
                             "/opt/x", "/export/x", "/storage/x"})
        EXPECT_TRUE(with_datastores_at(path)) << path;
}

TEST(Acceptable, IsNoDirectoryOfTheSystem)
{
    for (const auto* path :
         {"/", "/etc", "/etc/one", "/usr/local/one", "/var", "/var/lib", "/var/lib/onenode", "/root/one", "/home/alice",
          "/run/one", "/tmp/one", "/proc/one", "/dev/shm/one", "/boot/one"})
        EXPECT_FALSE(with_datastores_at(path)) << path;
}

TEST(Acceptable, IsNoWholeRoot)
{
    for (const auto* path : {"/srv", "/srv/", "/mnt", "/var/lib/one", "/var/lib/one/"})
        EXPECT_FALSE(with_datastores_at(path)) << path;
}

TEST(Acceptable, HasOneSpellingOnly)
{
    for (const auto& path : {std::string{}, std::string{"srv/one"}, std::string{"/srv/../etc"},
                             std::string{"/srv/./one"}, std::string{"/srv//one"}, std::string{"/srv/one/"},
                             std::string{"/var/lib/one/.ssh"}, std::string{"/srv/a b"}, std::string{"/srv/a\nb"},
                             std::string("/srv/a\0b", 8), std::string{"/srv/%h"}, "/srv/" + std::string(300, 'a')})
        EXPECT_FALSE(with_datastores_at(path)) << path;
}

TEST(Acceptable, IsNoPortThatThereIsNot)
{
    for (const int port : {-1, 0, 65536, 2147483647}) {
        const auto refused = must_be_acceptable({.type = "kvm", .monitor_port = port});
        ASSERT_FALSE(refused) << port;
        EXPECT_NE(refused.error().reason.find(std::to_string(port)), std::string::npos);
    }
    EXPECT_TRUE(must_be_acceptable({.type = "kvm", .monitor_port = 65535}));
}

one::wire::DesiredState zone_of(std::size_t nodes)
{
    one::wire::DesiredState desired{.type = "kvm"};
    for (std::size_t at = 0; at < nodes; ++at) {
        desired.peers.push_back({"node" + std::to_string(at), "10.0.0.1"});
        for (int key = 0; key < 4; ++key)
            desired.peer_known_hosts.push_back("node" + std::to_string(at) + " ssh-ed25519 AAAA");
    }
    return desired;
}

TEST(Acceptable, IsAZoneOfTenThousandNodesAndNoneOfAHundredThousand)
{
    EXPECT_TRUE(must_be_acceptable(zone_of(12'000)));
    const auto refused = must_be_acceptable(zone_of(100'000));
    ASSERT_FALSE(refused);
    EXPECT_EQ(
        one::to_line(refused.error()),
        "cannot follow the front-end: its desired state names 100000 peers, more than the 12000 that a node takes");
}

TEST(Acceptable, IsNoListWithoutEnd)
{
    using one::wire::DesiredState;
    for (const auto list :
         {&DesiredState::oneadmin_keys, &DesiredState::frontend_known_hosts, &DesiredState::frontend_addresses,
          &DesiredState::frontend_names, &DesiredState::ssh_authorities, &DesiredState::peer_known_hosts,
          &DesiredState::revoked_host_keys, &DesiredState::ssh_host_certificates}) {
        DesiredState desired{.type = "kvm"};
        desired.*list = std::vector<std::string>(100'000, "x");
        const auto refused = must_be_acceptable(desired);
        ASSERT_FALSE(refused);
        EXPECT_NE(refused.error().reason.find("names 100000 "), std::string::npos) << refused.error().reason;
    }
}

TEST(Acceptable, IsNoTextOfManyLinesOrWithoutEndInAnyField)
{
    using one::wire::DesiredState;
    for (const auto& text : {std::string{"a\nb"}, std::string{"a\rb"}, std::string("a\0b", 3), std::string{"a\x1b[2J"},
                             std::string{"\x7f"}, std::string(10'000, 'a')}) {
        for (const auto field : {&DesiredState::version, &DesiredState::node_name, &DesiredState::type,
                                 &DesiredState::opennebula, &DesiredState::zone, &DesiredState::datastore_location,
                                 &DesiredState::monitor_address, &DesiredState::neighbours}) {
            DesiredState desired{.type = "kvm"};
            desired.*field = text;
            EXPECT_FALSE(must_be_acceptable(desired));
        }
        for (const auto list :
             {&DesiredState::oneadmin_keys, &DesiredState::frontend_known_hosts, &DesiredState::frontend_addresses,
              &DesiredState::frontend_names, &DesiredState::ssh_authorities, &DesiredState::peer_known_hosts,
              &DesiredState::revoked_host_keys, &DesiredState::ssh_host_certificates}) {
            DesiredState desired{.type = "kvm"};
            (desired.*list).push_back(text);
            EXPECT_FALSE(must_be_acceptable(desired));
        }
        EXPECT_FALSE(must_be_acceptable({.type = "kvm", .peers = {{text, "10.0.0.1"}}}));
        EXPECT_FALSE(must_be_acceptable({.type = "kvm", .peers = {{"node1", text}}}));
        EXPECT_FALSE(must_be_acceptable({.type = "kvm", .repository = {.suite = text}})) << text.size();
    }
}

TEST(Acceptable, IsNoTypeOfNodeThatIsUnknownHere)
{
    for (const auto* type : {"kvm", "qemu", "lxc"})
        EXPECT_TRUE(must_be_acceptable({.type = type})) << type;
    const auto refused = must_be_acceptable({.type = "vcenter"});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().reason.find("a node of type \"vcenter\""), std::string::npos);
    EXPECT_FALSE(must_be_acceptable({}));
}

TEST(Acceptable, SaysWhatIsWantedAndWhatToSetWithoutTheStrangeBytes)
{
    const auto refused = with_datastores_at("/etc/\x1b[2Jx\n");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, one::ErrorKind::untrusted);
    EXPECT_NE(refused.error().reason.find("\"/etc/??2Jx?\""), std::string::npos) << refused.error().reason;
    EXPECT_NE(refused.error().next.find("DATASTORE_LOCATION"), std::string::npos);
}

}  // namespace
}  // namespace onenode
