// What a request becomes on its way to the handler and back.
#include "tests/unit/common/http/world.hpp"

namespace one::http {
namespace {

using Exchange = World;

TEST_F(Exchange, CarriesARequestToTheHandlerAndItsAnswerBack)
{
    const int port = serve();
    auto client = client_of(port);
    const auto answer = good(exchange(client, {.method = "POST", .target = "/v1/x?wait=3", .body = "hello"}));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "hello");
    EXPECT_EQ(answer.header("x-method"), "POST");
    EXPECT_EQ(answer.header("x-target"), "/v1/x?wait=3");
    EXPECT_EQ(answer.header("X-PEER"), "127.0.0.1");
    EXPECT_EQ(client.peer_address(), "127.0.0.1:" + std::to_string(port));
}

}  // namespace
}  // namespace one::http
