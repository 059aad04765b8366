// Makes a virtual machine without memory and processors and lets it go: CPU flags promise, this shows.
#include "nodeagent/probe/look.hpp"

#include "nodeagent/host/fd.hpp"

#include <fcntl.h>
#include <linux/kvm.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>

namespace onenode::probe {
namespace {

constexpr const char* device = "/dev/kvm";
constexpr int api_version = 12;  // the only one there has been since 2007

std::string reason_of(int number)
{
    if (number == ENOENT) return "/dev/kvm does not exist: virtualization is off in the firmware, or the kvm module is not loaded";
    if (number == EACCES || number == EPERM) return "/dev/kvm may not be opened for writing";
    if (number == ENODEV) return "/dev/kvm has no driver behind it: the kvm module is not loaded";
    return std::string{"/dev/kvm cannot be opened: "} + std::strerror(number);
}

}  // namespace

KvmAnswer look_at_kvm()
{
    const Fd kvm{::open(device, O_RDWR | O_CLOEXEC)};
    if (!kvm.open()) return {.problem = reason_of(errno)};
    if (::ioctl(kvm.get(), KVM_GET_API_VERSION, 0) != api_version) return {.problem = "/dev/kvm speaks another version than 12"};
    const Fd machine{::ioctl(kvm.get(), KVM_CREATE_VM, 0)};
    if (!machine.open()) return {.problem = std::string{"/dev/kvm makes no virtual machine: "} + std::strerror(errno)};
    return {};
}

}  // namespace onenode::probe
