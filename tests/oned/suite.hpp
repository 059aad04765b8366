// One test against the front-end that ONED_ENDPOINT and ONED_AUTH name. What it made there is gone when it ends.
#pragma once

#include "frontend/oned/client.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace onefrontend::oned {

using one::ErrorKind;
using one::xmlrpc::Array;
using one::xmlrpc::Value;

class OnedSuite : public testing::Test {
protected:
    static constexpr int document_type = 412599;  // none of ours: nothing else lists it

    void SetUp() override;
    void TearDown() override;

    template <class T>
    T run(Async<T> work)
    {
        return one::run_to_end(loop, std::move(work));
    }
    /// Another client of the same front-end, with another session where one is given.
    Client another(const std::string& session = {});
    Result<Value> call(const std::string& method, Array parameters);
    /// What a call refused with; a test failure where it was not refused.
    one::Error refusal(const std::string& method, Array parameters);

    /// No other test, run or front-end has this name; not resolvable.
    std::string fresh_name();
    /// Both remember what they made.
    int make_host(const std::string& name);
    int make_document(const std::string& name, const std::string& body);
    void forget_host(int id) { std::erase(hosts, id); }

    one::asio::io_context loop{};
    Options options{};
    std::optional<Client> oned{};
    std::vector<int> hosts{};
    std::vector<int> documents{};
    std::vector<int> users{};
    std::vector<int> clusters{};
};

/// The value, or the error in words as a test failure.
#define ASSERT_OK(result) ASSERT_TRUE(result) << one::to_text((result).error())

}  // namespace onefrontend::oned
