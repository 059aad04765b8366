// Applies a plan and undoes a journal. Both may be killed anywhere and run again.
#pragma once

#include "nodeagent/core/effects.hpp"
#include "nodeagent/core/plan.hpp"

#include <functional>
#include <string>
#include <vector>

namespace onenode {

/// Told before each change; for the terminal.
using Progress = std::function<void(const Step& step, const Change& change)>;

/// Every change, and then whoever has to be told of it; also of what an earlier run left untold.
Result<Untold> apply(const Plan& plan, Host& host, Journal& journal, const Progress& progress = {});

struct Kept {  // what undo left in place, and why
    std::string thing{};
    std::string reason{};
    bool operator==(const Kept&) const = default;
};

struct Undone {
    std::size_t changes = 0;
    std::vector<Kept> kept{};
    std::vector<Kept> running{};  // as the join had it, until somebody ends it
    Untold untold{};
};

/// In reverse. A file that somebody edited since loses only our block; what cannot be undone safely is kept and named.
/// A user that we made stays while something in its home, the temporary directories or these `places` is its own.
Result<Undone> undo(Host& host, Journal& journal, const std::vector<std::string>& places = {});

}  // namespace onenode
