// Finds the audit log and says who it was.
#include "frontend/cli/local_audit.hpp"

#include "frontend/enroll/audit.hpp"
#include "frontend/enroll/state_paths.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>

namespace onefrontend::cli {

void tell_audit(const Config& config, Teller& out, std::string_view event,
                std::vector<std::pair<std::string, std::string>> fields)
{
    const StatePaths paths{config.state_dir};
    struct stat there {};
    if (::stat(paths.serve_dir().c_str(), &there) != 0) return;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    AuditEvent told{.event = event, .time_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count()};
    told.fields.emplace_back("by", "uid " + std::to_string(::getuid()));
    for (auto& field : fields)
        told.fields.push_back(std::move(field));
    if (const auto written = Audit{paths.audit_log()}.write(told); !written) out.warn(written.error());
}

}  // namespace onefrontend::cli
