// Sets up what an admin's verb needs, and runs it.
#include "frontend/cli/admin.hpp"

#include "frontend/cli/ca.hpp"
#include "frontend/cli/keys.hpp"
#include "frontend/cli/records.hpp"
#include "frontend/enroll/oned_cloud.hpp"
#include "frontend/enroll/state_paths.hpp"

#include <fmt/chrono.h>

#include <chrono>

namespace onefrontend::cli {
namespace {

constexpr std::int64_t end_of_9999 = 253'402'300'799;

Async<Result<Exit>> run(Admin& admin, oned::Client& client, const Options& options)
{
    CO_TRY_LET(admin.user, co_await client.own_name());
    co_return co_await dispatch(admin, options);
}

}  // namespace

Async<Result<Exit>> dispatch(Admin& admin, const Options& options)
{
    switch (options.verb) {
    case Verb::token_create: return token_create(admin, options.token, options.token_form);
    case Verb::token_list: return token_list(admin);
    case Verb::token_revoke: return token_revoke(admin, options.which);
    case Verb::ca_status: return ca_status(admin);
    case Verb::ca_rotate: return ca_rotate(admin, options.finish, options.authority);
    case Verb::ca_export: return ca_export(admin, options.which);
    case Verb::node_list: return node_list(admin);
    case Verb::node_show: return node_show(admin, options.which);
    case Verb::node_approve: return node_approve(admin, options.which);
    case Verb::node_reject: return node_reject(admin, options.which);
    case Verb::node_ban: return node_ban(admin, options.which);
    case Verb::node_test: return node_test(admin, options.which, options.other);
    case Verb::keys_status: return keys_status(admin);
    case Verb::keys_rotate: return keys_rotate(admin, options.wait);
    default: return node_remove(admin, options.which);
    }
}

void tell_audit(Admin& admin, std::string_view event, std::vector<std::pair<std::string, std::string>> fields)
{
    AuditEvent told;
    told.event = event;
    told.time_ms = admin.now * 1000;
    told.fields.emplace_back("by", admin.user);
    for (auto& field : fields)
        told.fields.push_back(std::move(field));
    if (const auto written = admin.audit(told); !written) admin.out->warn(written.error());
}

std::string when(std::int64_t epoch_seconds)
{
    if (epoch_seconds < 0 || epoch_seconds > end_of_9999) return "at no time";  // a document edited by hand
    return fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(static_cast<std::time_t>(epoch_seconds)));
}

Result<Exit> run_admin_verb(const Options& options, const Config& config, Teller& out)
{
    const StatePaths paths{config.state_dir};
    TRY_LET(const auto authority, read_authority_note(paths));
    TRY_LET(auto client, connect_oned(config));
    OnedCloud cloud{client, authority.owner};
    one::asio::thread_pool pool{1};
    Admin admin;
    admin.config = &config;
    admin.cloud = &cloud;
    admin.pin = authority.pin;
    admin.audit = [log = Audit{paths.audit_log()}](const AuditEvent& event) { return log.write(event); };
    admin.out = &out;
    admin.now =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    admin.pool = &pool;
    one::asio::io_context loop;
    return one::run_to_end(loop, run(admin, client, options));
}

}  // namespace onefrontend::cli
