// The two tools' files and options for one more repository.
#include "nodeagent/core/repository.hpp"

#include "common/text/words.hpp"
#include "common/wire/repository.hpp"
#include "nodeagent/core/os_release.hpp"
#include "nodeagent/core/package_output.hpp"
#include "nodeagent/core/packages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onenode::packages {
namespace {

constexpr std::chrono::minutes trial_limit{5};
constexpr std::string_view name = "onenode-opennebula";

struct Places {
    std::string_view file;
    std::string_view extension;
    std::string_view key_directory;
    std::string_view key;
};

constexpr Places of_apt{"/etc/apt/sources.list.d/onenode-opennebula.sources", ".sources", "/etc/apt/keyrings",
                        "/etc/apt/keyrings/onenode-opennebula.asc"};
constexpr Places of_dnf{"/etc/yum.repos.d/onenode-opennebula.repo", ".repo", "/etc/pki/rpm-gpg",
                        "/etc/pki/rpm-gpg/RPM-GPG-KEY-onenode-opennebula"};

const Places& places_of(std::string_view tool)
{
    return tool == apt ? of_apt : of_dnf;
}

struct Distribution {  // as OpenNebula's repository calls it
    std::string name{};
    std::string version{};
    std::string id{};  // as it calls itself
};

struct Known {
    std::string_view id;
    std::string_view name;
    bool major_alone;
};

constexpr std::array known{
    Known{"debian", "Debian", true}, Known{"ubuntu", "Ubuntu", false}, Known{"almalinux", "AlmaLinux", true},
    Known{"rhel", "RedHat", true},   Known{"centos", "RedHat", true},  Known{"rocky", "RedHat", true},
    Known{"ol", "RedHat", true},
};

Distribution distribution_of(const HostView& host)
{
    const auto [id, families, version] = os_release(host);
    const auto found = std::ranges::find(known, id, &Known::id);
    if (found == known.end()) return {.id = id + ' ' + version};
    return {.name = std::string{found->name},
            .version = found->major_alone ? version.substr(0, version.find('.')) : version,
            .id = id + ' ' + version};
}

// deb822: a line that begins with a blank continues the one above, and a blank one is a dot.
std::string folded(std::string_view key)
{
    std::string text;
    for (const auto& line : one::split_lines(key))
        text += fmt::format("\n {}", line.empty() ? "." : line);
    return text;
}

std::string text_of(const Source& source, const std::string& key)
{
    constexpr std::string_view head =
        "# OpenNebula's packages, as the front-end named them; onenode leave takes this away.";
    if (source.tool != apt)
        return fmt::format("{}\n[{}]\nname=OpenNebula\nbaseurl={}\nenabled=1\ngpgcheck=1\nrepo_gpgcheck=1\n"
                           "gpgkey=file://{}\n",
                           head, name, source.address, key);
    return fmt::format("{}\nTypes: deb\nURIs: {}\nSuites: {}\n{}Signed-By:{}\n", head, source.address, source.suite,
                       source.component.empty() ? "" : fmt::format("Components: {}\n", source.component), key);
}

std::string trial_file(const Source& source, const std::string& scratch)
{
    return fmt::format("{}/{}{}", scratch, name, places_of(source.tool).extension);
}

std::string trial_key(const std::string& scratch)
{
    return fmt::format("{}/{}.asc", scratch, name);
}

std::vector<std::string> trial_options(const Source& source, const std::string& scratch)
{
    if (source.tool != apt)
        return {"-y", fmt::format("--setopt=reposdir={}", scratch),
                fmt::format("--setopt={}.skip_if_unavailable=False", name)};
    return {"-o", fmt::format("Dir::Etc::sourcelist={}", trial_file(source, scratch)),
            "-o", "Dir::Etc::sourceparts=-",
            "-o", "APT::Get::List-Cleanup=0",  // the lists of all others stay
            "-o", "APT::Update::Error-Mode=any",
            "-o", "Dir::Cache::pkgcache=",
            "-o", "Dir::Cache::srcpkgcache="};
}

Command trial_command(std::vector<std::string> argv, const std::vector<std::string>& options)
{
    argv.insert(argv.end(), options.begin(), options.end());
    return quiet(std::move(argv), trial_limit);
}

void add_directory(const HostView& host, Changes& changes, std::string_view path)
{
    if (host.stat(path)) return;
    const auto parent = path.substr(0, path.rfind('/'));
    if (!parent.empty()) add_directory(host, changes, parent);
    changes.push_back(MakeDirectory{.path = std::string{path}, .why = "the repository's key lies there"});
}

void add_file(const HostView& host, Changes& changes, std::string_view path, std::string text, std::string why)
{
    const auto now = host.read(path);
    if (now && *now == text) return;
    changes.push_back(WriteFile{.path = std::string{path}, .text = std::move(text), .why = std::move(why)});
}

}  // namespace

Result<std::optional<Source>> source_for(const HostView& host, std::string_view tool,
                                         const one::wire::Repository& repository)
{
    const auto& address = tool == apt ? repository.apt : repository.dnf;
    if (address.empty()) return std::optional<Source>{};
    auto usable = must_be_usable(repository);
    if (!usable) {
        usable.error().thing = "the repository that the front-end names (" + usable.error().thing + ')';
        return one::fail(std::move(usable.error()));
    }
    const auto here = distribution_of(host);
    Source source{.tool = std::string{tool},
                  .address = one::wire::filled(address, {}, here.name, here.version),
                  .suite = repository.suite,
                  .component = repository.component};
    if (source.address.find('{') != std::string::npos)
        return one::fail({.kind = ErrorKind::unsupported,
                          .thing = address,
                          .reason = fmt::format("OpenNebula's repository is not known to serve {}", here.id),
                          .next = "set up a repository that has OpenNebula's packages for it, then run the same "
                                  "command again",
                          .doing = "use the repository"});
    TRY_LET(auto keys, one::read_signing_keys(repository.key));
    source.key = std::move(keys.armored);
    source.signers = std::move(keys.keys);
    return std::optional{std::move(source)};
}

std::string in_words(const Source& source)
{
    std::vector<std::string> signers;
    for (const auto& key : source.signers)
        signers.push_back(key.user.empty() ? key.fingerprint : fmt::format("{} ({})", key.fingerprint, key.user));
    return fmt::format("{}, signed by {}", source.address, one::join(signers, ", "));
}

bool is_added(const HostView& host, std::string_view tool)
{
    return host.stat(places_of(tool).file).has_value();
}

Changes to_add(const HostView& host, const Source& source)
{
    const auto& places = places_of(source.tool);
    const auto path = std::string{places.key};
    Changes changes;
    add_directory(host, changes, places.key_directory);
    add_file(host, changes, places.key, source.key, "who signs OpenNebula's packages");
    add_file(host, changes, places.file, text_of(source, source.tool == apt ? ' ' + path : path),
             "this machine's own repositories do not have what is needed");
    return changes;
}

// apt verifies as a user of its own, who cannot read the scratch directory: it gets the key inside of the file.
Result<> try_out(Host& host, const Source& source, const std::string& scratch)
{
    if (!host.stat(scratch))  // the agent's has a group of its own
        TRY(host.make_directory({.path = scratch, .mode = 0750}).map_error(one::while_doing("make directory")));
    const bool is_apt = source.tool == apt;
    if (!is_apt) TRY(host.write({.path = trial_key(scratch), .text = source.key}).map_error(one::while_doing("write")));
    TRY(host.write({.path = trial_file(source, scratch),
                    .text = text_of(source, is_apt ? folded(source.key) : trial_key(scratch))})
            .map_error(one::while_doing("write")));
    const auto command =
        is_apt ? trial_command({apt, "update", "-q", "-o", "DPkg::Lock::Timeout=60"}, trial_options(source, scratch))
               : trial_command({source.tool, "makecache"}, trial_options(source, scratch));
    TRY_LET(const auto output, host.run(command).map_error(one::while_doing("fetch")));
    if (!output.ok()) return one::fail(complaint_about(source, output));
    return {};
}

Result<std::vector<std::string>> offered_by(const HostView& host, const Source& source, const std::string& scratch,
                                            const std::string& package)
{
    const bool is_apt = source.tool == apt;
    auto command = is_apt ? trial_command({"apt-cache", "madison"}, trial_options(source, scratch))
                          : trial_command({source.tool, "repoquery"}, trial_options(source, scratch));
    if (!is_apt)
        for (const auto* word : {"-q", "--available", "--qf", "%{version}-%{release}\n"})
            command.argv.emplace_back(word);
    command.argv.push_back(package);
    TRY_LET(const auto output, host.look(command));
    if (!output.ok()) return one::fail(complaint_about(source, output));
    return is_apt ? versions_of_madison(output.out) : one::split_words(output.out);
}

Result<> end_trial(Host& host, const Source& source, const std::string& scratch)
{
    TRY(host.remove(trial_file(source, scratch)).map_error(one::while_doing("remove")));
    TRY(host.remove(trial_key(scratch)).map_error(one::while_doing("remove")));
    auto gone = host.remove_directory(scratch).map_error(one::while_doing("remove"));
    if (!gone && gone.error().kind == ErrorKind::conflict) return {};  // somebody else works there
    return gone;
}

}  // namespace onenode::packages
