// Where the front-end may want datastores to be: root gives such a directory to oneadmin, unattended.
#include "nodeagent/link/acceptable.hpp"

#include <gtest/gtest.h>

namespace onenode {
namespace {

Result<> with_datastores_at(std::string path)
{
    one::wire::DesiredState desired;
    desired.datastore_location = std::move(path);
    return must_be_acceptable(desired);
}

TEST(Acceptable, AreDatastoresWhereMachinesKeepData)
{
    EXPECT_TRUE(must_be_acceptable({})) << "OpenNebula's default";
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
        const auto refused = must_be_acceptable({.monitor_port = port});
        ASSERT_FALSE(refused) << port;
        EXPECT_NE(refused.error().reason.find(std::to_string(port)), std::string::npos);
    }
    EXPECT_TRUE(must_be_acceptable({.monitor_port = 65535}));
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
