// An oned in memory, reached by XML-RPC: hosts and documents, the answers a real one gives, and a line that can be cut.
#pragma once

#include "frontend/oned/client.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace onefrontend::test {

struct FakeOned {
    struct Host {
        std::string name{};
        std::string driver{};
        int cluster = 0;
        int state = 0;
        std::string onenode{};
        std::vector<int> vms{};
        std::string error{};
    };
    struct Document {
        int type = 0;
        std::string name{};
        std::string body{};
    };

    std::map<int, Host> hosts{};
    std::map<int, Document> documents{};
    int next_id = 0;
    int calls = 0;
    int answers_left = -1;       // then calls are executed but their answers are lost; -1: no end
    int state_of_new_hosts = 2;  // on at once, as through the first SSH answer
    std::vector<std::string> asked{};
    std::function<void(const std::string& method)> after{};  // what others do once a call was executed

    /// A process of its own that speaks to this oned.
    oned::Client client();
    int add_host(Host host);
    [[nodiscard]] int count(const std::string& method) const;

private:
    one::xmlrpc::Value execute(const one::xmlrpc::Call& call);
    one::Result<one::http::Response> respond(const one::http::Request& request);
    static one::Async<one::Result<one::http::Response>> post(FakeOned& self, one::http::Request request);
};

}  // namespace onefrontend::test
