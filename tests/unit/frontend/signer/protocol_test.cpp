#include "frontend/signer/protocol.hpp"

#include <gtest/gtest.h>

namespace onefrontend {
namespace {

TEST(SignerProtocol, CarriesARequest)
{
    SignNode request;
    request.node = 7;
    request.certificate_request = "-----BEGIN\nx\n";
    const auto line = to_line(request);
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    EXPECT_EQ(*parse_sign_node(line), request);
}

TEST(SignerProtocol, KnowsOneVerb)
{
    EXPECT_EQ(one::to_line(parse_sign_node(R"({"verb":"sign-host","node":1,"certificate_request":""})").error()),
              "cannot read field verb: the signer does not know it");
    EXPECT_FALSE(parse_sign_node("{}"));
    EXPECT_FALSE(parse_sign_node("sign me"));
    EXPECT_FALSE(parse_sign_node(R"({"verb":"sign-node","node":"1","certificate_request":""})"));
}

TEST(SignerProtocol, CarriesTheCertificateOrTheReason)
{
    EXPECT_EQ(*parse_answer_line(answer_line(std::string{"chain"})), "chain");
    const one::Error error{.kind = one::ErrorKind::denied, .thing = "t", .reason = "r", .next = "n", .doing = "d"};
    EXPECT_EQ(parse_answer_line(answer_line(one::fail(error))).error(), error);
    EXPECT_FALSE(parse_answer_line("{}"));
    EXPECT_FALSE(parse_answer_line(R"({"error":{"kind":"denied"}})"));
}

}  // namespace
}  // namespace onefrontend
