// One thing looked at, with an id, a severity, a message and a fix. It can't change anything.
#pragma once

#include "nodeagent/core/change.hpp"
#include "nodeagent/core/facts.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace onenode {

enum class Severity { ok, not_checked, warning, error };

struct Finding {
    Severity severity = Severity::ok;
    std::string message{};
    std::string fix{};                    // a command where there is one
    std::string object{};                 // appended to the id: port-4124-udp, probe-command-lspci
    std::vector<std::string> packages{};  // what installing would mend it, as this machine's family calls them
    bool unanswered = false;  // not checked, because the machine gave no answer: the next look may be another
    bool operator==(const Finding&) const = default;
};

struct CheckContext {  // what a person asked for; empty before it is known
    std::string type = "kvm";
    std::string name{};
    std::vector<std::string> frontend_addresses{};
    std::string service{};                             // name of the front-end, where its addresses are not known yet
    firewall::Openings openings{};                     // what it needs let through
    std::string state_directory = "/var/lib/onenode";  // whether this machine belongs to a cloud through us
    std::string opennebula{};                          // version of the front-end's
    bool joining = false;  // the steps of a join follow: what they make true is not held against the machine
};

enum class Drivers { all, kvm_and_qemu, kvm, lxc };  // the kinds of nodes that a check is for

struct Check {
    std::string_view id;     // kebab-case, stable; a retired one stays reserved
    std::string_view title;  // what is true when nothing is found
    std::vector<Finding> (*run)(const Facts& facts, const HostView& host, const CheckContext& context);  // empty: fine
    bool data_loss = false;  // --ignore never accepts it (FAILURES 17.4)

    // For onenode doctor --fix. Pure: what would mend the findings; empty where that is for a person.
    Changes (*fix)(const Facts& facts, const HostView& host, const CheckContext& context) = nullptr;

    // For people: onenode doctor --list and --explain, docs/checks.md.
    Severity severity = Severity::error;  // that its findings usually have
    Drivers drivers = Drivers::all;
    std::string_view families{};    // of distributions that have such a thing; empty: all
    std::string_view object{};      // "<command>": what each finding appends to the id
    std::string_view covers{};      // "F58, F64": the entries of FAILURES that it finds
    std::string_view explain{};     // what is looked at, and why
    std::string_view without_it{};  // what a person would see in OpenNebula; empty: nothing of its own
    std::string_view mend{};        // the fix in words
};

struct Report {        // one finding of one check
    std::string id{};  // with the object appended
    std::string_view check{};
    Finding finding{};
    bool operator==(const Report&) const = default;
};
using Reports = std::vector<Report>;

/// Runs all, side by side, so several threads look at `host`; the reports are in the order of the checks. A check that
/// found nothing reports ok. `ignored` ids (with or without the object, or "all") lower errors to warnings; one that no
/// check of any moment has is an error.
Result<Reports> run_checks(std::span<const Check* const> checks, const Facts& facts, const HostView& host,
                           const CheckContext& context, const std::vector<std::string>& ignored = {});
/// Whether one of these words names it.
bool is_ignored(const Report& report, const std::vector<std::string>& ignored);
Severity worst(const Reports& reports);
std::string_view to_string(Severity severity);

/// Begins the name under which the journal keeps the changes of a fix, before the check's id: not a step's of a join.
inline constexpr std::string_view fixed_by_doctor = "doctor/";

/// When a check is run: "preflight", "after-apply", "doctor".
std::vector<std::string_view> moments_of(const Check& check);
std::vector<std::string_view> drivers_of(const Check& check);

namespace checks {
std::span<const Check* const> preflight();    // changes nothing, needs no network
std::span<const Check* const> after_apply();  // effects as oneadmin: libvirt, sudo
std::span<const Check* const> doctor();       // what takes its time
std::span<const Check* const> all();          // each once
const Check* find(std::string_view id);       // nullptr where there is none
}  // namespace checks

}  // namespace onenode
