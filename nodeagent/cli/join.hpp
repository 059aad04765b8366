// The acts of a join, in their order; join.cpp tells the story, each group of acts has its file.
#pragma once

#include "nodeagent/cli/options.hpp"
#include "nodeagent/cli/world.hpp"
#include "nodeagent/core/effects.hpp"

#include "common/http/client.hpp"
#include "common/join_token.hpp"
#include "nodeagent/link/frontend.hpp"
#include "nodeagent/link/membership.hpp"

#include <optional>

namespace onenode::cli {

namespace wire = one::wire;

using Names = std::vector<std::string>;  // of packages

struct Trusted {
    Frontend frontend;
    std::string opennebula{};  // the version; empty where oned did not answer
    wire::Repository repository{};
};

struct Progress {                        // what a failure has to know
    bool tried = false;                  // past the point where we could not even start
    bool registering = false;            // there may be a host in OpenNebula
    std::optional<Frontend> frontend{};  // outlives the act that fails, to clean up after it
};

std::string type_of(const JoinOptions& options);
wire::Wishes wishes_of(const JoinOptions& options);
/// "5 changes in 2 steps"
std::string summary_of(const Plan& plan);
/// "then sshd -t && systemctl try-reload-or-restart ssh.service": each what a program is told after the changes.
std::vector<std::string> in_words(const Effects& effects);

// join_again.cpp: this machine is joined already, or is about to leave
/// A join that goes on keeps what was asked for; one that would lose some of it unawares is an error.
Result<JoinOptions> with_settings_kept(const JoinOptions& options, World& world,
                                       const std::optional<Membership>& member);
Result<Exit> answer_member(const JoinOptions& options, World& world, Membership member, Progress& progress);

// join_trust.cpp
Result<one::http::Target> frontend_of(const JoinOptions& options, const std::optional<Membership>& member);
/// With the fingerprint that --ca-file stands for.
Result<JoinOptions> with_fingerprint(JoinOptions options);
/// Of a file or the environment, good in its form: read before anything else is looked at.
Result<std::optional<one::JoinToken>> given_token(const JoinOptions& options, World& world);
/// Nothing: the person has none and wants to wait for an approval.
Result<std::optional<one::JoinToken>> asked_token(const JoinOptions& options);
Result<Trusted> trust(World& world, const one::http::Target& target, const std::string& pin);

// join_missing.cpp: what preflight found and packages would mend
/// All of them at once, but for what the person wants to be ignored.
Names missing_packages(const JoinOptions& options, const HostView& host, const Reports& reports);
/// Several findings about them are one, with the one command; where they are about to be installed there is none.
Reports with_packages_as_one(const JoinOptions& options, const HostView& host, Reports reports, const Names& packages);

/// Before an install: what it could do harm to. All the rest may be mended by it, and is looked at again.
Reports what_cannot_wait(const World& world, Reports reports);

struct PackageWishes {
    Names names{};
    std::string opennebula{};          // the front-end's version, of which OpenNebula's own are to be
    wire::Repository repository{};     // that it names, for where this machine's own do not have them
    bool may_restart_libvirt = false;  // under guests
    bool dry_run = false;
};

struct PackagePlan {
    InstallPackages install{};
    Changes repository{};     // its files, made first
    Names not_offered_yet{};  // packages that are installed from it
    Names upgraded{};         // besides, as far as it could be rehearsed
    [[nodiscard]] Changes changes() const;
};

// join_package_choice.cpp
/// Without OpenNebula's own where no repository offers them: that is said. `refreshed`: whether the lists are up to date;
/// where they are not, nobody knows what this machine's own repositories offer.
Result<PackagePlan> choose_packages(World& world, const PackageWishes& wishes, const std::string& tool,
                                    const Result<>& refreshed);

// join_packages.cpp
/// What would be done, and that it does no harm as far as that is known before a repository is added. Fetches lists, but
/// in a dry run.
Result<PackagePlan> plan_packages(World& world, const PackageWishes& wishes);
Result<> carry_out(World& world, const PackageWishes& wishes, const PackagePlan& plan);
/// For --install-packages. A dry run shows the files and the command.
Result<> install_packages(World& world, const PackageWishes& wishes);

enum class Upgrade { none, something, version };  // what a repeated join changed by it

// join_upgrade.cpp: the front-end has another version since
/// Of a machine that is joined: its OpenNebula packages where they are older than the front-end; none where they are not.
PackageWishes upgrade_for(const HostView& host, const Membership& member);
/// On a join that is repeated: for the machines whose packages were ours to install. Whether another version is here now.
Result<Upgrade> upgrade_packages(const JoinOptions& options, World& world, Membership& member);

// join_approval.cpp
/// The one that --fingerprint names, or the one that is presented and that the person finds right.
Result<std::string> pin_without_token(const JoinOptions& options, World& world, const one::http::Target& target);
/// May be interrupted: the same command goes on waiting.
Result<one::JoinToken> wait_for_approval(const JoinOptions& options, World& world, Frontend& frontend,
                                         const one::http::Target& target, const std::string& pin, const Facts& facts);

// join_enroll.cpp
Result<Exit> show_plan(const JoinOptions& options, World& world, Frontend& frontend, const one::JoinToken& token,
                       const Facts& facts);
/// From here on `frontend` speaks as this node.
Result<Membership> enroll(const JoinOptions& options, World& world, Frontend& frontend, const one::http::Target& target,
                          const one::JoinToken& token, const Facts& facts);

// join_prove.cpp
/// Shows what the front-end found; the first error among it is why this cannot go on.
Result<> refuse_findings(Terminal& terminal, const std::vector<one::wire::Finding>& findings, std::string_view doing,
                         std::string_view thing);
Result<> prove(World& world, Frontend& frontend);
Result<> rehearse(World& world, Frontend& frontend);

// join_register.cpp
Result<> register_host(const JoinOptions& options, World& world, Frontend& frontend, Membership& membership,
                       Progress& progress);
/// After a failure: no host of an unfinished join stays. Says what came of it.
std::string take_host_back(World& world, Frontend& frontend);
/// Whether it was started.
bool watch(World& world, const Facts& facts);
Exit finish(World& world, const Membership& membership);

}  // namespace onenode::cli
