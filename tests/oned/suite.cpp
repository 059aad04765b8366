#include "tests/oned/suite.hpp"

#include "common/text/encoding.hpp"

#include <cstdlib>

namespace onefrontend::oned {

void OnedSuite::SetUp()
{
    const char* url = std::getenv("ONED_ENDPOINT");
    const char* auth = std::getenv("ONED_AUTH");
    if (!url || !auth) GTEST_SKIP() << "ONED_ENDPOINT and ONED_AUTH name no front-end: run tests/all --only oned";
    const auto endpoint = parse_endpoint(url);
    ASSERT_OK(endpoint);
    options.endpoint = *endpoint;
    auto session = read_session(auth);
    ASSERT_OK(session);
    oned.emplace(options, *std::move(session));
}

void OnedSuite::TearDown()
{
    if (!oned) return;
    for (const int id : hosts)
        EXPECT_TRUE(run(oned->delete_host(id))) << "host " << id << " stays behind";
    for (const int id : documents)
        EXPECT_TRUE(run(oned->delete_document(id))) << "document " << id << " stays behind";
    for (const int id : users)
        EXPECT_TRUE(call("one.user.delete", {id})) << "user " << id << " stays behind";
    for (const int id : clusters)
        EXPECT_TRUE(call("one.cluster.delete", {id})) << "cluster " << id << " stays behind";
}

Client OnedSuite::another(const std::string& session)
{
    if (!session.empty()) return Client{options, one::Secret{std::string_view{session}}};
    auto own = read_session(std::getenv("ONED_AUTH"));
    return Client{options, own ? *std::move(own) : one::Secret{}};
}

Result<Value> OnedSuite::call(const std::string& method, Array parameters)
{
    return run(oned->call(method, std::move(parameters), false));
}

one::Error OnedSuite::refusal(const std::string& method, Array parameters)
{
    auto value = call(method, std::move(parameters));
    EXPECT_FALSE(value) << method << " was not refused";
    return value ? one::Error{} : value.error();
}

std::string OnedSuite::fresh_name()
{
    return "suite-" + one::to_hex(one::random_bytes(6)) + ".invalid";
}

int OnedSuite::make_host(const std::string& name)
{
    const auto id = run(oned->allocate_host(name, "kvm", "kvm", -1));
    EXPECT_TRUE(id) << one::to_text(id.error());
    if (id) hosts.push_back(*id);
    return id.value_or(-1);
}

int OnedSuite::make_document(const std::string& name, const std::string& body)
{
    const auto id = run(oned->allocate_document(document_type, name, body));
    EXPECT_TRUE(id) << one::to_text(id.error());
    if (id) documents.push_back(*id);
    return id.value_or(-1);
}

}  // namespace onefrontend::oned
