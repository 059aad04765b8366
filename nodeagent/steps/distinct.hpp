// A list without repetitions, in the order of first mention. A front-end may name twelve thousand nodes, so no entry is
// searched for by looking at all the others.
#pragma once

#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace onenode::steps {

class Distinct {
public:
    void add(const std::string& text)
    {
        if (seen_.insert(text).second) list_.push_back(text);
    }
    [[nodiscard]] std::vector<std::string> take() && { return std::move(list_); }

private:
    std::unordered_set<std::string> seen_{};
    std::vector<std::string> list_{};
};

}  // namespace onenode::steps
