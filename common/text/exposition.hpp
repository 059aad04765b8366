// Prometheus' text format, version 0.0.4.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace one {

using Labels = std::vector<std::pair<std::string_view, std::string>>;

class Exposition {
public:
    /// Goes before each name, with an underscore.
    explicit Exposition(std::string_view prefix) : prefix_(prefix) {}

    /// The samples that follow are of this family. `type`: gauge, counter, histogram.
    void family(std::string_view name, std::string_view help, std::string_view type = "gauge");
    /// Of a histogram, `suffix` is _bucket, _sum or _count.
    void sample(std::int64_t value, const Labels& labels = {}, std::string_view suffix = {});
    void real_sample(double value, const Labels& labels = {}, std::string_view suffix = {});
    /// A family of one sample.
    void single(std::string_view name, std::string_view help, std::int64_t value, std::string_view type = "gauge");

    std::string text{};

private:
    void line(std::string_view suffix, const Labels& labels, std::string_view value);

    std::string prefix_;
    std::string name_{};
};

}  // namespace one
