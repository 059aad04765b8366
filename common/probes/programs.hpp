// The programs that OpenNebula's probes call and the packages that bring them: the only list of it, for the checks before
// a join, for what installs them, and for who explains a probe that failed.
#pragma once

#include <span>
#include <string_view>

namespace one::probes {

struct Package {  // what the families of distributions call it
    std::string_view debian;
    std::string_view redhat;
    std::string_view suse = redhat;
};

struct Program {
    std::string_view name;
    Package package;
    std::string_view for_whom;                // who calls it, or what for
    std::string_view types = "kvm qemu lxc";  // of nodes on which its lack ends monitoring
};

inline constexpr Package ruby{"ruby", "ruby"};
inline constexpr Package sudo{"sudo", "sudo"};
inline constexpr Package qemu_img{"qemu-utils", "qemu-img"};

std::span<const Program> programs();

}  // namespace one::probes
