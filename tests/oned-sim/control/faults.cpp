// The oldest fault that fits a call is the one that happens.
#include "tests/oned-sim/control/faults.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace onedsim {

std::optional<FaultKind> fault_kind(std::string_view word)
{
    constexpr std::array<std::pair<std::string_view, FaultKind>, 9> words{{{"none", FaultKind::none},
                                                                           {"drop", FaultKind::drop},
                                                                           {"lose_answer", FaultKind::lose_answer},
                                                                           {"reset", FaultKind::reset},
                                                                           {"garbage", FaultKind::garbage},
                                                                           {"truncate", FaultKind::truncate},
                                                                           {"endless", FaultKind::endless},
                                                                           {"status", FaultKind::status},
                                                                           {"error", FaultKind::error}}};
    const auto* found = std::ranges::find(words, word, &std::pair<std::string_view, FaultKind>::first);
    return found == words.end() ? std::nullopt : std::optional{found->second};
}

void Faults::add(Fault fault)
{
    const std::lock_guard lock{mutex_};
    faults_.push_back(std::move(fault));
}

void Faults::clear()
{
    const std::lock_guard lock{mutex_};
    faults_.clear();
}

Fault Faults::next(const std::string& method)
{
    const std::lock_guard lock{mutex_};
    ++calls_[method];
    for (auto fault = faults_.begin(); fault != faults_.end(); ++fault) {
        if (!fault->method.empty() && fault->method != method) continue;
        if (fault->after > 0) {
            --fault->after;
            continue;
        }
        Fault now = *fault;
        if (fault->times > 0 && --fault->times == 0) faults_.erase(fault);
        return now;
    }
    return {};
}

std::map<std::string, std::int64_t> Faults::calls() const
{
    const std::lock_guard lock{mutex_};
    return calls_;
}

}  // namespace onedsim
