// The acts of a look at this machine; doctor.cpp tells the story.
#pragma once

#include "nodeagent/cli/options.hpp"
#include "nodeagent/cli/world.hpp"
#include "nodeagent/link/membership.hpp"

#include <optional>
#include <string>
#include <vector>

namespace onenode::cli {

using Checks = std::vector<const Check*>;

struct Diagnosis {
    Checks checks{};
    CheckContext context{};
    std::string datastores{};  // where the front-end wants them; empty: nobody said
    std::vector<std::string> accepted_risks{};
    std::vector<std::string> ignored_at_join{};
    Facts facts{};
    Reports reports{};
    std::optional<Membership> upgrades{};  // whose packages were installed by a join, and so may be upgraded
    bool unfinished = false;               // files were mended that programs have not read yet
};

/// Every check of every moment, once.
Checks every_check(const World& world);
/// By its id, or by the id of one of its findings: "probe-command-lspci".
Result<const Check*> check_named(const Checks& checks, const std::string& word, std::string_view doing);

// doctor_list.cpp: what there is, without a look at the machine
Exit list_checks(World& world);
Result<Exit> explain_check(World& world, const std::string& id);

// doctor_fix.cpp
/// Whether somebody can be asked, or need not be.
Result<> may_mend(const DoctorOptions& options);
/// Killed before programs were told of what it changed, or not obeyed by them.
bool is_unfinished(const HostView& host);
/// Where something can be mended: by which command.
void tell_of_fix(World& world, const Diagnosis& diagnosis);
/// What can be mended is shown, asked about, done through the journal, and looked at again: the reports then say how it
/// is.
Result<> mend(const DoctorOptions& options, World& world, Diagnosis& diagnosis);
/// Of these checks, anew.
Result<Reports> look(const World& world, const Checks& checks, Diagnosis& diagnosis,
                     const std::vector<std::string>& ignored);

}  // namespace onenode::cli
