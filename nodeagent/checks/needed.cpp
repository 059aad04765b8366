// Read from the remotes of OpenNebula 7.4.0 and the dependencies of its packages.
#include "nodeagent/checks/needed.hpp"

#include "common/text/words.hpp"

#include <algorithm>
#include <array>

namespace onenode::checks::needed {
namespace {

// What every guest needs, whatever its storage and networks.
constexpr std::array drivers{
    Command{"qemu-img", one::probes::qemu_img, "making disks"},
    Command{"tar", {"tar", "tar"}, "copying images"},
    Command{"ssh", {"openssh-client", "openssh-clients", "openssh-clients"}, "copying images"},
    Command{"scp", {"openssh-client", "openssh-clients", "openssh-clients"}, "copying images"},
    Command{"jq", {"jq", "jq"}, "snapshots and backups"},
    Command{"flock", {"util-linux", "util-linux-core", "util-linux"}, "shared storage"},
    Command{"timeout", {"coreutils", "coreutils"}, "actions on guests", "kvm qemu"},
    Command{"base64", {"coreutils", "coreutils"}, "actions on guests"},
};

// What the driver of containers calls whatever the container's disk is.
constexpr std::array containers{
    Command{"lxc-start", {"lxc", "lxc"}, "containers", "lxc"},
    Command{"bindfs", {"bindfs", "bindfs"}, "containers", "lxc"},
    Command{"qemu-nbd", {"qemu-utils", "qemu-img", "qemu-tools"}, "containers", "lxc"},
    Command{"losetup", {"mount", "util-linux"}, "containers", "lxc"},
    Command{"lsblk", {"util-linux", "util-linux"}, "containers", "lxc"},
    Command{"e2fsck", {"e2fsprogs", "e2fsprogs"}, "containers", "lxc"},
    Command{"resize2fs", {"e2fsprogs", "e2fsprogs"}, "containers", "lxc"},
};

// Red Hat splits off what Debian ships with Ruby.
constexpr std::array libraries{
    Library{"sqlite3", {"ruby-sqlite3", "rubygem-sqlite3"}, "sqlite3"},
    Library{"rexml/document", {"ruby-rexml", "rubygem-rexml"}, "rexml"},
    Library{"json", {"libruby", "rubygem-json"}, "json"},
    Library{"yaml", {"libruby", "rubygem-psych"}, "yaml"},
    Library{"open3", {"libruby", "ruby-libs"}, "open3"},
    Library{"base64", {"libruby", "ruby-libs"}, "base64"},
    Library{"zlib", {"libruby", "ruby-libs"}, "zlib"},
    Library{"openssl", {"libruby", "rubygem-openssl", "ruby-libs"}, "openssl"},
};

std::vector<Command> of_type(std::span<const Command> commands, std::string_view type)
{
    std::vector<Command> wanted;
    for (const auto& command : commands) {
        const auto types = one::split_words(command.types);
        if (std::ranges::find(types, type) != types.end()) wanted.push_back(command);
    }
    return wanted;
}

}  // namespace

std::vector<Command> by_probes(std::string_view type)
{
    return of_type(one::probes::programs(), type);
}

std::vector<Command> by_drivers(std::string_view type)
{
    return of_type(drivers, type);
}

std::span<const Command> by_containers()
{
    return containers;
}

std::span<const Library> by_ruby()
{
    return libraries;
}

// The gems come along as its dependency; they are named all the same, for they are what is missing.
Package node_package(std::string_view type)
{
    const std::string_view both =
        type == "lxc" ? "opennebula-node-lxc opennebula-rubygems" : "opennebula-node-kvm opennebula-rubygems";
    return {both, both};
}

Package libvirt(std::string_view architecture)
{
    constexpr std::string_view others = "libvirt qemu-kvm qemu-img";
    const bool arm = architecture == "aarch64";
    return {arm ? "libvirt-daemon-system libvirt-clients qemu-system-arm qemu-utils"
                : "libvirt-daemon-system libvirt-clients qemu-system-x86 qemu-utils",
            others};
}

}  // namespace onenode::checks::needed
