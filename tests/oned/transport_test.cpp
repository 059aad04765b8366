// The bytes around a call: what oned's HTTP server answers to those who speak badly.
#include "common/http/client.hpp"
#include "tests/oned/suite.hpp"

namespace onefrontend::oned {
namespace {

class OnedTransport : public OnedSuite {
protected:
    one::Result<one::http::Response> post(const std::string& body, const std::string& path = "/RPC2")
    {
        one::http::Request request{
            .method = "POST", .target = path, .headers = {{"Content-Type", "text/xml"}}, .body = body};
        return run(one::http::post_plain(options.endpoint.host, options.endpoint.port, std::move(request),
                                         std::chrono::seconds{10}, 1024UL * 1024));
    }
    one::xmlrpc::Fault fault(const std::string& body)
    {
        const auto response = post(body);
        if (!response) return {.code = 0, .text = one::to_text(response.error())};
        const auto answer = one::xmlrpc::parse_answer(response->body);
        if (!answer) return {.code = 0, .text = one::to_text(answer.error())};
        const auto* found = std::get_if<one::xmlrpc::Fault>(&*answer);
        return found ? *found : one::xmlrpc::Fault{.code = 0, .text = "it succeeded"};
    }
};

TEST_F(OnedTransport, AnswersOneCallAConnection)
{
    const auto response =
        post("<methodCall><methodName>one.system.version</methodName><params><param><value>no:body</value></param>"
             "</params></methodCall>");
    ASSERT_OK(response);
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->header("connection"), "close");
    EXPECT_EQ(response->header("content-type"), "text/xml; charset=utf-8");
}

TEST_F(OnedTransport, CallsBadXmlAFault)
{
    for (const char* body : {"garbage", "<methodCall>", "<methodCall><methodName>x</methodName"}) {
        const auto answer = fault(body);
        EXPECT_EQ(answer.code, -503) << body;
        EXPECT_TRUE(answer.text.starts_with("Call XML not a proper XML-RPC call.  Call is not valid XML."))
            << answer.text;
    }
}

TEST_F(OnedTransport, CallsACallWithoutASessionAFault)
{
    EXPECT_EQ(fault("<methodCall><methodName>one.system.version</methodName></methodCall>").code, -500);
}

TEST_F(OnedTransport, KnowsOnePathOnly)
{
    const auto response = post("<methodCall><methodName>one.system.version</methodName></methodCall>", "/elsewhere");
    ASSERT_OK(response);
    EXPECT_EQ(response->status, 404);
}

TEST_F(OnedTransport, RefusesAnEmptyRequest)
{
    const auto response = post("");
    ASSERT_OK(response);
    EXPECT_EQ(response->status, 400);
}

}  // namespace
}  // namespace onefrontend::oned
