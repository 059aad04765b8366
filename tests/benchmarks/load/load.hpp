// What the load generator can be asked for; one file each. Each prints JSON, one object a line.
#pragma once

#include "tests/benchmarks/load/connection.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <string>

namespace load {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

struct Wish {
    Service service{};
    std::string oned_endpoint{};
    std::string oned_auth{};
    std::string state_dir{};   // of the service: its CA signs certificates of nodes that never joined
    std::string token_file{};  // a join token
    std::string identities{};  // file of nodes: written by `seed`, read by `poll`
    int count = 100;
    int parallel = 8;
    double seconds = 5;
    int joins = 10;  // in each round of `churn`
    int drops = 60;
};

void handshakes(const Wish& wish);  // new TLS connections, as fast as they go
void updates(const Wish& wish);     // documents replaced, as fast as they go
void enroll(const Wish& wish);      // machines with a token
void seed(const Wish& wish);        // joined nodes, written into OpenNebula past the service
void poll(const Wish& wish);        // they ask for their desired state and wait, until standard input ends
void churn(const Wish& wish);       // rounds of joins, drops and leaves

inline void say(const Json& line)
{
    std::puts(line.dump().c_str());
    std::fflush(stdout);
}

inline double milliseconds_since(Clock::time_point begun)
{
    return std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
}

template <class T>
T must(Result<T> result)
{
    if (!result) throw std::runtime_error{one::to_line(result.error())};
    return *std::move(result);
}

}  // namespace load
