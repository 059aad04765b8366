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
        return refresh_by({&authority}, wanted, now);
    }
    bool refresh_by(const std::vector<const identity::Authority*>& authorities, const std::vector<std::string>& wanted,
                    identity::Time now)
    {
        std::vector<identity::Authority> copies;
        for (const auto* one : authorities)
            copies.push_back({one->certificate_pem, one->private_key_pem.copy()});
        return *refresh_server_certificates(directory.path("server.pem"), copies, wanted, now);
    }

    identity::Authority authority =
        *identity::make_authority("test CA", noon - 1h, noon + std::chrono::hours{24 * 3650});
    identity::Authority newer = *identity::make_authority("newer CA", noon - 1h, noon + std::chrono::hours{24 * 3650});
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
    EXPECT_FALSE(refresh_server_certificates(directory.path("none.pem"), {}, names, noon));
}

TEST_F(ServerCertificate, IsThereByEachAuthorityForTheSameKeyWhileThereAreTwo)
{
    const auto before = present();
    EXPECT_TRUE(refresh_by({&newer, &authority}, names, noon));
    const auto both = *identity::read_certificates(directory.read("server.pem"));
    ASSERT_EQ(both.size(), 2U);
    EXPECT_TRUE(identity::verify(both[0], newer.certificate_pem, noon));
    EXPECT_EQ(both[1].pem, before.pem) << "the one that was good stays";
    EXPECT_EQ(both[0].public_key, before.public_key);
    EXPECT_FALSE(refresh_by({&newer, &authority}, names, noon));
    EXPECT_TRUE(refresh_by({&newer}, names, noon));
    EXPECT_EQ(identity::read_certificates(directory.read("server.pem"))->size(), 1U);
}

TEST_F(ServerCertificate, IsServedWithItsAuthorityAndWithoutThoseItHasNoneOf)
{
    const auto chains =
        *server_chains(directory.read("server.pem"), newer.certificate_pem + authority.certificate_pem, noon);
    EXPECT_EQ(chains, present().pem + identity::read_certificate(authority.certificate_pem)->pem);
}

}  // namespace
}  // namespace onefrontend
