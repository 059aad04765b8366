#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"

#include "tests/unit/common/identity/good.hpp"

#include <gmock/gmock.h>

namespace one::identity {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Certificates count in seconds.
const Time now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());

const Authority& authority()
{
    static const Authority made = good(make_authority("onenode CA", now - 1h, now + 1000h));
    return made;
}

Result<std::string> issue_for(const Issue& what)
{
    return issue(authority(), good(public_key_of(good(make_private_key()))), what);
}

TEST(Authority, IsACertificateAuthorityThatSignedItself)
{
    const auto certificate = good(read_certificate(authority().certificate_pem));
    EXPECT_TRUE(certificate.is_authority);
    EXPECT_EQ(certificate.common_name, "onenode CA");
    EXPECT_EQ(certificate.not_before, now - 1h);
    EXPECT_EQ(certificate.not_after, now + 1000h);
    EXPECT_EQ(certificate.public_key, good(public_key_of(authority().private_key_pem)));
    EXPECT_TRUE(verify(certificate, authority().certificate_pem, now));
}

TEST(Issue, PutsInWhatWasAskedFor)
{
    const auto key = good(public_key_of(good(make_private_key())));
    const auto pem = good(issue(authority(), key,
                                {.common_name = "node-17",
                                 .dns_names = {"node-17", "node-17.example.com"},
                                 .addresses = {"10.0.0.5", "fd00::5"},
                                 .not_before = now,
                                 .not_after = now + 24h}));
    const auto certificate = good(read_certificate(pem));
    EXPECT_EQ(certificate.pem, pem);
    EXPECT_EQ(certificate.common_name, "node-17");
    EXPECT_THAT(certificate.dns_names, ElementsAre("node-17", "node-17.example.com"));
    EXPECT_THAT(certificate.addresses, ElementsAre("10.0.0.5", "fd00::5"));
    EXPECT_EQ(certificate.public_key, key);
    EXPECT_EQ(certificate.not_before, now);
    EXPECT_EQ(certificate.not_after, now + 24h);
    EXPECT_FALSE(certificate.is_authority);
    EXPECT_TRUE(verify(certificate, authority().certificate_pem, now));
}

TEST(Issue, NeverRepeatsASerialNumber)
{
    const Issue what{.common_name = "x", .not_before = now, .not_after = now + 1h};
    const auto one = good(read_certificate(good(issue_for(what)))).serial;
    EXPECT_NE(good(read_certificate(good(issue_for(what)))).serial, one);
    EXPECT_GE(one.size(), 28U) << "128 random bits, but for zeros in front";
}

TEST(Issue, EndsWithItsAuthority)
{
    const auto pem = good(issue_for({.common_name = "x", .not_before = now, .not_after = now + 2000h}));
    EXPECT_EQ(good(read_certificate(pem)).not_after, now + 1000h);
}

TEST(Issue, TakesNoNameThatIsNone)
{
    const auto reason_for = [](std::string dns, std::string address) {
        Issue what{.common_name = "x", .not_before = now, .not_after = now + 1h};
        if (!dns.empty()) what.dns_names = {std::move(dns)};
        if (!address.empty()) what.addresses = {std::move(address)};
        return to_line(bad(issue_for(what)));
    };
    EXPECT_THAT(reason_for("a,IP:10.0.0.1", {}), HasSubstr("\"a,IP:10.0.0.1\": it is no DNS name"));
    EXPECT_THAT(reason_for(std::string(300, 'a'), {}), HasSubstr("no DNS name"));
    EXPECT_THAT(reason_for({"a\0b", 3}, {}), HasSubstr("no DNS name"));
    EXPECT_THAT(reason_for({}, "10.0.0"), HasSubstr("\"10.0.0\": it is no IP address"));
}

TEST(Issue, SignsOnlyWithTheAuthoritysOwnKey)
{
    const Authority mixed{.certificate_pem = authority().certificate_pem, .private_key_pem = good(make_private_key())};
    const auto key = good(public_key_of(good(make_private_key())));
    const Error error = bad(issue(mixed, key, {.common_name = "x", .not_before = now, .not_after = now + 1h}));
    EXPECT_THAT(error.reason, HasSubstr("does not belong to its certificate"));
}

TEST(Issue, SignsNoKeyThatIsNone)
{
    const Issue what{.common_name = "x", .not_before = now, .not_after = now + 1h};
    EXPECT_EQ(bad(issue(authority(), "nonsense", what)).kind, ErrorKind::invalid);
    const auto key = good(public_key_of(good(make_private_key())));
    EXPECT_EQ(bad(issue(authority(), key + "more", what)).kind, ErrorKind::invalid);
    std::string off_the_curve = key;
    off_the_curve.back() = static_cast<char>(off_the_curve.back() ^ 1);
    EXPECT_EQ(bad(issue(authority(), off_the_curve, what)).kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace one::identity
