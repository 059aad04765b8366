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
    EXPECT_EQ(*parse_signer_request(line), SignerRequest{request});
    SignHost host;
    host.node = 7;
    EXPECT_EQ(*parse_signer_request(to_line(host)), SignerRequest{host});
}

TEST(SignerProtocol, KnowsTwoVerbs)
{
    EXPECT_EQ(one::to_line(parse_signer_request(R"({"verb":"sign-user","node":1})").error()),
              "cannot read field verb: the signer does not know it");
    EXPECT_FALSE(parse_signer_request("{}"));
    EXPECT_FALSE(parse_signer_request("sign me"));
    EXPECT_FALSE(parse_signer_request(R"({"verb":"sign-node","node":"1","certificate_request":""})"));
    EXPECT_FALSE(parse_signer_request(R"({"verb":"sign-host"})"));
}

TEST(SignerProtocol, CarriesTheCertificateOrTheReason)
{
    EXPECT_EQ(*parse_answer_line(answer_line(std::string{"chain"})), "chain");
    const one::Error error{.kind = one::ErrorKind::denied, .thing = "t", .reason = "r", .next = "n", .doing = "d"};
    EXPECT_EQ(parse_answer_line(answer_line(one::fail(error))).error(), error);
    const std::vector<std::string> certificates{"a", "b"};
    EXPECT_EQ(*parse_host_answer_line(host_answer_line(certificates)), certificates);
    EXPECT_EQ(parse_host_answer_line(host_answer_line(one::fail(error))).error(), error);
    EXPECT_FALSE(parse_host_answer_line("{}"));
    EXPECT_FALSE(parse_answer_line("{}"));
    EXPECT_FALSE(parse_answer_line(R"({"error":{"kind":"denied"}})"));
}

}  // namespace
}  // namespace onefrontend
