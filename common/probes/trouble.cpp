// What is usually behind a probe that failed.
#include "common/probes/trouble.hpp"

#include "common/probes/programs.hpp"
#include "common/text/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace one::probes {
namespace {

constexpr int exit_of_timeout = 124;
constexpr int exit_of_kill = 137;
constexpr int exit_not_executable = 126;
constexpr int exit_not_found = 127;

struct Known {
    std::string_view says;
    std::string_view cause;
    std::string_view fix;
};

constexpr std::array known{
    Known{"load_opennebula_paths", "the package opennebula-rubygems is missing",
          "apt install opennebula-rubygems (or dnf), of the front-end's version"},
    Known{"(LoadError)", "a Ruby library of the package opennebula-rubygems is missing",
          "apt install --reinstall opennebula-rubygems (or dnf reinstall)"},
    Known{"Libvirtd service", "libvirt does not answer oneadmin at qemu:///system",
          "systemctl enable --now libvirtd; usermod -aG libvirt oneadmin"},
    Known{"libvirt-sock", "libvirt does not answer oneadmin at qemu:///system",
          "systemctl enable --now libvirtd; usermod -aG libvirt oneadmin"},
    Known{"failed to connect to the hypervisor", "libvirt does not answer oneadmin at qemu:///system",
          "systemctl enable --now libvirtd; usermod -aG libvirt oneadmin"},
    Known{"a password is required", "a sudo rule of oneadmin is missing",
          "sudo -l -U oneadmin; apt install opennebula-node-lxc"},
    Known{"/var/lib/one/datastores", "oneadmin cannot use its datastores' folder",
          "chown oneadmin: /var/lib/one/datastores"},
    Known{"/var/tmp/one_db", "the probes' databases belong to somebody else", "chown -R oneadmin: /var/tmp/one_db"},
    Known{"No space left on device", "a disk of the node is full", "df -h /var/tmp /tmp"},
};

// These two say nothing at all when virsh fails.
constexpr std::array silent_about_libvirt{std::string_view{"machines_models.rb"}, std::string_view{"wild_vm.rb"}};

// The program's name as a whole word after these words, or before them.
bool misses(const Run& run, std::string_view program)
{
    const auto& words = run.words;
    const auto ends_word = [&](std::size_t at) { return at >= words.size() || words[at] == ' ' || words[at] == ':'; };
    for (const auto& text : {fmt::format("No such file or directory - {}", program), fmt::format("env: '{}'", program)})
        if (const auto at = words.find(text); at != std::string::npos && ends_word(at + text.size())) return true;
    for (const auto& text : {fmt::format("{}: not found", program), fmt::format("{}: command not found", program)})
        if (const auto at = words.find(text); at != std::string::npos && (at == 0 || words[at - 1] == ' ')) return true;
    return false;
}

}  // namespace

Trouble explain(const Run& run)
{
    if (run.exit_code == exit_of_timeout || run.exit_code == exit_of_kill)
        return {fmt::format("it did not end within {} s", limit_each.count()),
                "run it as oneadmin and see where it hangs; often libvirt or a dead network file system"};
    for (const Program& each : programs())
        if (misses(run, each.name))
            return {fmt::format("{} is missing, or not in the PATH of a login without terminal", each.name),
                    fmt::format("apt install {} (or dnf install {})", each.package.debian, each.package.redhat)};
    for (const Known& each : known)
        if (run.words.find(each.says) != std::string::npos) return {std::string{each.cause}, std::string{each.fix}};
    if (std::ranges::find(silent_about_libvirt, run.file) != silent_about_libvirt.end())
        return {"libvirt does not answer oneadmin at qemu:///system",
                "as oneadmin: virsh -c qemu:///system list; systemctl enable --now libvirtd; usermod -aG "
                "libvirt oneadmin"};
    if (run.file == "pci.rb")
        return {"lspci is missing, or pci.conf of the front-end's remotes is not valid",
                "apt install pciutils; on the front-end: etc/im/<type>-probes.d/pci.conf in the remotes"};
    if (run.exit_code == exit_not_executable || run.exit_code == exit_not_found)
        return {"it cannot be executed: its interpreter is missing, or /var/tmp is mounted noexec",
                "findmnt -T /var/tmp; apt install ruby bash"};
    return {"none that is known here", fmt::format("as oneadmin: /var/tmp/one/im/*-probes.d/{}/{} </dev/null",
                                                   run.category, plain_line(run.file, 64))};
}

std::string to_line(const Run& run, const Trouble& trouble)
{
    const auto words = plain_line(run.words);
    return fmt::format("probe {}/{} ended with {}: {}; usual cause: {}", run.category, plain_line(run.file, 64),
                       run.exit_code, words.empty() ? "it says nothing" : words, trouble.cause);
}

}  // namespace one::probes
