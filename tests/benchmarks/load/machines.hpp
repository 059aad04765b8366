// Machines that join: key, request and facts made beforehand, as each would have its own processor for that.
#pragma once

#include "tests/benchmarks/load/load.hpp"

#include "common/identity/openssl.hpp"

#include <string>

namespace load {

struct Machine {
    int number = 0;
    std::string body{};  // of /v1/enroll
    one::identity::KeyHandle key{};
};

std::string some_host_key();
std::string source_of(const Wish& wish, int number);
std::string read_text(const std::string& path);
Machine make_machine(const Wish& wish, int number);
/// One request on a connection of its own.
Async<Result<Answer>> enroll_one(const Wish& wish, boost::asio::ssl::context& context, const Machine& machine);

}  // namespace load
