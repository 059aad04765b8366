// Both tools say what is wrong in a sentence of their own; the known ones tell what to do.
#include "nodeagent/core/package_output.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace onenode::packages {
namespace {

struct Symptom {
    std::string_view words;  // in a line of what the tool printed
    ErrorKind kind;
    std::string_view next;
};

constexpr std::string_view when_free = "wait for that process, then run the same command again";
constexpr std::string_view when_roomy = "make room (df -h / /usr /var), then run the same command again";
constexpr std::string_view when_offered =
    "see which repositories this machine has (apt-cache policy, dnf repolist), then run the same command again";
constexpr std::string_view when_whole =
    "mend what is installed (dpkg --configure -a; apt-get -f install), then run the same command again";
constexpr std::string_view when_decided =
    "install by hand what is missing, and decide there what has to go; then run the same command again";
constexpr std::string_view when_reachable = "see why the repository does not answer, then run the same command again";

constexpr std::array symptoms{
    Symptom{"Could not get lock", ErrorKind::busy, when_free},
    Symptom{"is another process using it", ErrorKind::busy, when_free},
    Symptom{"Unable to acquire", ErrorKind::busy, when_free},
    Symptom{"No space left on device", ErrorKind::no_space, when_roomy},
    Symptom{"enough free space", ErrorKind::no_space, when_roomy},
    Symptom{"more space needed", ErrorKind::no_space, when_roomy},
    Symptom{"Unable to locate package", ErrorKind::not_found, when_offered},
    Symptom{"has no installation candidate", ErrorKind::not_found, when_offered},
    Symptom{"' was not found", ErrorKind::not_found, when_offered},
    Symptom{"No match for argument", ErrorKind::not_found, when_offered},
    Symptom{"Unable to find a match", ErrorKind::not_found, when_offered},
    Symptom{"Packages need to be removed", ErrorKind::conflict, when_decided},
    Symptom{"held broken packages", ErrorKind::conflict, when_decided},
    Symptom{"Packages were downgraded", ErrorKind::conflict, when_decided},
    Symptom{"conflicting requests", ErrorKind::conflict, when_decided},
    Symptom{"nmet dependencies", ErrorKind::conflict, when_whole},
    Symptom{"dpkg was interrupted", ErrorKind::conflict, when_whole},
    Symptom{"returned an error code", ErrorKind::conflict, when_whole},
    Symptom{"Could not resolve", ErrorKind::unreachable, when_reachable},
    Symptom{"Failed to fetch", ErrorKind::unreachable, when_reachable},
    Symptom{"Failed to download", ErrorKind::unreachable, when_reachable},
    Symptom{"Read-only file system", ErrorKind::read_only, "mount it for writing, then run the same command again"},
};

constexpr std::string_view when_signed =
    "compare the key that signs it with packages_key of the front-end's onefrontend.yaml";
constexpr std::string_view when_served =
    "name one that serves this distribution: packages_apt or packages_dnf of the front-end's onefrontend.yaml, or a "
    "repository set up here by hand";
constexpr std::string_view when_fetched =
    "see why it does not answer (a proxy: apt.conf or dnf.conf), then run the same command again";

// In this order: a signature that is wrong is also a list that could not be fetched.
constexpr std::array symptoms_of_repositories{
    Symptom{"NO_PUBKEY", ErrorKind::untrusted, when_signed},
    Symptom{"signatures couldn't be verified", ErrorKind::untrusted, when_signed},
    Symptom{"signatures were invalid", ErrorKind::untrusted, when_signed},
    Symptom{"is not signed", ErrorKind::untrusted, when_signed},
    Symptom{"GPG signature verification error", ErrorKind::untrusted, when_signed},
    Symptom{"GPG error", ErrorKind::untrusted, when_signed},
    Symptom{"Could not get lock", ErrorKind::busy, when_free},
    Symptom{"No space left on device", ErrorKind::no_space, when_roomy},
    Symptom{"Could not resolve", ErrorKind::unreachable, when_fetched},
    Symptom{"Temporary failure resolving", ErrorKind::unreachable, when_fetched},
    Symptom{"Could not connect", ErrorKind::unreachable, when_fetched},
    Symptom{"Unable to connect", ErrorKind::unreachable, when_fetched},
    Symptom{"Connection timed out", ErrorKind::unreachable, when_fetched},
    Symptom{"Couldn't connect", ErrorKind::unreachable, when_fetched},
    Symptom{"404  Not Found", ErrorKind::not_found, when_served},
    Symptom{"Status code: 404", ErrorKind::not_found, when_served},
    Symptom{"does not have a Release file", ErrorKind::not_found, when_served},
    Symptom{"Failed to fetch", ErrorKind::unreachable, when_fetched},
    Symptom{"Failed to download", ErrorKind::unreachable, when_fetched},
};

std::string without_mark(std::string_view line)
{
    for (const std::string_view mark : {"  - ", "E: ", "W: ", "Error: ", "dpkg: error: "})
        if (line.starts_with(mark)) line.remove_prefix(mark.size());
    return std::string{one::trim(line)};
}

std::string line_with(const std::vector<std::string>& lines, std::string_view words)
{
    const auto found =
        std::ranges::find_if(lines, [words](const auto& line) { return line.find(words) != std::string::npos; });
    return found == lines.end() ? std::string{} : without_mark(*found);
}

std::string marked_or_last(const std::vector<std::string>& lines)
{
    std::string last;
    for (const auto& line : lines) {
        if (line.starts_with("E: ") || line.starts_with("Error: ")) return without_mark(line);
        if (!one::trim(line).empty()) last = without_mark(line);
    }
    return last;
}

// The first symptom tells kind and next action; without one `error` keeps its own.
Error told_by(std::span<const Symptom> known, std::string_view tool, const CommandOutput& output, Error error)
{
    auto lines = one::split_lines(output.err);
    for (auto& line : one::split_lines(output.out))
        lines.push_back(std::move(line));
    for (const auto& symptom : known) {
        error.reason = line_with(lines, symptom.words);
        if (error.reason.empty()) continue;
        error.kind = symptom.kind;
        error.next = symptom.next;
        return error;
    }
    error.reason = marked_or_last(lines);
    if (error.reason.empty()) error.reason = fmt::format("{} ended with {}", tool, output.exit_code);
    return error;
}

std::string thing_of(const InstallPackages& change)
{
    if (change.packages.empty()) return "the lists of packages";
    const std::string_view noun = change.packages.size() == 1 ? "package" : "packages";
    return fmt::format("the {} {}", noun, one::join(change.packages, ", "));
}

}  // namespace

std::vector<std::string> versions_of_madison(std::string_view text)
{
    std::vector<std::string> versions;
    for (const auto& line : one::split_lines(text)) {
        const auto first = line.find('|');
        const auto second = line.find('|', first + 1);
        if (first == std::string::npos || second == std::string::npos) continue;
        auto version = std::string{one::trim(std::string_view{line}.substr(first + 1, second - first - 1))};
        if (std::ranges::find(versions, version) == versions.end()) versions.push_back(std::move(version));
    }
    return versions;
}

Effects effects_in_simulation(std::string_view text)
{
    Effects effects;
    bool downgrades = false;
    for (const auto& line : one::split_lines(text)) {
        const auto words = one::split_words(line);
        if (downgrades && line.starts_with("  "))
            effects.downgraded.insert(effects.downgraded.end(), words.begin(), words.end());
        else
            downgrades = line.find("will be DOWNGRADED") != std::string::npos;
        if (words.size() < 3) continue;
        if (words[0] == "Inst" && words[2].starts_with('[')) effects.upgraded.push_back(words[1]);
        if (words[0] == "Remv") effects.removed.push_back(words[1]);
    }
    return effects;
}

Effects effects_in_table(std::string_view text)
{
    Effects effects;
    std::vector<std::string>* list = nullptr;
    for (const auto& line : one::split_lines(text)) {
        if (!line.starts_with(' ')) {
            list = line.starts_with("Upgrading")     ? &effects.upgraded
                   : line.starts_with("Downgrading") ? &effects.downgraded
                   : line.starts_with("Removing")    ? &effects.removed
                                                     : nullptr;
            continue;
        }
        const bool is_row = line.size() > 1 && line[1] != ' ';  // deeper ones say what a row replaces
        const auto words = one::split_words(line);
        if (list != nullptr && is_row && !words.empty()) list->push_back(words[0]);
    }
    return effects;
}

Error complaint_about(const Source& source, const CommandOutput& output)
{
    auto error = told_by(symptoms_of_repositories, source.tool, output,
                         {.kind = ErrorKind::internal,
                          .thing = source.address,
                          .next = std::string{when_fetched},
                          .doing = "use the repository"});
    if (error.kind == ErrorKind::untrusted)
        error.reason = fmt::format("it is not signed by {}: {}", source.signers.front().fingerprint, error.reason);
    return error;
}

Error complaint_about(const InstallPackages& change, const CommandOutput& output)
{
    return told_by(symptoms, change.tool, output,
                   {.kind = ErrorKind::internal,
                    .thing = thing_of(change),
                    .next = "run it by hand to see more: " +
                            (change.packages.empty() ? change.tool + " update" : command_line(change)),
                    .doing = change.packages.empty() ? "refresh" : "install"});
}

}  // namespace onenode::packages
