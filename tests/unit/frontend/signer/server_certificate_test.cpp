#include "frontend/signer/server_certificate.hpp"

#include "common/identity/key.hpp"
#include "tests/unit/frontend/fake/directory.hpp"

#include <gtest/gtest.h>

namespace onefrontend {
namespace {

using namespace std::chrono_literals;
namespace identity = one::identity;

const identity::Time noon{std::chrono::hours{24 * 20000}};
const std::vector<std::string> names{"one.example.test", "10.0.0.1", "2001:DB8::1"};

class ServerCertificate : public testing::Test {
protected:
    ServerCertificate()
    {
        directory.write(
            "server.pem",
            *issue_server_certificate(authority, *identity::public_key_of(*identity::make_private_key()), names, noon));
    }
    identity::Certificate present() { return *identity::read_certificate(directory.read("server.pem")); }
    bool refresh(const std::vector<std::string>& wanted, identity::Time now)
    {
        return *refresh_server_certificate(directory.path("server.pem"), authority, wanted, now);
    }

    identity::Authority authority =
        *identity::make_authority("test CA", noon - 1h, noon + std::chrono::hours{24 * 3650});
    test::Directory directory{};
};

TEST_F(ServerCertificate, IsForTheConfiguredNamesAndAddresses)
{
    EXPECT_EQ(present().dns_names, std::vector<std::string>{"one.example.test"});
    EXPECT_EQ(present().addresses, (std::vector<std::string>{"10.0.0.1", "2001:db8::1"}));
    EXPECT_TRUE(identity::verify(present(), authority.certificate_pem, noon));
}

TEST_F(ServerCertificate, StaysWhileItIsFresh)
{
    EXPECT_FALSE(refresh(names, noon));
    EXPECT_FALSE(refresh(names, noon + std::chrono::hours{24 * 59}));
}

TEST_F(ServerCertificate, IsRenewedForTheSameKeyBeforeItEnds)
{
    const auto before = present();
    EXPECT_TRUE(refresh(names, noon + std::chrono::hours{24 * 61}));
    EXPECT_EQ(present().public_key, before.public_key);
    EXPECT_GT(present().not_after, before.not_after);
}

TEST_F(ServerCertificate, IsRenewedForOtherNames)
{
    EXPECT_TRUE(refresh({"new.example.test"}, noon));
    EXPECT_EQ(present().dns_names, std::vector<std::string>{"new.example.test"});
}

TEST_F(ServerCertificate, IsAnErrorWhereThereIsNone)
{
    EXPECT_FALSE(refresh_server_certificate(directory.path("none.pem"), authority, names, noon));
}

}  // namespace
}  // namespace onefrontend
