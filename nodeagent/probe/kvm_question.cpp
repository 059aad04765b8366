// KVM is usable when it makes a virtual machine; CPU flags and loaded modules only say that it might.
#include "nodeagent/probe/questions.hpp"

#include "common/fd.hpp"

#include <fcntl.h>
#include <linux/kvm.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstring>

namespace onenode::probe {
namespace {

constexpr int stable_api =
    12;  // since Linux 2.6.22; "applications should refuse to run" with another one (kernel's api.rst)

std::string problem_of(const std::string& device)
{
    const one::Fd kvm{::open(device.c_str(), O_RDWR | O_CLOEXEC)};
    if (!kvm.open()) {
        const int number = errno;
        return number == ENOENT ? fmt::format("{} does not exist", device)
                                : fmt::format("cannot open {}: {}", device, std::strerror(number));
    }
    const int version = ::ioctl(kvm.get(), KVM_GET_API_VERSION, 0);
    if (version < 0) return fmt::format("{} is not KVM: {}", device, std::strerror(errno));
    if (version != stable_api)
        return fmt::format("{} speaks version {} of KVM's interface, not {}", device, version, stable_api);
    const one::Fd machine{::ioctl(kvm.get(), KVM_CREATE_VM, 0UL)};
    return machine.open() ? std::string{}
                          : fmt::format("{} makes no virtual machine: {}", device, std::strerror(errno));
}

}  // namespace

nlohmann::json ask_kvm(const std::string& device)
{
    const auto problem = problem_of(device);
    return {{"usable", problem.empty()}, {"problem", problem}};
}

}  // namespace onenode::probe
