// apt and dpkg on a machine in memory: a repository, what is installed, and what goes wrong. Installing brings the
// program that a small check looks for.
#pragma once

#include "nodeagent/checks/check.hpp"
#include "tests/unit/fake/fake_host.hpp"

#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace onenode::cli {

class FakeApt {
public:
    /// Answers for this machine as long as both live.
    explicit FakeApt(FakeHost& host);

    std::map<std::string, std::vector<std::string>> offers{{"opennebula-node-kvm", {"7.6.0-1", "7.4.0-1"}},
                                                           {"opennebula-rubygems", {"7.6.0-1", "7.4.0-1"}},
                                                           {"opennebula-common", {"7.6.0-1", "7.4.0-1"}}};
    std::map<std::string, std::vector<std::string>> named{};  // what the front-end's repository offers
    CommandOutput trial{};                                    // of fetching its lists
    std::string tried{};                                      // the file of that
    std::set<std::string> installed{};
    std::vector<std::string> requested{};  // the words of the last install
    int updates = 0;
    CommandOutput update{};
    CommandOutput simulation{};
    std::function<void()> when_simulated{};  // once
    std::function<void()> when_installed{};
    CommandOutput result{};  // of install; where it fails nothing is installed

private:
    CommandOutput apt_get(const Command& command);
    [[nodiscard]] bool is_trial(const Command& command) const;
    CommandOutput madison(const Command& command) const;
    CommandOutput dpkg_query(const Command& command) const;

    FakeHost* host_;
};

/// rsync (an error), jq (a warning), ruby (an error), and OpenNebula's packages, which nobody can look for before ruby.
std::span<const Check* const> checks_of_packages();

}  // namespace onenode::cli
