// What the checks of this machine said when they were run last.
#pragma once

#include <string>
#include <vector>

namespace onenode {

struct FailedCheck {
    std::string id{};  // with its object: what `onenode doctor --explain` takes
    std::string message{};
    std::string fix{};
    bool operator==(const FailedCheck&) const = default;
};

struct Checkup {       // numbers of checks
    std::string at{};  // RFC 3339, UTC; empty: not yet
    int passed = 0;
    int warnings = 0;
    int failed = 0;
    int not_checked = 0;                    // also those for which there is nothing to look at
    std::vector<FailedCheck> failing{};     // in the order of the checks; one of them may have found several things
    std::vector<FailedCheck> unanswered{};  // of those not checked: the look itself failed, a program hung
    bool operator==(const Checkup&) const = default;
};

/// "108/112 checks pass, 3 warnings, 1 not checked: ssh-ban (why)": of those that there was something to look at for.
/// Empty where there was none.
std::string in_words(const Checkup& checkup);
/// Its part up to the errors.
std::string counts_of(const Checkup& checkup);
/// "sshd-down: nobody listens at port 22 (and 2 more findings)"; empty where nothing fails.
std::string trouble_of(const Checkup& checkup);

}  // namespace onenode
