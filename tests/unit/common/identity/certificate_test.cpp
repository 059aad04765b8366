#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"

#include "tests/unit/common/identity/good.hpp"

#include <gmock/gmock.h>

namespace one::identity {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

const Time now = std::chrono::system_clock::now();

struct Signed {
    Authority by;
    Certificate certificate;
};

Signed make_signed(std::string name = "CA")
{
    auto by = good(make_authority(name, now - 10h, now + 10h));
    const auto key = good(public_key_of(good(make_private_key())));
    const Issue what{.common_name = "node-17", .not_before = now - 1h, .not_after = now + 1h};
    auto certificate = good(read_certificate(good(issue(by, key, what))));
    return {std::move(by), std::move(certificate)};
}

TEST(Certificate, IsVerifiedByItsAuthorityAlone)
{
    const auto ours = make_signed();
    const auto theirs = make_signed();  // of the same name, with another key
    EXPECT_TRUE(verify(ours.certificate, ours.by.certificate_pem, now));
    const Error error = bad(verify(ours.certificate, theirs.by.certificate_pem, now));
    EXPECT_EQ(error.kind, ErrorKind::untrusted);
    EXPECT_EQ(error.thing, "certificate \"node-17\"");
    EXPECT_EQ(error.reason, "the authority that we trust did not sign it");
}

TEST(Certificate, IsVerifiedByAnyOfSeveralAuthorities)
{
    const auto ours = make_signed("old CA");
    const auto theirs = make_signed("new CA");
    EXPECT_TRUE(verify(ours.certificate, theirs.by.certificate_pem + ours.by.certificate_pem, now));
}

TEST(Certificate, IsGoodInItsTimeOnlyAndTheErrorNamesBothTimes)
{
    const auto ours = make_signed();
    EXPECT_THAT(bad(verify(ours.certificate, ours.by.certificate_pem, now - 2h)).reason,
                HasSubstr("it is valid from 20"));
    const Error late = bad(verify(ours.certificate, ours.by.certificate_pem, now + 2h));
    EXPECT_THAT(late.reason, HasSubstr("it expired at 20"));
    EXPECT_THAT(late.reason, HasSubstr("this machine's clock says 20"));
}

TEST(Certificate, ThatIsNoAuthorityVouchesForNobody)
{
    const auto ours = make_signed();
    EXPECT_FALSE(verify(ours.certificate, ours.certificate.pem, now));
}

TEST(Certificate, BundlesAreReadInOrder)
{
    const auto ours = make_signed("the CA");
    const auto both = good(read_certificates(ours.certificate.pem + "a remark\n" + ours.by.certificate_pem));
    ASSERT_EQ(both.size(), 2U);
    EXPECT_EQ(both[0].common_name, "node-17");
    EXPECT_EQ(both[1].common_name, "the CA");
    EXPECT_TRUE(both[1].is_authority);
}

TEST(Certificate, ThatIsNoneIsRefused)
{
    EXPECT_THAT(bad(read_certificate("")).reason, HasSubstr("no PEM certificate in it"));
    EXPECT_THAT(bad(read_certificate("nonsense")).reason, HasSubstr("no PEM certificate in it"));
    const auto pem = make_signed().certificate.pem;
    EXPECT_EQ(bad(read_certificate(pem.substr(0, pem.size() / 2))).kind, ErrorKind::invalid);
    auto torn = pem;
    torn.replace(100, 10, "AAAAAAAAAA");
    EXPECT_EQ(bad(read_certificate(torn.substr(0, 200) + pem.substr(204))).kind, ErrorKind::invalid);
    EXPECT_EQ(bad(read_certificates(pem + pem.substr(0, 300))).kind, ErrorKind::invalid)
        << "half a bundle is no bundle";
}

}  // namespace
}  // namespace one::identity
