// Where the front-end's login goes.
#include "frontend/proofs/login_proof.hpp"

#include <gtest/gtest.h>

namespace onefrontend {
namespace {

TEST(BackLoginPort, IsWhatOurOwnSshConfigurationSays)
{
    EXPECT_EQ(port_in("user oneadmin\nhostname kvm1\nport 2222\naddressfamily any\n"), 2222);
}

TEST(BackLoginPort, IsTheUsualOneOtherwise)
{
    for (const char* text : {"", "port\n", "port ssh\n", "port 0\n", "port 70000\n", "localforward port 2222\n"})
        EXPECT_EQ(port_in(text), 22) << text;
}

}  // namespace
}  // namespace onefrontend
