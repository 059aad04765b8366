// sysctl.d(5), modules-load.d(5), modprobe.d(5).
#include "nodeagent/steps/drop_ins.hpp"

#include <fmt/format.h>

namespace onenode::steps {

WriteFile sysctl_drop_in(std::string_view name, const std::vector<std::string>& lines, std::string why)
{
    return {.path = fmt::format("/etc/sysctl.d/zz-onenode-{}.conf", name),
            .text = fmt::format("# Written by onenode.\n{}\n", fmt::join(lines, "\n")),
            .why = std::move(why)};
}

WriteFile modules_drop_in(std::string_view name, const std::vector<std::string>& modules, std::string why)
{
    return {.path = fmt::format("/etc/modules-load.d/onenode-{}.conf", name),
            .text = fmt::format("# Written by onenode.\n{}\n", fmt::join(modules, "\n")),
            .why = std::move(why)};
}

WriteFile module_options_drop_in(std::string_view name, const std::vector<std::string>& options, std::string why)
{
    return {.path = fmt::format("/etc/modprobe.d/onenode-{}.conf", name),
            .text = fmt::format("# Written by onenode.\noptions {}\n", fmt::join(options, "\noptions ")),
            .why = std::move(why)};
}

}  // namespace onenode::steps
