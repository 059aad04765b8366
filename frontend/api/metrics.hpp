// What the service counts of its own work, for Prometheus. Routes, statuses and phases are the only labels: nothing that
// a caller chooses becomes one, so that the number of series is bounded.
#pragma once

#include "common/text/exposition.hpp"
#include "frontend/api/attempts.hpp"
#include "frontend/enroll/node.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace onefrontend::api {

using Took = std::chrono::steady_clock::duration;

/// How long something took, by the bounds of docs/metrics.md.
class Durations {
public:
    void add(Took took);
    void write(one::Exposition& to, const one::Labels& labels) const;

private:
    static constexpr std::array<double, 9> bounds{0.005, 0.025, 0.1, 0.5, 2.5, 10, 30, 60, 180};
    std::array<std::int64_t, bounds.size() + 1> counts_{};  // of each bound alone; the last one: longer
    double sum_ = 0;
};

class Metrics {
public:
    void begun() { ++running_; }
    /// `route` is a whole path of the table, or empty where there is none.
    void answered(std::string_view route, int status, Took took);
    void refused_by_limit(LimitedBy limit) { ++limited_[limit]; }
    void wrong_token() { ++wrong_tokens_; }
    void recovered() { ++recoveries_; }
    void told_audit(bool written) { ++audit_lines_[written]; }
    void called_oned(bool answered, Took took);
    void saw(const std::vector<Node>& nodes);

    void write(one::Exposition& to) const;

private:
    int running_ = 0;
    std::map<std::pair<std::string, int>, std::int64_t> answers_{};
    std::map<std::string, Durations> took_{};
    std::map<LimitedBy, std::int64_t> limited_{};
    std::int64_t wrong_tokens_ = 0;
    std::int64_t recoveries_ = 0;
    std::map<bool, std::int64_t> audit_lines_{};
    std::map<bool, std::int64_t> oned_calls_{};
    Durations oned_took_{};
    std::map<std::string_view, std::int64_t> nodes_{};  // by phase
};

}  // namespace onefrontend::api
