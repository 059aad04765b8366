// The enrollment service's way to the signer.
#pragma once

#include "frontend/enroll/signing.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace onefrontend {

class SignerClient : public Signing {
public:
    explicit SignerClient(std::string socket, std::chrono::milliseconds limit = std::chrono::milliseconds{30000}) :
        socket_(std::move(socket)), limit_(limit)
    {
    }
    one::Async<one::Result<std::string>> sign_node(int node, std::string certificate_request) override;
    one::Async<one::Result<std::vector<std::string>>> sign_host(int node) override;

private:
    one::Async<one::Result<std::string>> exchange(std::string line);

    std::string socket_;
    std::chrono::milliseconds limit_;
};

}  // namespace onefrontend
