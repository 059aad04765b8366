// Wrong tokens an address may show: a guesser is slowed down, with memory that does not grow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace onefrontend::api {

struct AttemptLimits {
    int failures = 10;  // within the window; the address is then refused until the window ends
    std::int64_t window = 60;
    std::size_t addresses = 4096;  // remembered at once
};

class Attempts {
public:
    explicit Attempts(AttemptLimits limits = {}) : limits_(limits) {}

    /// Seconds until this address may try again; 0: now.
    [[nodiscard]] std::int64_t must_wait(const std::string& address, std::int64_t now) const;
    void failed(const std::string& address, std::int64_t now);

private:
    struct Count {
        std::int64_t since = 0;
        int failures = 0;
    };
    void forget_oldest();

    AttemptLimits limits_;
    std::map<std::string, Count> counts_{};
};

}  // namespace onefrontend::api
